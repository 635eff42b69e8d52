"""The indexes that are kept at one time, whichever engine holds them: one in use, one from before, one to try.

An engine writes and answers in one edition and never leaves it; which edition is in use is decided here, in one step
that either happens or does not. A rebuild fills an edition nobody is shown yet; a rollback takes the previous one back;
another embedding model is tried in an edition beside the one in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from search.engine import Engine


@dataclass(frozen=True, slots=True)
class Edition:
    """One index of every kind of document: what it was made with, and how far it follows the records.

    ``model`` is what ``load_embedder`` is given, empty for the bundled model; ``fingerprint`` and ``dimensions`` are
    those of that model when the edition was made. ``mark`` numbers the last change of the records that the edition is
    sure to hold; what the number means is for whoever keeps the records. ``made_at`` is a moment in ISO 8601.
    """

    name: str
    model: str
    fingerprint: str
    dimensions: int
    mark: int
    made_at: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which editions are kept and what for.

    ``live`` answers questions and takes every change. ``previous`` was live before it. ``beside`` was made to be
    compared with it. The latter two take changes only when they are brought into use.
    """

    live: Edition | None = None
    previous: Edition | None = None
    beside: Edition | None = None

    def __iter__(self) -> Iterator[Edition]:
        return (edition for edition in (self.live, self.previous, self.beside) if edition is not None)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Arrangement:
        """Return the arrangement that ``plain`` wrote."""
        return cls(**{role: Edition(**edition) for role, edition in kept.items() if edition})

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


class Editions(Protocol):
    """The editions of one installation."""

    def arrangement(self) -> Arrangement:
        """Return the present arrangement, cheaply enough to be asked at every question."""

    def open(self, edition: Edition) -> Engine:
        """Open an edition for reading; it sees every later commit to it.

        Raises IndexMissing where it is gone, IndexMismatch where it has a form this version does not read.
        """

    def fill(self, edition: Edition) -> Engine:
        """Open an edition for writing, whether or not it is in use; raise IndexLocked where another process does."""

    def writer(self) -> Engine:
        """Open the edition in use for writing, as whoever follows the changes does.

        Its ``commit`` raises IndexReplaced where another edition has come into use since, so that a change which is
        newer than the exchange is never marked as done though it reached the replaced edition only. Raises
        IndexMissing and IndexLocked.
        """

    def create(self, model: str, fingerprint: str, dimensions: int, *, mark: int) -> Edition:
        """Make an empty edition of no role; only inside ``changing``."""

    def arrange(self, arrangement: Arrangement) -> None:
        """Make an arrangement the present one in one step, marks included, and then remove every other edition.

        Only inside ``changing``. Engines that are open on a removed edition may fail at their next question.
        """

    def changing(self) -> AbstractContextManager[None]:
        """Hold the right to change which editions there are; raise IndexLocked where another process has it.

        Entering removes what a killed process left behind. Leaving removes what was created and given no role.
        """
