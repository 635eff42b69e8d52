"""``python -m search.training DATA [--folder search/model]``: train the bundled model, the same each time it is run."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search.embedding import BUNDLED
from search.training.card import Run, write_card
from search.training.floor import floor
from search.training.initial import initial_rows
from search.training.learning import Learner
from search.training.pairs import Pair, Source, sources
from search.training.saving import save
from search.training.texts import Texts, encoded, vocabulary

_TOKENS = 60_000
_DIMENSIONS = 256
# A batch of a general source, and of one of the trades: a few sectors at a time.
_BATCH, _DOMAIN_BATCH = 1024, 768
_RATE = 1.2e-3
_WARMING = 50
_SHOWN = 100


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds train/ and thesaurus/")
    parser.add_argument("--folder", type=Path, default=BUNDLED, help="where the model is written")
    parser.add_argument("--passes", type=int, default=8, help="how often everything is looked at")
    parser.add_argument("--tokens", type=int, default=_TOKENS, help="how many tokens get a vector")
    parser.add_argument("--dimensions", type=int, default=_DIMENSIONS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    texts = Texts()
    found = sources(options.data, texts)
    chance = random.Random(options.seed)  # noqa: S311 - nothing secret is drawn
    tokens = texts.tokens()
    ids = vocabulary(tokens, (number for source in found for number in source.trades), options.tokens)
    known = encoded(tokens, ids)
    print(f"{len(texts)} texts, {len(ids)} tokens, {time.monotonic() - began:.0f} s")
    rows = initial_rows(known, len(ids) + 1, options.dimensions, options.seed)
    learner = Learner(rows, known, np.random.default_rng(options.seed))
    steps = learn(learner, found, chance, options.passes)
    save(options.folder, learner.rows, ids, floor(learner, found, chance))
    run = Run(
        sources={source.name: (len(source.draw(chance)), source.rounds) for source in found},
        tokens=len(ids),
        dimensions=options.dimensions,
        passes=options.passes,
        steps=steps,
        seed=options.seed,
        minutes=(time.monotonic() - began) / 60,
    )
    write_card(options.folder, run)
    print(f"{options.folder}: {run.minutes:.0f} minutes")


def learn(learner: Learner, found: Sequence[Source], chance: random.Random, passes: int) -> int:
    """Look at every source ``passes`` times, ever more slowly; return how many batches that were."""
    step, total = 0, 0
    for one in range(passes):
        mixed = batches(found, chance)
        total = total or len(mixed) * passes
        losses = []
        for batch in mixed:
            rate = _RATE * min(1, (step + 1) / _WARMING) * max(0.02, 1 - step / total)
            losses.append(learner.step(batch, rate))
            step += 1
            if step % _SHOWN == 0:
                print(
                    f"pass {one + 1}, batch {step} of about {total}: loss {np.mean(losses[-_SHOWN:]):.2f}", flush=True
                )
    return step


def batches(found: Sequence[Source], chance: random.Random) -> list[list[Pair]]:
    """Return one pass over all sources as batches of one source each, in any order."""
    made = []
    for source in found:
        size = _DOMAIN_BATCH if source.is_of_trades else _BATCH
        for _round in range(source.rounds):
            pairs = source.draw(chance)
            cut = [list(pairs[start : start + size]) for start in range(0, len(pairs), size)]
            # A remnant has too few wrong answers to learn from, unless it is all there is.
            made += [batch for batch in cut if len(batch) >= size // 4 or len(cut) == 1]
    return chance.sample(made, len(made))


if __name__ == "__main__":
    main()
