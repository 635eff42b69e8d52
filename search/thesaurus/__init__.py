"""What the trades call things, and what solves what: concepts with their names, kinds and links.

A worker says "淬不硬", the record of the solution "淬火槽强制搅拌"; the thesaurus knows that both speak of 淬火软点.
``concepts`` holds them and finds their names in a text, ``reading`` reads the files they come from, ``soundness`` says
what is wrong with one, ``overlay`` lays changes over the files, ``expansion`` adds to a question what its concepts
imply and says why, ``solving`` knows what solves the trouble it speaks of, ``skos`` writes them for other systems.
"""

from search.thesaurus.concepts import Concept, Kind, Mention, Thesaurus
from search.thesaurus.expansion import Comparison, Expansion, compare, expand
from search.thesaurus.overlay import Change, Overlaid, changed, overlaid
from search.thesaurus.reading import SHIPPED, bundled, read
from search.thesaurus.solving import KnownSolution, Solutions, Way, known_solutions
from search.thesaurus.soundness import Fault, Flaw, flaws

__all__ = [
    "SHIPPED",
    "Change",
    "Comparison",
    "Concept",
    "Expansion",
    "Fault",
    "Flaw",
    "Kind",
    "KnownSolution",
    "Mention",
    "Overlaid",
    "Solutions",
    "Thesaurus",
    "Way",
    "bundled",
    "changed",
    "compare",
    "expand",
    "flaws",
    "known_solutions",
    "overlaid",
    "read",
]
