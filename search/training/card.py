"""The model card: what the model is, what it was made of and how, so that whoever uses it can judge and repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ORIGINS = {
    "concepts": "the thesaurus in `search/thesaurus`, written for this product",
    "solutions": "the thesaurus in `search/thesaurus`, written for this product",
    "workshop": "workshop needs with solutions and misleading answers, written for this product",
    "terms": "CC-CEDICT, CC BY-SA 4.0",
    "headings": "ChinaXiv papers, CC BY 4.0",
    "conclusions": "ChinaXiv papers, CC BY 4.0",
    "needs": "ChinaXiv papers, CC BY 4.0",
}
_OTHERS = (
    "ChinaXiv (CC BY 4.0), CSL (Apache-2.0), patents (public record), summaries of arXiv papers (Apache-2.0 modified)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One training: ``sources`` gives the pairs of a round and the rounds of a pass, by name."""

    sources: Mapping[str, tuple[int, int]]
    tokens: int
    dimensions: int
    passes: int
    steps: int
    seed: int
    minutes: float


def write_card(folder: Path, run: Run) -> None:
    """Write ``README.md`` into the folder of a model; every figure is of the run."""
    lines = [
        f"| {name} | {pairs:,} | {rounds} | {_ORIGINS.get(name, _OTHERS)} |"
        for name, (pairs, rounds) in sorted(run.sources.items())
    ]
    (folder / "README.md").write_text(_CARD.format(run=run, sources="\n".join(lines)), "utf-8")


_CARD = """---
language: [zh, en]
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---

# The bundled embedding model

A table of {run.tokens:,} tokens with {run.dimensions} dimensions each, in half precision: Chinese words, single Chinese
characters, English words, numbers with units. A text is the mean of its tokens, so embedding a question costs a lookup.
Texts are cut by `search.analysis` before; in sentence-transformers, give it `" ".join(search.analysis.terms(text))`.

**For** finding achievements for a need told in a workshop's words, and records by a question in Chinese or English.
**Not for** word order, negation or long arguments: a mean of words knows none of them.

## How it was made

`python -m search.training DATA --seed {run.seed}` took {run.minutes:.0f} minutes. Every token began where latent
semantic analysis of all texts puts it; {run.steps:,} batches in {run.passes} passes then moved pairs together by
InfoNCE in both directions, over all dimensions and over the first quarter of them. Batches of the trades hold a few
sectors each, so that an answer is told from its likes.

| source | pairs a round | rounds a pass | from |
| --- | ---: | ---: | --- |
{sources}

Evaluation texts are not among them. How well the model finds is measured by `make quality`; see `docs/quality.md`.
"""
