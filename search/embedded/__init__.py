"""The engine without a server: tantivy for words, an exact comparison for meaning, columns in memory for conditions.

It is the default, for an installation on one machine: one process writes, any number read, and a reader sees a commit
at its next question. Use a cluster engine where one machine's memory or one writer is not enough.

A document version is a row; rows are numbered from 0, never changed and never reused. On disk they lie in files that
only grow (``journal``) and their words in a tantivy index (``words``). A row becomes true at tantivy's commit, which
is atomic, and its number stands in that index: whatever the files hold beyond the last committed row was left by a
crash, is never read, and is cut off by the next writer. In memory a reader keeps the columns (``rows``), the vectors
in eight bits (``vectors``) and, where there are many, a sketch of each (``sketch``); ``selection`` answers a question
from one such state.
"""

from search.embedded.editions import EmbeddedEditions
from search.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEditions", "EmbeddedEngine"]
