"""What can go wrong while searching, typed so that a caller can tell the cases apart and word them for its reader."""

from collections.abc import Mapping


class SearchError(Exception):
    """The base of every error this package raises on purpose."""


class IndexMissing(SearchError):
    """There is no index at the place named; it must be built before a question can be answered."""


class IndexMismatch(SearchError):
    """The index was made by another embedding model or text recipe than the one in use and must be rebuilt."""


class IndexLocked(SearchError):
    """Another process is writing to the index."""


class IndexReplaced(SearchError):
    """Another index has come into use since this one was opened for writing; begin again with that one."""


class IndexDamaged(SearchError):
    """The index is there and cannot be read; it must be built anew from the database."""


class IndexUnavailable(SearchError):
    """The engine as a whole cannot be used now: it is not reached, or does not answer in time. Try again later."""


class IndexBusy(IndexUnavailable):
    """The engine has more to do than it can take; fewer documents after a pause may pass."""


class IndexBlocked(IndexUnavailable):
    """The engine takes no writes until somebody acts; the message says why: the disk is full, the index read-only."""


class IndexUnsound(SearchError):
    """An index does not hold what it should and was not brought into use; the message says what differs."""


class DocumentsRefused(SearchError):
    """The engine refused some documents and took the others; ``reasons`` gives a sentence for each (kind, id)."""

    def __init__(self, reasons: Mapping[tuple[str, str], str]) -> None:
        super().__init__("；".join(f"{kind} {identity}：{reason}" for (kind, identity), reason in reasons.items()))
        self.reasons = dict(reasons)


class ModelUnavailable(SearchError):
    """The embedding model cannot be loaded; the message says what is missing and how to get it."""


class BadEvaluationFolder(SearchError):
    """A folder to measure with is not in order; the message names the file and the line."""


class BadThesaurus(SearchError):
    """A file of concepts is not in order; the message names the file, the line and the field."""
