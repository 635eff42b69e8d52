"""What differs between the nouns that are brought in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only, selectinload

from ingest.report import Place
from marketplace.errors import DomainError
from marketplace.models import Achievement, Demand, Proposal
from marketplace.permissions import Actor, readable
from marketplace.services import achievement, demand, organisation
from marketplace.services.crew import importing as crews
from marketplace.services.honour import importing as honours
from marketplace.services.organisation import name_key
from marketplace.services.outreach import importing as attendance
from marketplace.services.participation import importing as participation
from marketplace.services.proposal import importing as proposals
from marketplace.services.records import Outcome
from marketplace.services.statistics import designated, headcounts
from marketplace.services.studio import importing as studios

if TYPE_CHECKING:
    from marketplace.services.disclosing.personal_data import Found

Row = dict[str, Any]
TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is compared; ``where``, as text, tells a person where to find it."""

    title: str
    units: tuple[str, ...]
    text: str
    where: Any


@dataclass(frozen=True, slots=True)
class Noun:
    """``identities`` are what no two rows of a file may share; ``entry`` and ``stored`` feed the duplicate check,
    the latter with what whoever imports may read; where ``entry`` is None nothing resembles: its identity says all.
    ``personal`` finds personal data in what becomes public. ``write`` gives a DomainError for a row it refuses, or
    raises it for all. ``batches`` are written at once, of rows that are short.
    ``keeps_file_hash`` says that each record says which file it came from.
    """

    label: str
    write: Callable[[Session, Actor, Sequence[Row]], Sequence[tuple[Any, Outcome] | DomainError]]
    identities: Callable[[Row], list[tuple[str, str]]]
    entry: Callable[[Row, Place], Entry] | None
    stored: Callable[[Session, Actor], Iterator[Entry]]
    personal: Callable[[Row], list[Found]] = lambda _row: []
    batches: int = 1
    keeps_file_hash: bool = False


def _source_identity(row: Row) -> list[tuple[str, str]]:
    return [("编号", f"{row.get('source', '')}\t{row['source_id']}")] if row.get("source_id") else []


def _organisation_identities(row: Row) -> list[tuple[str, str]]:
    code = row.get("credit_code")
    by_code = [("统一社会信用代码", code)] if code else []
    return [*_source_identity(row), ("单位名称", name_key(row["name"])), *by_code]


def _honour_identities(row: Row) -> list[tuple[str, str]]:
    who = f"{row['name']}\t{name_key(row['organisation_name'])}\t{row['born_on'] or ''}"
    return [*_source_identity(row), ("荣誉", f"{who}\t{row['title']}\t{row['year']}")]


def _crew_identities(row: Row) -> list[tuple[str, str]]:
    which = f"{name_key(row['name'])}\t{name_key(row['organisation_name'])}"
    return [*_source_identity(row), ("荣誉", f"{which}\t{row['title']}\t{row['year']}")]


def _attendance_identities(row: Row) -> list[tuple[str, str]]:
    who = f"{name_key(row['organisation_name'])}\t{row['name']}\t{row['person_id'] or ''}"
    return [*_source_identity(row), ("参加情况", f"{row['event']}\t{row['begins_on'] or ''}\t{who}")]


def _participation_identities(row: Row) -> list[tuple[str, str]]:
    who = f"{name_key(row['organisation_name'])}\t{row['name']}\t{row['person_id'] or ''}"
    what = f"{row['campaign']}\t{row['item']}\t{row['day']}\t{row['subject']}"
    return [*_source_identity(row), ("参与记录", f"{what}\t{who}")]


def _headcount_identities(row: Row) -> list[tuple[str, str]]:
    return [("单位和日期", f"{name_key(row['organisation_name'])}\t{row['day']}")]


def _designated_identities(row: Row) -> list[tuple[str, str]]:
    by_code = [("年度和统一社会信用代码", f"{row['year']}\t{row['credit_code']}")] if row["credit_code"] else []
    return [("年度和企业", f"{row['year']}\t{name_key(row['name'])}"), *by_code]


def _studio_identities(row: Row) -> list[tuple[str, str]]:
    return [*_source_identity(row), ("工作室", f"{name_key(row['name'])}\t{name_key(row['organisation_name'])}")]


def _achievement_entry(row: Row, where: Place) -> Entry:
    return Entry(row["title"], tuple(row["completing_units"]), row["summary"] or row["teaser"], where)


def _achievement_personal(row: Row) -> list[Found]:
    # Here, because the schemas it looks at are not needed before there is a row.
    from marketplace.services.disclosing import personal_data

    return personal_data.found_in_row(row)


def _demand_personal(row: Row) -> list[Found]:
    from marketplace.services.disclosing import personal_data

    return personal_data.found_in({"title": row["title"], "text": row["text"]})


def _demand_entry(row: Row, where: Place) -> Entry:
    return Entry(row["title"], (row["organisation_name"],), row["text"], where)


