"""How an achievement is cited: GB/T 7714-2015 as a sentence, BibTeX and RIS for programs that keep references.

Only what the reader sees on the page enters a citation; where no person is named, the completing units stand for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

# GB/T 7714-2015, 8.1.2: of more than three authors the first three, then 等 or et al.
_MOST_NAMED = 3
_BIBTEX = str.maketrans({"\\": r"\textbackslash{}", **{it: f"\\{it}" for it in "&%$#_{}"}, "~": r"\~{}", "^": r"\^{}"})


def authors_of(plain: Mapping[str, Any]) -> list[str]:
    people = [person["name"] for person in plain.get("completers") or ()]
    return people or [unit["name"] for unit in plain.get("units") or ()]


def gb7714(plain: Mapping[str, Any], address: str, day: dt.date) -> str:
    """Return the reference of an electronic record, 作者. 题名[DB/OL]. (公布日期)[引用日期]. 地址."""
    named = authors_of(plain)
    others = "等" if plain.get("language") != "en" else "et al"
    authors = ", ".join([*named[:_MOST_NAMED], *([others] if len(named) > _MOST_NAMED else [])])
    published = f"({_published(plain)})" if _published(plain) else ""
    return (
        ". ".join(filter(None, [authors, f"{plain['title']}[DB/OL]", f"{published}[{day.isoformat()}]", address])) + "."
    )


def bibtex(plain: Mapping[str, Any], address: str, day: dt.date) -> str:
    """Return a BibTeX entry; what TeX would take for a command is escaped."""
    fields = {
        "author": " and ".join("{" + name.translate(_BIBTEX) + "}" for name in authors_of(plain)),
        "title": "{" + plain["title"].translate(_BIBTEX) + "}",
        "year": _published(plain)[:4],
        "date": _published(plain),
        "url": address,
        "urldate": day.isoformat(),
        "keywords": ", ".join(plain.get("keywords") or ()).translate(_BIBTEX),
    }
    said = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{achievement{plain['id']},\n{said}}}\n"


def ris(plain: Mapping[str, Any], address: str, day: dt.date) -> str:
    """Return a RIS record; its lines end as the format wants."""
    lines = [("TY", "DBASE"), *(("AU", name) for name in authors_of(plain)), ("TI", plain["title"])]
    if published := _published(plain):
        lines += [("PY", published[:4]), ("DA", published.replace("-", "/"))]
    lines += [("KW", word) for word in plain.get("keywords") or ()]
    lines += [("UR", address), ("Y2", day.isoformat().replace("-", "/")), ("ER", "")]
    return "".join(f"{name}  - {_on_one_line(value)}\r\n" for name, value in lines)


def _published(plain: Mapping[str, Any]) -> str:
    return str(plain.get("published_at") or "")[:10]


def _on_one_line(text: Sequence[str] | str) -> str:
    return " ".join(str(text).split())
