"""What belongs together: the pairs of the training folder, and pairs composed from the thesaurus anew in each round.

A pair is a question and its answer, each made of one or more texts, and sometimes an answer that only looks right.
Pairs of one source stay together in a batch, and those of the trades follow one another by sector, because telling an
answer from its likes teaches more than telling it from anything.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from search.training.texts import Texts

Row = Mapping[str, Any]


class Pair(NamedTuple):
    """Numbers of texts; ``wrong`` is empty where no misleading answer is known."""

    question: tuple[int, ...]
    answer: tuple[int, ...]
    wrong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """``draw`` gives the pairs of one round; ``rounds`` is how often they are drawn in one pass over everything.

    ``trades`` are the texts of a source that speaks of the trades: few, drawn often, and no token of theirs too rare.
    """

    name: str
    draw: Callable[[random.Random], Sequence[Pair]]
    rounds: int = 1
    trades: tuple[int, ...] = ()

    @property
    def is_of_trades(self) -> bool:
        return bool(self.trades)


def sources(folder: Path, texts: Texts) -> list[Source]:
    """Read the training folder; the texts of the pairs are added to ``texts``."""
    train = folder / "train"
    return [
        *_science(train, texts),
        _fixed("headings", train / "chinaxiv_heading_passage.jsonl.gz", texts, _question_answer, together=32),
        _fixed("conclusions", train / "chinaxiv_intro_conclusion.jsonl.gz", texts, _question_answer, rounds=3),
        _fixed("needs", train / "need_solution_zh_human.jsonl.gz", texts, _need_solution, rounds=4),
        _terms(train / "zh_en_terms_cedict.jsonl.gz", texts),
        _workshop(train / "workshop_triples.jsonl", texts),
        *_thesaurus(folder / "thesaurus", texts),
    ]


def _science(train: Path, texts: Texts) -> Iterator[Source]:
    kinds: dict[str, list[Pair]] = {}
    for row in rows(train / "science_pairs.jsonl.gz"):
        kinds.setdefault(row["t"], []).append(Pair((texts.add(row["q"]),), (texts.add(row["d"]),)))
    for kind, pairs in sorted(kinds.items()):
        yield Source(kind, _mixed(pairs))


def _fixed(
    name: str,
    file: Path,
    texts: Texts,
    read: Callable[[Row], tuple[str, str]],
    *,
    rounds: int = 1,
    together: int = 1,
) -> Source:
    """Read a file of pairs; ``together`` of its neighbours, which are of one paper or one field, stay neighbours."""
    pairs = [Pair((texts.add(question),), (texts.add(answer),)) for question, answer in map(read, rows(file))]
    return Source(name, _mixed(pairs, together), rounds)


def _mixed(pairs: Sequence[Pair], together: int = 1) -> Callable[[random.Random], list[Pair]]:
    def draw(chance: random.Random) -> list[Pair]:
        starts = range(0, len(pairs), together)
        return [pair for start in chance.sample(starts, len(starts)) for pair in pairs[start : start + together]]

    return draw


def _question_answer(row: Row) -> tuple[str, str]:
    return row["q"], row["d"]


def _need_solution(row: Row) -> tuple[str, str]:
    return row["need"], f"{row['title']}\n{row['solution']}"


def _terms(file: Path, texts: Texts) -> Source:
    """Chinese words with what they are called in English, several to a pair so that a pair has something to say."""
    known = [(texts.add(row["zh"]), tuple(map(texts.add, row["en"]))) for row in rows(file)]

    def draw(chance: random.Random) -> list[Pair]:
        mixed = chance.sample(known, len(known))
        pairs = []
        for start in range(0, len(mixed) - 2, 3):
            some = mixed[start : start + chance.randint(1, 3)]
            pairs.append(Pair(tuple(chance.choice(en) for _zh, en in some), tuple(zh for zh, _en in some)))
        return pairs

    return Source("terms", draw)


def _workshop(file: Path, texts: Texts) -> Source:
    known = [
        (row["sector"], *(texts.add(row[name]) for name in ("need", "need2", "solution", "near"))) for row in rows(file)
    ]

    def draw(chance: random.Random) -> list[Pair]:
        pairs = []
        for sector, need, short, solution, near in known:
            pairs.append((sector, Pair((need,), (solution,), (near,))))
            pairs.append((sector, Pair((short,), (solution,), (near,))))
            pairs.append((sector, Pair((short,), (need,))))
        return _by_sector(chance, pairs)

    return Source("workshop", draw, 8, tuple(number for row in known for number in row[1:]))


@dataclass(frozen=True, slots=True)
class _Concept:
    names: tuple[int, ...]
    english: tuple[int, ...]
    gloss: int
    related: tuple[int, ...]
    solved_by: tuple[int, ...]
    sector: str

    @property
    def texts(self) -> tuple[int, ...]:
        return (*self.names, *self.english, self.gloss, *self.related, *self.solved_by)


def _thesaurus(folder: Path, texts: Texts) -> Iterator[Source]:
    """Compose questions and answers from concepts: what a thing is called, what it is, and what solves it."""
    concepts = [_concept(row, texts) for file in sorted(folder.glob("*.jsonl")) for row in rows(file)]
    glosses = {name: concept.gloss for concept in concepts for name in concept.names}

    def named(chance: random.Random) -> list[Pair]:
        pairs = []
        for concept in concepts:
            one, *others = chance.sample(concept.names, len(concept.names))
            told = (
                Pair((one,), (*others[:2], concept.gloss)),
                Pair((chance.choice(concept.english),), (one, concept.gloss)),
                Pair((concept.gloss,), (one, *_some(chance, concept.related, 2))),
            )
            pairs += [(concept.sector, pair) for pair in told]
        return _by_sector(chance, pairs)

    def solved(chance: random.Random) -> list[Pair]:
        pairs = []
        for concept in concepts:
            if not concept.solved_by:
                continue
            for told in (
                _some(chance, (*concept.names, concept.gloss), 2),
                _some(chance, (*concept.names, concept.gloss), 2),
                (chance.choice(concept.english),),
            ):
                ways = _some(chance, concept.solved_by, 2)
                known = tuple(glosses[way] for way in ways if way in glosses)
                pairs.append((concept.sector, Pair(told, (*ways, *known))))
        return _by_sector(chance, pairs)

    told = tuple(number for concept in concepts for number in concept.texts)
    yield Source("concepts", named, 4, told)
    yield Source("solutions", solved, 8, told)


def _by_sector(chance: random.Random, pairs: Iterable[tuple[str, Pair]]) -> list[Pair]:
    """Return the pairs sector by sector, the sectors and the pairs inside each in any order."""
    sectors: dict[str, list[Pair]] = {}
    for sector, pair in pairs:
        sectors.setdefault(sector, []).append(pair)
    mixed = chance.sample(sorted(sectors), len(sectors))
    return [pair for sector in mixed for pair in chance.sample(sectors[sector], len(sectors[sector]))]


def _concept(row: Row, texts: Texts) -> _Concept:
    return _Concept(
        names=tuple(map(texts.add, (row["pref"], *row["alt"]))),
        english=tuple(map(texts.add, row["en"] or [row["pref"]])),
        gloss=texts.add(row["gloss"]),
        related=tuple(map(texts.add, row.get("related", ()))),
        solved_by=tuple(map(texts.add, row.get("solved_by", ()))),
        sector=row["sector"],
    )


def _some(chance: random.Random, members: Sequence[int], most: int) -> tuple[int, ...]:
    """Return one to ``most`` of the members in any order."""
    return tuple(chance.sample(members, min(len(members), chance.randint(1, most))))


def rows(file: Path) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
