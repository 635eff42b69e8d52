"""Turn text into tokens, one way for every engine, every query and the embedding model.

An index answers only what was cut and folded the same way on both sides, so nothing else in the package touches
characters. Text is folded character by character (width, case, accents, traditional and variant forms), which keeps
every token's place in the original; then it is cut into Chinese words, single Chinese characters, words of other
scripts, and numbers with their units. Single characters stand beside the words because segmentation of shop-floor
language often fails, and a character found is better than a word missed.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np

from search.document import Span

# The same words may be cut differently by another version of these rules, so every index records this number.
VERSION = 1

# Folding these would harm simplified text: 显著 is not 显着, and a full-width comma must not join two numbers.
_KEPT = "著么，"
_HAN = "\u3400-\u9fff\U00020000-\U000323af々〇"
_HAN_UNITS = (
    "[万亿千]?元|[万亿]|万?吨|千瓦时?|兆瓦|千伏|[兆千]帕|[千厘毫微纳分]?米|平方米|立方米|[千毫]?克|公[斤里顷]|毫?升|摄氏度|"
    "分钟|小时|毫?秒|[亩度伏安瓦帕倍]"
)
_UNITS = "mm|cm|km|[μu]m|nm|kg|mg|ml|ms|min|kwh?|mwh?|kv|ma|ah|[kmg]?hz|[kmg]?pa|kn|kj|db|rpm|r/min|m/s|ppm|°c|%|‰"
_TOKEN = re.compile(
    rf"""(?P<han>[{_HAN}]+)
    | (?P<number>\d++(?:,\d{{3}}){{0,5}}(?:\.\d++)?
        (?:[a-zμω°%‰]+[23]?(?:[/·][a-z]+[23]?)?(?![a-z\d]) | [ ]?(?:{_HAN_UNITS}) | [ ](?:{_UNITS})(?![a-z\d]))?
      )(?![a-z\d])
    | [^\W_{_HAN}]+(?:(?<=\d)\.\d+)?""",
    re.VERBOSE,
)
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_IN_NUMBER = re.compile(r"[, ]")
# A text from this length on is folded by numpy; a character not met before or of another length is left to Python.
_LONG = 80
_OTHERWISE = 0xFFFFFFFF
_SENTENCE = re.compile(r"(?:[^。！？!?；;\n.]|\.(?!\s|$))+[。！？!?；;.”’）)]*")


class Token(NamedTuple):
    """A folded piece of text and its place, ``text[start:end]`` of the original."""

    text: str
    start: int
    end: int


class Cut(NamedTuple):
    """The tokens of a text without their places: the single Chinese characters, and all others."""

    words: tuple[str, ...]
    characters: str


def tokens(text: str) -> list[Token]:
    """Return words, numbers with units, and every single Chinese character."""
    return _cut(text, characters=True)


def words(text: str) -> list[Token]:
    """Return words and numbers with units, without the single characters of longer words."""
    return _cut(text, characters=False)


# A record is embedded and indexed moments apart; its text is cut once for both.
@functools.lru_cache(1024)
def cut(text: str) -> Cut:
    """Return the texts of ``tokens(text)`` in any order, for indexing and embedding, which need no places."""
    found: list[str] = []
    chinese: list[str] = []
    in_units: list[str] = []
    for match in _TOKEN.finditer(_folded(text)):
        run, kind = match[0], match.lastgroup
        if kind == "han":
            chinese.append(run)
        elif kind is None:
            found.append(run)
        else:
            found.append(_IN_NUMBER.sub("", run))
            in_units += filter(_is_han, run)
    # All runs in one call, because each call costs as much as many characters; no word reaches over a line.
    found += [word for word in _segmenter().cut_for_search("\n".join(chinese)) if len(word) > 1]
    # Interned, because most words are in most texts and the cache holds many.
    return Cut(tuple(map(sys.intern, found)), "".join(chain(chinese, in_units)))


@functools.lru_cache(256)
def terms(text: str) -> tuple[str, ...]:
    """Return the texts of ``tokens(text)`` in any order, five times as fast."""
    words, characters = cut(text)
    return (*words, *characters)


def term_weights(text: str) -> dict[str, float]:
    """Return the tokens of a question with their weight in the lexical leg, heaviest first.

    A token said twice weighs more but not double.
    """
    return {term: count**0.5 for term, count in Counter(terms(text)).most_common()}


def sentences(text: str) -> list[Span]:
    """Return the places of the sentences of a text, without the white space around them."""
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        start = match.start() + len(sentence) - len(sentence.lstrip())
        end = match.end() - len(sentence) + len(sentence.rstrip())
        if end > start:
            found.append(Span(start, end))
    return found


def occurrences(texts: Sequence[str], terms: Collection[str]) -> list[list[Token]]:
    """Return where terms, in the form ``tokens`` gives them, stand in each text; the longest wins, none overlap.

    This finds characters, not tokens: much faster than cutting a text, and a word stands where its characters do. Many
    texts are looked through at once, because each look costs as much as many characters.
    """
    # No term reaches over the end of a line.
    folded, origin = _fold("\n".join(texts))
    find, found = folded.find, []
    for term in terms:
        start = find(term)
        if start >= 0:
            # Only where a term begins or ends with them can it lie inside a Latin word or a number.
            is_free = term[0] not in _LATIN and term[-1] not in _LATIN
        while start >= 0:
            end = start + len(term)
            if is_free or not (divides_word(folded, start) or divides_word(folded, end)):
                found.append((start, -end, term))
            start = find(term, start + 1)
    found.sort()
    places: list[list[Token]] = [[] for _ in texts]
    begins = list(accumulate((len(text) + 1 for text in texts), initial=0))
    number, reached = 0, 0
    for start, negative_end, term in found:
        if start >= reached:
            reached = -negative_end
            first, end = origin[start], origin[reached - 1] + 1
            while begins[number + 1] <= first:
                number += 1
            places[number].append(Token(term, first - begins[number], end - begins[number]))
    return places


def normalise(text: str) -> str:
    """Return the text folded and with single spaces, the form in which two texts are compared."""
    return " ".join(_folded(text).split())


def folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Return the folded text and, for each of its characters, the place of the original one it came from."""
    return _fold(text)


