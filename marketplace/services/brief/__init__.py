"""Turn a need told in one's own words into a brief; what the text leaves open is asked, never guessed.

Every field of text is a quotation, every number and code one that the text states. The rules are tables of cue words,
which read what people usually write and are silent about the rest: whoever posts looks the brief over anyway, and an
empty field with a question costs less than a wrong one that is overlooked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from marketplace.schemas.demand import BRIEF
from marketplace.services.brief.days import due
from marketplace.services.brief.indicators import indicators
from marketplace.services.brief.industries import industry
from marketplace.services.brief.passages import passages, title
from marketplace.services.brief.phrases import phrases
from marketplace.services.brief.places import region
from marketplace.services.brief.subject import object_, process
from marketplace.services.brief.terms import budget, cooperation, min_trl

# Worth a question where the text says nothing. A lower end of the budget is not: few have one in mind.
ASKED = frozenset(BRIEF) - {"budget_min"}


@dataclass(frozen=True, slots=True)
class Brief:
    """The fields of ``DemandSchema`` read from a text, and the names of those it leaves open.

    A process or an object that the text does not name plainly is shown and asked about as well.
    """

    fields: dict[str, Any]
    unsure: frozenset[str]


def brief_of(text: str, day: dt.date) -> Brief:
    """Return the brief of a demand's text as told on a day."""
    parts = phrases(text)
    low, high = budget(parts)
    named = {"process": process(parts), "object": object_(parts)}
    read: dict[str, Any] = {
        "title": title(text, parts),
        **{name: value for name, (value, _) in named.items()},
        **passages(text, parts),
        "indicators": indicators(text, parts),
        "due": due(text, day),
        "budget_min": low,
        "budget_max": high,
        "cooperation": cooperation(text),
        "min_trl": min_trl(parts),
        "industry": industry(text),
        "region": region(text),
    }
    fields = {name: value for name, value in read.items() if value not in (None, "", [])}
    doubtful = {name for name, (_, is_plain) in named.items() if not is_plain}
    return Brief(fields, ASKED - (fields.keys() - doubtful))
