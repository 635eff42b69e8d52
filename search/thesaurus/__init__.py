"""What the trades call things, and what solves what: concepts with their names, kinds and links.

A worker says "淬不硬", the record of the solution "淬火槽强制搅拌"; the thesaurus knows that both speak of 淬火软点.
``concepts`` holds them and finds their names in a text, ``reading`` checks the files they come from, ``expansion``
adds to a question what its concepts imply and says why, ``solving`` knows what solves the trouble it speaks of.
"""

from search.thesaurus.concepts import Concept, Kind, Mention, Thesaurus
from search.thesaurus.expansion import Expansion, expand
from search.thesaurus.reading import SHIPPED, bundled, read
from search.thesaurus.solving import KnownSolution, Solutions, Way, known_solutions

__all__ = [
    "SHIPPED",
    "Concept",
    "Expansion",
    "Kind",
    "KnownSolution",
    "Mention",
    "Solutions",
    "Thesaurus",
    "Way",
    "bundled",
    "expand",
    "known_solutions",
    "read",
]
