"""Compare the index in use with the one that stands beside it, before somebody decides which to use."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import permissions
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.rebuilding import NoSuchEdition
from marketplace.models import Achievement, Demand, UnansweredQuestion
from marketplace.permissions import PUBLIC
from search.editions import Edition
from search.embedded import EmbeddedEngine
from search.embedding import Embedder
from search.quality import evaluation
from search.quality.beir import Collection
from search.quality.comparison import Asked, Comparison, Side, compare

# How many titles of records are asked where nobody brings questions.
TITLES = 200
_KIND = "achievement"
_TOKENS = frozenset({PUBLIC})
Progress = Callable[[int], None]


def two_editions(catalogue: Catalogue) -> tuple[Edition, Edition]:
    """Return the index in use and the one beside it; raise NoSuchEdition where there are not both."""
    kept = catalogue.editions.arrangement()
    if kept.live is None or kept.beside is None:
        raise NoSuchEdition("没有建在旁边的索引可比较，请先设置 EMBEDDING_MODEL 并运行 flask index rebuild --beside。")
    return kept.live, kept.beside


def two_models(catalogue: Catalogue) -> tuple[Embedder, Embedder]:
    """Return the model of the index in use, and of the one beside it or else the one that is set."""
    beside = catalogue.editions.arrangement().beside
    return catalogue.embedder, catalogue.embedder_of(beside) if beside else catalogue.embedder_named(catalogue.model)


def questions_of(lines: Iterable[str]) -> list[Asked]:
    """Return lines of text as questions about achievements."""
    return [Asked(_KIND, line) for line in lines]


def questions_people_ask(session: Session, most: int = TITLES) -> list[Asked]:
    """Return what people asked, as unanswered questions and titles of demands, and then titles of achievements.

    What people asked is judged by nobody; the right answer to the title of an achievement is the achievement.
    """
    unanswered = sa.select(UnansweredQuestion.text).order_by(UnansweredQuestion.count.desc(), UnansweredQuestion.id)
    demands = sa.select(Demand.title).where(Demand.state.in_(permissions.OPEN_DEMANDS)).order_by(Demand.id)
    people = [*session.scalars(unanswered.limit(most // 4)), *session.scalars(demands.limit(most // 4))]
    asked = [Asked(_KIND, text) for text in dict.fromkeys(people)]
    known = sa.select(Achievement.id, Achievement.title).where(Achievement.published_state == "published")
    records = session.execute(known.order_by(Achievement.id)).all()
    step = max(1, len(records) // (most - len(asked)))
    chosen = records[::step][: most - len(asked)]
    return asked + [Asked(_KIND, title, {str(identity): 1}) for identity, title in chosen]


def compare_editions(catalogue: Catalogue, questions: Sequence[Asked], progress: Progress) -> list[Comparison]:
    """Ask both indexes what a visitor may ask."""
    one, other = (catalogue.open(edition) for edition in two_editions(catalogue))
    with closing(one[0]), closing(other[0]):
        return compare(one, other, questions, tokens=_TOKENS, progress=progress)


def compare_on(
    collection: Collection, embedders: tuple[Embedder, Embedder], stages: evaluation.Progress
) -> list[Comparison]:
    """Index the documents of a judged collection with two models, throw-away, and ask its questions of both."""
    asked = [Asked(_KIND, it.text, collection.grades.get(it.id, {})) for it in collection.questions]
    with ExitStack() as held:
        one, other = (_throw_away(held, collection, embedder, stages) for embedder in embedders)
        done = iter(range(1, len(asked) + 1))
        return compare(
            one, other, asked, tokens=_TOKENS, progress=lambda _count: stages("questions", next(done), len(asked))
        )


def _throw_away(held: ExitStack, collection: Collection, embedder: Embedder, stages: evaluation.Progress) -> Side:
    folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
    engine = EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    held.enter_context(closing(engine))
    evaluation.fill(engine, embedder, collection.documents, stages)
    return engine, embedder