def _organisation_entry(row: Row, where: Place) -> Entry:
    return Entry(row["name"], (), "", where)


def _honour_entry(row: Row, where: Place) -> Entry:
    # One honour is given to many, and to some every year: who and when belong to what is compared.
    return Entry(row["title"], (f"{row['name']} {row['organisation_name']} {row['year']}",), "", where)


def _crew_entry(row: Row, where: Place) -> Entry:
    return Entry(row["title"], (f"{row['name']} {row['organisation_name']} {row['year']}",), "", where)


def _attendance_entry(row: Row, where: Place) -> Entry:
    # Alike by nature: units come to the same event in similar numbers.
    who = f"{row['organisation_name']} {row['name']} {row['person_id'] or ''} {row['begins_on'] or ''}"
    return Entry(row["event"], (who,), "", where)


def _headcount_entry(row: Row, where: Place) -> Entry:
    return Entry(f"{row['organisation_name']} {row['day']}", (row["organisation_name"],), "", where)


def _designated_entry(row: Row, where: Place) -> Entry:
    return Entry(f"{row['name']} {row['year']}", (row["credit_code"] or "",), "", where)


def _studio_entry(row: Row, where: Place) -> Entry:
    return Entry(row["name"], (row["organisation_name"],), "", where)


def _proposal_entry(row: Row, where: Place) -> Entry:
    return Entry(row["title"], (row["organisation_name"],), f"{row['present_state']}\n{row['measure']}", where)


def _stored_achievements(session: Session, actor: Actor) -> Iterator[Entry]:
    query = (
        sa.select(Achievement)
        .where(readable(Achievement, actor))
        .options(load_only(Achievement.title, Achievement.summary, Achievement.teaser), selectinload(Achievement.units))
    )
    for record in session.scalars(query.execution_options(yield_per=TOGETHER)):
        units = tuple(unit.name for unit in record.units)
        yield Entry(record.title, units, record.summary or record.teaser, f"库中成果 {record.id}《{record.title}》")


def _stored_demands(session: Session, actor: Actor) -> Iterator[Entry]:
    query = sa.select(Demand).where(readable(Demand, actor)).options(selectinload(Demand.organisation))
    for record in session.scalars(query.execution_options(yield_per=TOGETHER)):
        unit = record.organisation.name if record.organisation else ""
        yield Entry(record.title, (unit,), record.text, f"库中需求 {record.id}《{record.title}》")


def _stored_proposals(session: Session, actor: Actor) -> Iterator[Entry]:
    query = (
        sa.select(Proposal)
        .where(Proposal.state != "draft", readable(Proposal, actor))
        .options(
            load_only(Proposal.title, Proposal.present_state, Proposal.measure), selectinload(Proposal.organisation)
        )
    )
    for record in session.scalars(query.execution_options(yield_per=TOGETHER)):
        unit = record.organisation.name if record.organisation else ""
        text = f"{record.present_state}\n{record.measure}"
        yield Entry(record.title, (unit,), text, f"库中建议 {record.id}《{record.title}》")


def _nothing_stored(_session: Session, _actor: Actor) -> Iterator[Entry]:
    # A unit known by name is the same unit for the service, and so is a person of a unit; there is nothing to suspect.
    return iter(())


NOUNS: Mapping[str, Noun] = {
    "achievements": Noun(
        "成果",
        achievement.import_records,
        _source_identity,
        _achievement_entry,
        _stored_achievements,
        _achievement_personal,
    ),
    "attendance": Noun(
        "参加情况", attendance.import_records, _attendance_identities, _attendance_entry, _nothing_stored
    ),
    "crews": Noun("班组荣誉", crews.import_records, _crew_identities, _crew_entry, _nothing_stored),
    "demands": Noun(
        "需求",
        demand.import_records,
        _source_identity,
        _demand_entry,
        _stored_demands,
        _demand_personal,
    ),
    "designated-size": Noun(
        "规模以上企业名单",
        designated.import_records,
        _designated_identities,
        _designated_entry,
        _nothing_stored,
        keeps_file_hash=True,
    ),
    "headcounts": Noun("职工人数", headcounts.import_records, _headcount_identities, _headcount_entry, _nothing_stored),
    "honours": Noun("荣誉", honours.import_records, _honour_identities, _honour_entry, _nothing_stored),
    "organisations": Noun(
        "单位", organisation.import_records, _organisation_identities, _organisation_entry, _nothing_stored
    ),
    "participation": Noun(
        "参与记录", participation.import_records, _participation_identities, None, _nothing_stored, batches=12
    ),
    "studios": Noun("工作室", studios.import_records, _studio_identities, _studio_entry, _nothing_stored),
    "proposals": Noun("建议", proposals.import_records, _source_identity, _proposal_entry, _stored_proposals),
}
