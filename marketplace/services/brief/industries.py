"""The industry of whoever asks, told by words that belong to one division of GB/T 4754-2017.

What an asker calls itself (酒厂, 变电站) says more than a thing that many use (轴承, 隧道), so it weighs more. Where
two divisions weigh the same, nothing is said. The words stand in ``industries.tsv``.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path

from marketplace.vocabulary import industries

_FILE = Path(__file__).with_name("industries.tsv")
_COLUMNS = ["code", "asker", "thing"]
_ASKER, _THING = 3, 1
# Words that tell nothing inside these longer ones.
_LONGER = re.compile(
    "高炉煤气|锅炉房|铁路站台|水泥砂浆|水泥路|水泥浆|混凝土浇不住|铁路运输|玻璃碎片|玻屑|公路运输|电站锅炉|发动机油"
    "|焦炉煤气|发电机房"
)


def industry(text: str) -> str | None:
    """Return the division of the asker; None where no word tells it, or the words tell two alike."""
    rest = _LONGER.sub("，", text)
    weights: Counter[str] = Counter()
    for word, division, weight in _weighed_words():
        if word in rest:
            weights[division] += weight
    (first, best), (_, second) = [*weights.most_common(2), ("", 0), ("", 0)][:2]
    return first if best > second and best > _THING else None


@functools.cache
def _weighed_words() -> tuple[tuple[str, str, int], ...]:
    """Return each word with its division and weight; raises ValueError for a line that names no division."""
    header, *lines = _FILE.read_text("utf-8").splitlines()
    if header.split("\t") != _COLUMNS:
        raise ValueError(f"{_FILE.name}:1: the columns must be {', '.join(_COLUMNS)}")
    found = []
    for number, line in enumerate(lines, start=2):
        division, *words = line.split("\t")
        if division not in industries or len(words) != 2:
            raise ValueError(f"{_FILE.name}:{number}: a division and two lists of words are expected")
        for said, weight in zip(words, (_ASKER, _THING), strict=True):
            found += [(word, division, weight) for word in said.split()]
    return tuple(found)
