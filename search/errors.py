"""What can go wrong while searching, typed so that a caller can tell the cases apart and word them for its reader."""


class SearchError(Exception):
    """The base of every error this package raises on purpose."""


class IndexMissing(SearchError):
    """There is no index at the place named; it must be built before a question can be answered."""


class IndexMismatch(SearchError):
    """The index was made by another embedding model or text recipe than the one in use and must be rebuilt."""


class IndexLocked(SearchError):
    """Another process is writing to the index."""


class ModelUnavailable(SearchError):
    """The embedding model cannot be loaded; the message says what is missing and how to get it."""


class BadEvaluationFolder(SearchError):
    """A folder to measure with is not in order; the message names the file and the line."""


class BadThesaurus(SearchError):
    """A file of concepts is not in order; the message names the file, the line and the field."""