def divides_word(folded: str, at: int) -> bool:
    """Say whether a place lies inside a Latin word or a number; Chinese has no such borders."""
    return folded[at - 1 : at] in _LATIN and folded[at : at + 1] in _LATIN


def _cut(text: str, *, characters: bool) -> list[Token]:
    folded, origin = _fold(text)
    tokenize, shortest = _segmenter().tokenize, 2 if characters else 1
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(folded):
        run, start = match[0], match.start()
        if match.lastgroup == "han":
            found += [(word, start + i, start + j) for word, i, j in tokenize(run, "search") if j - i >= shortest]
        else:
            found.append((_IN_NUMBER.sub("", run), start, match.end()))
        if characters and match.lastgroup:
            found += [(character, at, at + 1) for at, character in enumerate(run, start) if _is_han(character)]
    return [Token(word, origin[start], origin[end - 1] + 1) for word, start, end in found]


def _is_han(character: str) -> bool:
    return character >= "\u3400" and character != "，"


class _Folding(dict[int, str]):
    """The folded form of every character met so far, as ``str.translate`` wants it, and which change in length."""

    def __init__(self) -> None:
        super().__init__((ord(character), character) for character in _KEPT)
        # The same for those that become one character, because numpy looks up a long text four times as fast.
        self.table = np.full(sys.maxunicode + 1, _OTHERWISE, np.uint32)
        self.table[[*self]] = [*self]
        self._uneven = ""
        # A pattern, because it looks through a text ten times as fast as a set does.
        self.uneven = re.compile("(?!)")

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        bare = "".join(part for part in decomposed if unicodedata.category(part) not in ("Mn", "Cf", "Cs"))
        self[code] = _simplified(unicodedata.normalize("NFKC", bare).casefold())
        if len(self[code]) == 1:
            self.table[code] = ord(self[code])
        else:
            self._uneven += chr(code)
            self.uneven = re.compile(f"[{re.escape(self._uneven)}]")
        return self[code]


_FOLDING = _Folding()


def _folded(text: str) -> str:
    if len(text) >= _LONG:
        codes = _FOLDING.table.take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32))
        if codes.max() != _OTHERWISE:
            return codes.tobytes().decode("utf-32-le")
    return text.translate(_FOLDING)


# Whoever looks twice in one text looks at once.
@functools.lru_cache(64)
def _fold(text: str) -> tuple[str, range | list[int]]:
    """Return the folded text and, for each of its characters, the index of the original one it came from."""
    folded = _folded(text)
    if not _FOLDING.uneven.search(text):
        return folded, range(len(text))
    origin: list[int] = []
    reached = 0
    for match in _FOLDING.uneven.finditer(text):
        at = match.start()
        origin += range(reached, at)
        origin += [at] * len(_FOLDING[ord(text[at])])
        reached = at + 1
    origin += range(reached, len(text))
    return folded, origin


def _simplified(character: str) -> str:
    for convert in _converters():
        character = convert(character)
    return character


@functools.cache
def _converters() -> tuple[Callable[[str], str], ...]:
    from opencc import OpenCC  # Here, because it reads its dictionaries when it is made.

    return tuple(OpenCC(name).convert for name in ("hk2t", "tw2t", "t2s"))


@functools.cache
def _segmenter() -> Any:
    from rjieba import Jieba  # Here, because importing it reads its dictionary.

    return Jieba()
