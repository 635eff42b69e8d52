"""A real Elasticsearch without Docker: its official jars, fetched once by Maven, run by a small Java class.

The tests, the benchmarks and ``make elasticsearch`` use it. It is the server's core with BM25, nearest neighbours,
aggregations, bulk writes, aliases and a plain HTTP port; it has no scripts, no reindexing and no security, which the
product does not use either, but for the security, which it leaves to the installation.
"""

from tests.elasticsearch_node.home import NodeUnavailable
from tests.elasticsearch_node.node import Node, cluster

__all__ = ["Node", "NodeUnavailable", "cluster"]
