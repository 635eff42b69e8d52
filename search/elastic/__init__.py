"""The engine for a cluster: Elasticsearch ranks by words and by meaning, counts and filters; fusing stays ours.

Use it where one machine's memory or one writer is not enough. Any number of processes write and read: every write
carries the record's revision as external version, so an older one never wins, and a deletion stays as a document that
nobody may read, so that it is not forgotten either. What was written is seen when its index is refreshed, which only
``commit`` does.

It asks of a deployment only what each has: no scripts, no plugins, no licence. Texts arrive already analysed and are
split at blanks, as in the embedded engine; both rank by the same BM25 (k1 1.2, b 0.75; one shard, so that the
statistics are exact). Nearest neighbours are searched in eight bits and weighed again exactly. ``schema`` is the form
of an index, ``queries`` the questions as pure functions, ``connection`` the client and its errors in our terms.
"""

from search.elastic.connection import Connection, connect
from search.elastic.editions import ElasticEditions
from search.elastic.engine import ElasticEngine
from search.elastic.throwaway import ThrowAwayEngine

__all__ = ["Connection", "ElasticEditions", "ElasticEngine", "ThrowAwayEngine", "connect"]
