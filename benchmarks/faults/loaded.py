"""All that a worker needs, loaded when this module is imported: once, by the server that workers are forked from."""

from marketplace.indexing import matching, worker
from marketplace.services import thesaurus
from search.asking.question import understand
from search.embedding import load_embedder

EMBEDDER = load_embedder()
# What is read at the first text, such as the dictionaries, is read here.
understand("主轴箱漏油", EMBEDDER)

__all__ = ["EMBEDDER", "matching", "thesaurus", "worker"]
