"""Write a thesaurus in SKOS, the vocabulary of the W3C for thesauri (https://www.w3.org/TR/skos-reference/).

What a concept refers to and no concept is called becomes a concept with nothing but its name; a name that two trades
share leads to the concepts of both. Three properties go beyond SKOS and are described in the file itself: ``solvedBy``
from a problem to a technique, ``kind`` and ``sector``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from search import analysis
from search.thesaurus.concepts import Concept, Thesaurus

if TYPE_CHECKING:
    from rdflib import Graph

# A name for use inside the file: an installation has no address that would outlive it.
NAMESPACE = "urn:innovation-marketplace:thesaurus:"
SCHEME = NAMESPACE + "scheme"
TITLE = {"zh": "职工创新叙词表", "en": "Thesaurus of workers' innovation"}

# (label, meaning) by language.
PROPERTIES = {
    "kind": {
        "zh": ("种类", "概念是哪一种，用代码表示：问题、技术、设备、材料、性能、工艺或效果。"),
        "en": ("kind", "What sort of thing a concept is, as a code: problem, technique, equipment and so on."),
    },
    "sector": {
        "zh": ("行业", "说起这个概念的行当。"),
        "en": ("sector", "The trade that speaks of the concept."),
    },
    "solvedBy": {
        "zh": ("已知解法", "由问题指向已知能解决它的技术。"),
        "en": ("solved by", "Leads from a problem to a technique known to solve it."),
    },
}


class Format(enum.StrEnum):
    """How a graph is written down."""

    TURTLE = "turtle"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"

    @property
    def media_type(self) -> str:
        return {"turtle": "text/turtle", "rdfxml": "application/rdf+xml", "jsonld": "application/ld+json"}[self]

    @property
    def suffix(self) -> str:
        return {"turtle": ".ttl", "rdfxml": ".rdf", "jsonld": ".jsonld"}[self]


def export(thesaurus: Thesaurus, form: Format) -> bytes:
    """Return a thesaurus as a SKOS file in UTF-8."""
    writer = {"turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}[form]
    return graph(thesaurus).serialize(format=writer, encoding="utf-8")


def graph(thesaurus: Thesaurus) -> Graph:
    """Return a thesaurus as RDF."""
    # Here, because importing it takes longer than answering a question.
    from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

    own, made = Namespace(NAMESPACE), Graph()
    made.bind("market", own)
    _describe(made)
    for concept in thesaurus.concepts.values():
        subject = URIRef(_iri(concept.id))
        made.add((subject, SKOS.notation, Literal(concept.id)))
        made.add((subject, own.kind, Literal(concept.kind.value)))
        if concept.sector:
            made.add((subject, own.sector, Literal(concept.sector, lang="zh")))
        for name, language, text in _texts(concept):
            made.add((subject, SKOS[name], Literal(text, lang=language)))
        for predicate, name in _references(concept):
            for target, label in _targets(name, thesaurus):
                made.add((subject, own.solvedBy if predicate == "solvedBy" else SKOS[predicate], URIRef(target)))
                made.add((URIRef(target), SKOS.prefLabel, Literal(label, lang="zh")))
    for named in set(made.subjects(SKOS.prefLabel)):
        made.add((named, RDF.type, SKOS.Concept))
        made.add((named, SKOS.inScheme, URIRef(SCHEME)))
    return made


def _describe(made: Graph) -> None:
    """Say in the graph what the scheme and the properties of our own are."""
    from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, URIRef

    scheme = URIRef(SCHEME)
    made.add((scheme, RDF.type, SKOS.ConceptScheme))
    for language, title in TITLE.items():
        made.add((scheme, DCTERMS.title, Literal(title, lang=language)))
    for name, meanings in PROPERTIES.items():
        subject = URIRef(NAMESPACE + name)
        made.add((subject, RDF.type, OWL.ObjectProperty if name == "solvedBy" else OWL.DatatypeProperty))
        made.add((subject, RDFS.domain, SKOS.Concept))
        for language, (label, meaning) in meanings.items():
            made.add((subject, RDFS.label, Literal(label, lang=language)))
            made.add((subject, RDFS.comment, Literal(meaning, lang=language)))
    solved_by = URIRef(NAMESPACE + "solvedBy")
    made.add((solved_by, RDFS.range, SKOS.Concept))
    made.add((solved_by, RDFS.subPropertyOf, SKOS.semanticRelation))


def _texts(concept: Concept) -> Iterator[tuple[str, str, str]]:
    """Yield (property of SKOS, language, text)."""
    yield "prefLabel", "zh", concept.preferred
    yield from (("altLabel", "zh", name) for name in concept.alternatives)
    yield from (("hiddenLabel", "zh", name) for name in concept.hidden)
    yield from (("prefLabel" if at == 0 else "altLabel", "en", name) for at, name in enumerate(concept.english))
    if concept.gloss:
        yield "definition", "zh", concept.gloss


def _references(concept: Concept) -> Iterator[tuple[str, str]]:
    if concept.broader:
        yield "broader", concept.broader
    yield from (("related", name) for name in concept.related)
    yield from (("solvedBy", name) for name in concept.solved_by)


def _targets(name: str, thesaurus: Thesaurus) -> Iterator[tuple[str, str]]:
    """Yield (address, preferred name) of what a name refers to: those who prefer the name, else all who have it."""
    known = thesaurus.named(name)
    folded = analysis.normalise(name)
    preferring = [concept for concept in known if analysis.normalise(concept.preferred) == folded]
    for concept in preferring or known:
        yield _iri(concept.id), concept.preferred
    if not known:
        yield f"{NAMESPACE}name:{_safe(folded)}", name


def _iri(identity: str) -> str:
    return f"{NAMESPACE}concept:{_safe(identity)}"


def _safe(name: str) -> str:
    """Return a name as it may stand in an address: Chinese as it is, so that the file can be read."""
    return re.sub(r"[^\w.-]", lambda found: quote(found[0], safe=""), name)
