"""Turn an achievement, a demand or a studio into the document that is searched, or into None when nobody may find it.

Only what anyone may read goes into the text: a hit, a highlight or a quotation can then never show more than the page
itself does. The body is the public fields one after another, and ``place_in_field`` leads back from a place in the
body to the field it came from, so that a quotation is kept with offsets into the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marketplace import vocabulary
from marketplace.indexing import market
from marketplace.models import Achievement, Demand, Organisation, Studio
from marketplace.permissions import OPEN_DEMANDS, readers_of
from marketplace.schemas.disclosure import PUBLIC, layer_of
from marketplace.services.studio import public
from search.document import SearchDocument, Span

ACHIEVEMENT_TEXT = ("teaser", "summary", "problem", "principle", "difference")
INDICATORS = "indicators"

Sections = tuple[tuple[str, str], ...]
Indexed = Achievement | Demand | Studio


def document_for(record: Indexed) -> SearchDocument | None:
    """Return the document of a record, or None where it must not be in the index."""
    if isinstance(record, Studio):
        return _studio_document(record) if record.state != "closed" else None
    if isinstance(record, Achievement):
        return _achievement_document(record) if record.published_state == "published" else None
    # A demand that waits for verification is matched and found by whoever posted it; a draft or a closed one is not.
    return demand_document(record) if record.state in (*OPEN_DEMANDS, "submitted", "verified") else None


def revision_of(record: Indexed) -> int:
    """Return the revision the document of a record has, or would have."""
    return market.revision_of(record) if isinstance(record, Achievement) else record.revision


def sections_of(record: Achievement | Demand) -> Sections:
    """Return the (field, text) pairs the body is made of, in order, without the empty ones."""
    if isinstance(record, Demand):
        return (("text", record.text),)
    fields = [(name, getattr(record, name)) for name in ACHIEVEMENT_TEXT if _is_public(record, name)]
    fields.append((INDICATORS, indicator_text(record)))
    return tuple((name, text) for name, text in fields if text)


def indicator_text(achievement: Achievement) -> str:
    """Return the public key indicators as one line of text, as the page shows them."""
    if not _is_public(achievement, INDICATORS):
        return ""
    return "；".join(f"{indicator.name} {indicator.value}{indicator.unit}" for indicator in achievement.indicators)


def body_of(sections: Sections) -> str:
    return "\n".join(text for _name, text in sections)


def place_in_field(sections: Sections, span: Span) -> tuple[str, int, int]:
    """Return (field, start, end) for a place in the body; raise ValueError when it crosses two fields."""
    offset = 0
    for name, text in sections:
        if offset <= span.start and span.end <= offset + len(text):
            return name, span.start - offset, span.end - offset
        offset += len(text) + 1
    raise ValueError(f"characters {span.start} to {span.end} are not inside one field")


def _is_public(achievement: Achievement, field: str) -> bool:
    return layer_of(achievement, field) == PUBLIC


def _achievement_document(achievement: Achievement) -> SearchDocument:
    moment = achievement.completed_on or (achievement.published_at and achievement.published_at.date())
    return SearchDocument(
        kind="achievement",
        id=str(achievement.id),
        revision=market.revision_of(achievement),
        title=achievement.title,
        body=body_of(sections_of(achievement)),
        keywords=tuple(achievement.keywords),
        facets=_facets(
            region=_path(vocabulary.regions, achievement.region),
            industry=_path(vocabulary.industries, achievement.industry),
            kind=[achievement.kind],
            trl_band=[trl_band(achievement.trl)],
            year=[str(moment.year) if achievement.completed_on else None],
            source=[achievement.source],
            owner=[str(unit.id) for unit in achievement.units],
            **market.facets_of(achievement),
        ),
        numbers=_numbers(
            date=moment.toordinal() if moment else None,
            year=achievement.completed_on.year if achievement.completed_on else None,
            benefit=achievement.benefit_claimed if _is_public(achievement, "benefit_claimed") else None,
            trl=achievement.trl,
            price=market.least_price(achievement),
        ),
        readers=readers_of(achievement),
    )


def demand_document(demand: Demand) -> SearchDocument:
    """Return the document of a demand, whatever its state: matching needs it before anybody may find it."""
    excluded = [*demand.excluded_organisations, *([demand.organisation_id] if demand.organisation_id else [])]
    return SearchDocument(
        kind="demand",
        id=str(demand.id),
        revision=demand.revision,
        title=demand.title,
        body=body_of(sections_of(demand)),
        facets=_facets(
            region=_path(vocabulary.regions, demand.region),
            industry=_path(vocabulary.industries, demand.industry),
            transfer_mode=demand.cooperation,
            source=[demand.source],
            state=[demand.state],
            owner=[_owner(demand.organisation)],
            # An enterprise looks for what it does not have: its own achievements are no answer to its demand.
            excluded_owner=[str(organisation_id) for organisation_id in excluded],
        ),
        numbers=_numbers(
            date=demand.created_at.date().toordinal(),
            budget=demand.budget_max if demand.budget_max is not None else demand.budget_min,
            min_trl=demand.min_trl,
        ),
        readers=readers_of(demand),
    )


def _studio_document(studio: Studio) -> SearchDocument:
    """Return what everybody sees of a studio; its leader only where the person agreed, as on its page.

    What the page says elsewhere of a hit are keywords, so that the passage shown is of the story.
    """
    unit, leader = studio.organisation, public.leader_of(studio)
    said = (studio.story, unit.name, leader.name if leader else "")
    # Who was delisted has no tier any more.
    tiers = [studio.tier] if studio.delisted_on is None else []
    names = (
        *vocabulary.studio_kinds.names(studio.kind), *map(vocabulary.studio_tiers.label, tiers), *_labels(unit),
    )  # fmt: skip
    results = (it.title for it in public.results_of(studio))
    return SearchDocument(
        kind="studio",
        id=str(studio.id),
        revision=studio.revision,
        title=studio.name,
        body="\n".join(filter(None, said)),
        keywords=tuple(filter(None, (studio.field, *results, *studio.aliases, *names))),
        facets=_facets(
            region=unit.region_path.split("/"),
            industry=unit.industry_path.split("/"),
            kind=[studio.kind],
            tier=tiers,
        ),
        numbers=_numbers(date=(studio.founded_on or studio.created_at.date()).toordinal()),
    )


def _labels(unit: Organisation) -> list[str]:
    """Return what the place and the trade of a unit are called."""
    labels = [vocabulary.regions.label(unit.region)] if unit.region else []
    return [*labels, vocabulary.industries.label(unit.industry)] if unit.industry else labels


def trl_band(trl: int | None) -> str | None:
    """Return the band a readiness level belongs to: research, demonstration or use."""
    return None if trl is None else "1-3" if trl <= 3 else "4-6" if trl <= 6 else "7-9"


def _path(codes: vocabulary.CodeList, code: str | None) -> Iterable[str]:
    return codes.path(code).split("/") if code else ()


def _owner(organisation: Organisation | None) -> str | None:
    return str(organisation.id) if organisation else None


def _facets(**values: Iterable[str | None]) -> Mapping[str, tuple[str, ...]]:
    kept = {name: tuple(value for value in members if value) for name, members in values.items()}
    return {name: members for name, members in kept.items() if members}


def _numbers(**values: int | None) -> Mapping[str, int]:
    return {name: value for name, value in values.items() if value is not None}
