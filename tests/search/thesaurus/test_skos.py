"""A file in SKOS holds every concept whole: read back, each is what it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from search.thesaurus import Concept, Kind, Thesaurus, bundled
from search.thesaurus.skos import NAMESPACE, Format, export
from tests.search.thesaurus.test_concepts import THESAURUS

OURS = Namespace(NAMESPACE)
WRITERS = {Format.TURTLE: "turtle", Format.RDFXML: "xml", Format.JSONLD: "json-ld"}
SMALL = Thesaurus(
    [
        *THESAURUS.concepts.values(),
        Concept(
            "6/ü",
            Kind.EQUIPMENT,
            "淬火槽 <大型> & “自动”",
            ("淬火池",),
            ("quench tank", "bath"),
            hidden=("粹火槽",),
            broader="热处理设备",
            related=("淬火", "烧瓦"),
            sector="焊接·铸造",
            gloss="盛放淬火介质。\n分两种。",
        ),
    ]
)


def read_back(graph: Graph) -> dict[str, Concept]:
    """Return the concepts of a graph by id; the order of names is not kept."""
    return {str(graph.value(subject, SKOS.notation)): _concept(graph, subject) for subject in _numbered(graph)}


def _numbered(graph: Graph) -> list[URIRef]:
    return [subject for subject in graph.subjects(SKOS.notation) if isinstance(subject, URIRef)]


def _concept(graph: Graph, subject: URIRef) -> Concept:
    def texts(predicate: URIRef, language: str) -> list[str]:
        found = graph.objects(subject, predicate)
        return sorted(str(it) for it in found if isinstance(it, Literal) and it.language == language)

    def names(predicate: URIRef) -> tuple[str, ...]:
        return tuple(sorted(str(graph.value(it, SKOS.prefLabel)) for it in graph.objects(subject, predicate)))

    (preferred,) = [it for it in graph.objects(subject, SKOS.prefLabel) if getattr(it, "language", "") == "zh"]
    return Concept(
        id=str(graph.value(subject, SKOS.notation)),
        kind=Kind(str(graph.value(subject, OURS.kind))),
        preferred=str(preferred),
        alternatives=tuple(texts(SKOS.altLabel, "zh")),
        english=(*texts(SKOS.prefLabel, "en"), *texts(SKOS.altLabel, "en")),
        hidden=tuple(texts(SKOS.hiddenLabel, "zh")),
        broader="、".join(_chinese(graph, it) for it in graph.objects(subject, SKOS.broader)),
        related=tuple(sorted(_chinese(graph, it) for it in graph.objects(subject, SKOS.related))),
        solved_by=tuple(sorted(_chinese(graph, it) for it in graph.objects(subject, OURS.solvedBy))),
        sector="".join(texts(OURS.sector, "zh")),
        gloss="".join(texts(SKOS.definition, "zh")),
    )


def _chinese(graph: Graph, subject: object) -> str:
    assert isinstance(subject, URIRef)
    (name,) = [it for it in graph.objects(subject, SKOS.prefLabel) if getattr(it, "language", "") == "zh"]
    return str(name)


def as_written(concept: Concept, thesaurus: Thesaurus) -> Concept:
    """Return a concept with its names in order and what it refers to by the preferred names of that."""

    def referred(names: tuple[str, ...]) -> tuple[str, ...]:
        found: set[str] = set()
        for name in names:
            known = {it.preferred for it in thesaurus.named(name)}
            found |= {name} if name in known or not known else known
        return tuple(sorted(found))

    first, *others = concept.english or ("",)
    return replace(
        concept,
        alternatives=tuple(sorted(concept.alternatives)),
        english=(first, *sorted(others)) if concept.english else (),
        hidden=tuple(sorted(concept.hidden)),
        broader="、".join(referred((concept.broader,))) if concept.broader else "",
        related=referred(concept.related),
        solved_by=referred(concept.solved_by),
    )


# The reader of rdflib uses a class of its own that it tells others not to use.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("form", Format)
def test_concepts_are_read_back_as_they_were(form: Format) -> None:
    found = read_back(Graph().parse(data=export(SMALL, form), format=WRITERS[form]))
    assert found == {concept.id: as_written(concept, SMALL) for concept in SMALL.concepts.values()}


def test_everything_that_comes_with_the_product_is_read_back_as_it_was() -> None:
    thesaurus = bundled()
    found = read_back(Graph().parse(data=export(thesaurus, Format.TURTLE), format="turtle"))
    assert found == {concept.id: as_written(concept, thesaurus) for concept in thesaurus.concepts.values()}


def test_the_file_says_what_leads_from_a_problem_to_a_technique() -> None:
    graph = Graph().parse(data=export(THESAURUS, Format.TURTLE), format="turtle")
    assert (OURS.solvedBy, RDF.type, OWL.ObjectProperty) in graph
    assert (OURS.solvedBy, RDFS.label, Literal("已知解法", lang="zh")) in graph
    assert (OURS.solvedBy, RDFS.label, Literal("solved by", lang="en")) in graph


def test_a_name_that_is_no_concept_of_its_own_is_one_in_the_file() -> None:
    graph = Graph().parse(data=export(THESAURUS, Format.TURTLE), format="turtle")
    (bath,) = graph.subjects(SKOS.prefLabel, Literal("淬火槽强制搅拌", lang="zh"))
    assert (bath, RDF.type, SKOS.Concept) in graph
    assert (bath, SKOS.inScheme, OURS.scheme) in graph
    assert graph.value(bath, SKOS.notation) is None


def test_no_concept_has_two_preferred_names_in_a_language() -> None:
    graph = Graph().parse(data=export(SMALL, Format.TURTLE), format="turtle")
    named = [(subject, label.language) for subject, label in graph.subject_objects(SKOS.prefLabel)]  # type: ignore[attr-defined]
    assert len(named) == len(set(named))
