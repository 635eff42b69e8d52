"""How fast the lists and queues of a whole province are: a million proposals and 200,000 achievements in PostgreSQL.

    python -m benchmarks.load                                writes docs/performance.md
    python -m benchmarks.load --proposals 20000 --achievements 4000 --no-page

``population`` makes the province up from the words of the sample records; ``pages`` asks its lists as its people do.
"""
