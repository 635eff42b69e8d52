"""Documents and questions to measure searching with: made up, or sentences of real records recombined; always the same.

Made-up text draws words by Zipf's law from the vocabulary of the bundled model, which is in order of frequency, and
half of them from the few words of the document's topic, so that postings are as uneven and vectors as clustered as
those of real text.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from search import analysis
from search.document import SearchDocument
from search.embedding import BUNDLED

KIND = "achievement"
_TOPICS = 1000
_SENTENCES = 4
_MODES = ["assignment", "exclusive_licence", "ordinary_licence", "service", "development"]
# Returns a title and a body.
Write = Callable[[random.Random], tuple[str, str]]


def documents(count: int, texts: Path | None) -> Iterator[SearchDocument]:
    """Yield ``count`` documents with facets as uneven as those of a province's records."""
    write, chance = _recombined(texts) if texts else _made_up(), random.Random(7)
    for number in range(count):
        title, body = write(chance)
        city = f"51{min(21, int(chance.expovariate(0.25)) + 1):02}"
        section = chance.choice("CCCCBDEGIM")
        yield SearchDocument(
            kind=KIND,
            id=str(number),
            revision=1,
            title=title,
            body=body,
            keywords=tuple(analysis.words(title)[place].text for place in range(min(3, len(analysis.words(title))))),
            facets={
                "region": ("51", city, f"{city}{chance.randint(1, 9):02}"),
                "industry": (section, f"{section}{chance.randint(10, 40)}"),
                "kind": (chance.choice(["invention", "improvement", "method", "tool"]),),
                "trl_band": (chance.choice(["1-3", "4-6", "7-9", "7-9"]),),
                "year": (str(chance.randint(2005, 2026)),),
                "transfer_mode": tuple(chance.sample(_MODES, 2)),
                "source": (chance.choice(["own", "import"]),),
                "owner": (str(chance.randint(1, 3000)),),
            },
            numbers={"date": 736_000 + chance.randint(0, 4000), "benefit": chance.randint(0, 10**8)},
            readers=frozenset({"public"} if chance.random() < 0.95 else {f"org:{chance.randint(1, 50)}"}),
        )


def questions(count: int, documents_count: int, texts: Path | None) -> list[str]:
    """Return what readers ask: six in ten a few words of one record, two its title, two a sentence of it."""
    chance, asked = random.Random(8), []
    step = max(1, documents_count // count)
    for number, document in enumerate(documents(documents_count, texts)):
        if number % step or len(asked) == count:
            continue
        words = [word.text for word in analysis.words(document.body) if len(word.text) > 1] or [document.title]
        start = chance.randrange(max(1, len(words) - 4))
        kind = len(asked) % 10
        sentence = document.body.split("。")[1][:60] or document.title
        asked.append(
            "".join(words[start : start + chance.randint(1, 4)])
            if kind < 6
            else document.title[:25]
            if kind < 8
            else sentence
        )
    return asked


def _made_up() -> Write:
    tokenizer = json.loads((BUNDLED / "0_StaticEmbedding" / "tokenizer.json").read_text("utf-8"))
    ranks = tokenizer["model"]["vocab"]
    common = [word for word in sorted(ranks, key=ranks.get) if len(word) > 1 and "\u4e00" <= word[0] <= "\u9fff"]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(common))))
    chance = random.Random(6)
    topics = [chance.choices(common, cum_weights=weights, k=60) for _ in range(_TOPICS)]

    def write(chance: random.Random) -> tuple[str, str]:
        topic = chance.choice(topics)
        sentences = []
        for _ in range(_SENTENCES):
            words = chance.choices(common, cum_weights=weights, k=10) + chance.choices(topic, k=10)
            chance.shuffle(words)
            sentences.append("，".join(("".join(words[:10]), "".join(words[10:]))))
        return "".join(chance.choices(topic, k=5)), "。".join(sentences) + "。"

    return write


def _recombined(texts: Path) -> Write:
    """Read JSON lines with a title and an abstract."""
    titles, sentences = [], []
    with gzip.open(texts, "rt", encoding="utf-8") if texts.suffix == ".gz" else texts.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            abstract = record.get("abstract") or ""
            found = [abstract[place.start : place.end] for place in analysis.sentences(abstract)]
            sentences += [sentence.rstrip("。.") for sentence in found if 10 < len(sentence) < 200]
            titles += [record["title"]] if record.get("title") else []
    return lambda chance: (chance.choice(titles), "。".join(chance.sample(sentences, _SENTENCES)) + "。")
