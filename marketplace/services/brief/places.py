"""Where a demand is to be met: the region a text names, found as the name of a city or county standing in it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from marketplace import vocabulary

# What bears a city's name without being the place of use.
_BEARERS = "(?!.{0,4}(?:大学|学院|研究院|设计院|电建院|局集团|牌))"
# These full names of counties begin or end common words (西区域, 山东区, 合理县).
_ALSO_WORDS = {"东区", "西区", "高县", "理县"}


def region(text: str) -> str | None:
    """Return the code of the region a text names; None for none, and for several of which none lies in the other.

    A county's short name is often a word of its own (前锋, 石棉, 黑水), so it counts only right after its city's. Of
    counties that share a name, the one whose city is named too is meant.
    """
    found = set(_found(text))
    above = {ancestor for code in found for ancestor in vocabulary.regions.ancestors(code)}
    deepest = found - above
    if len(deepest) > 1 and len({vocabulary.regions.label(code) for code in deepest}) == 1:
        deepest = {code for code in deepest if vocabulary.regions.ancestors(code)[-1] in found}
    return deepest.pop() if len(deepest) == 1 else None


def _found(text: str) -> Iterator[str]:
    names, pattern = _names()
    for match in pattern.finditer(text):
        codes = names[match[0]]
        yield from codes
        (code, *_) = codes
        if vocabulary.regions.level(code) != 2:
            continue
        # 乐山市中区 is a district of 乐山: its name begins with the last character of the city's.
        after = text[match.end() - match[0].endswith("市") :], text[match.end() :]
        for county in vocabulary.regions.children(code):
            if any(rest.startswith(vocabulary.regions.names(county)) for rest in after):
                yield county


@functools.cache
def _names() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    """Return the names that count wherever they stand with the codes each may mean, and what finds the longest."""
    regions = vocabulary.regions
    names: dict[str, tuple[str, ...]] = {}
    for code in regions:
        for name in regions.names(code):
            is_full = name[-1] in "市区县州" and name not in _ALSO_WORDS
            if not name.isascii() and (regions.level(code) <= 2 or is_full):
                names[name] = (*names.get(name, ()), code)
    longest_first = sorted(names, key=len, reverse=True)
    return names, re.compile(f"(?:{'|'.join(map(re.escape, longest_first))}){_BEARERS}")
