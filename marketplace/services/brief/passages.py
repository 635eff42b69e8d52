"""What a text says in sentences: how things stand, what is there already, what may not change, when it is solved.

Each field quotes the text. Clauses that follow each other are quoted with what stands between them; pieces from
different places stand on lines of their own, so that every line is found in the text as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.clauses import Clause, Role

_FIELDS = {
    Role.STATE: "present_state",
    Role.CONDITION: "base_conditions",
    Role.LIMIT: "limits",
    Role.ACCEPTANCE: "acceptance",
}
LONGEST_TITLE = 40


def passages(text: str, parts: Sequence[Clause]) -> dict[str, str]:
    """Return the fields of text that clauses play a part in, those with nothing to quote left out."""
    return {
        name: quoted(text, found)
        for role, name in _FIELDS.items()
        if (found := [it for it in parts if it.role is role])
    }


def quoted(text: str, found: Sequence[Clause]) -> str:
    """Return clauses as a quotation, a line for each run of clauses between which only marks stand."""
    lines: list[tuple[int, int]] = []
    for clause in found:
        if lines and not any(map(str.isalnum, text[lines[-1][1] : clause.start])):
            lines[-1] = (lines[-1][0], clause.end)
        else:
            lines.append((clause.start, clause.end))
    return "\n".join(text[start:end] for start, end in lines)


def title(text: str, parts: Sequence[Clause]) -> str:
    """Return the first line where it stands alone as a heading does, or the first clause that names a problem."""
    heading, _, rest = text.strip().partition("\n")
    if rest.strip() and len(heading) <= LONGEST_TITLE:
        return heading.strip()
    told = [clause.text for clause in parts if clause.role in (Role.STATE, Role.GOAL)] or [it.text for it in parts]
    return told[0][:LONGEST_TITLE] if told else ""
