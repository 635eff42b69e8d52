"""A province made up from the words of the sample records, copied into an empty PostgreSQL; always the same."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.progress import Progress

from marketplace import models, vocabulary
from marketplace.models.records.achievement import achievement_unit
from marketplace.rules import RULES
from marketplace.services.organisation import name_key
from marketplace.workflow import DESKS

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample" / "achievements.csv"
UNITS, WORKERS = 3_000, 60_000
NOMINATIONS = 200
# Who is signed in as a judge, and who else may judge.
JUDGE, OTHER_JUDGES = 6, range(7, 37)
_NOW = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)
_DAYS = 1_500

# How many of a hundred records stand where: most are done with, some wait at a desk.
_PROPOSALS = {
    "draft": 4, "submitted": 4, "screened": 2, "unit_review": 5, "adopted": 6, "partly_adopted": 3, "shelved": 12,
    "not_adopted": 18, "implementing": 8, "implemented": 16, "benefit_verified": 12, "awarded": 2, "returned": 2,
    "rejected": 3, "withdrawn": 3,
}  # fmt: skip
_ACHIEVEMENTS = {
    "draft": 4, "submitted": 3, "unit_endorsed": 3, "first_review": 2, "final_review": 2, "published": 80,
    "returned": 2, "rejected": 3, "withdrawn": 1,
}  # fmt: skip
_DECIDED = {"adopted", "partly_adopted", "shelved", "not_adopted", "implementing", "implemented", "benefit_verified"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the sample says: its titles cut in two, and its sentences."""

    heads: Sequence[str]
    tails: Sequence[str]
    sentences: Sequence[str]

    @classmethod
    def of_sample(cls) -> Words:
        rows = list(csv.DictReader(SAMPLE.read_text("gb18030").splitlines()))
        titles = [row["成果名称"] for row in rows if len(row["成果名称"]) > 6]
        texts = [sentence for row in rows for sentence in row["成果简介"].split("。") if sentence]
        return cls([it[: len(it) // 2] for it in titles], [it[len(it) // 2 :] for it in titles], texts)

    def title(self, chance: random.Random) -> str:
        return chance.choice(self.heads) + chance.choice(self.tails)

    def text(self, chance: random.Random, sentences: int) -> str:
        return "。".join(chance.sample(self.sentences, sentences)) + "。"


def populate(engine: sa.Engine, proposals: int, achievements: int) -> None:
    """Fill every table a list reads, then let PostgreSQL look at what it has."""
    chance, words = random.Random(11), Words.of_sample()
    units = list(_units(chance))
    with Progress(transient=True) as progress, engine.connect() as connection:
        total = UNITS + WORKERS + 5 * (proposals + achievements)
        task = progress.add_task("filling", total=total)

        def copy(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
            _copy(connection, table, rows, lambda: progress.advance(task))

        copy(_table(models.Organisation), units)
        copy(_table(models.Account), (_account(identity) for identity in range(1, WORKERS + 1)))
        made = list(_records(chance, proposals, _PROPOSALS))
        _nominated(made)
        copy(_table(models.Proposal), (_proposal(chance, words, units, *it) for it in made))
        copy(_table(models.ProposalAuthor), (_author("proposal", *it) for it in made))
        copy(_table(models.Task), _tasks("proposal", 1, units, made))
        for table, rows in _round(chance, made):
            copy(_table(table), rows)
        shown = list(_records(chance, achievements, _ACHIEVEMENTS))
        copy(_table(models.Achievement), (_achievement(chance, words, units, *it) for it in shown))
        copy(achievement_unit, (_unit_of(*it) for it in shown))
        copy(_table(models.Contributor), (_author("achievement", *it) for it in shown))
        copy(_table(models.Task), _tasks("achievement", len(made) + 1, units, shown))
        connection.connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.__table__
    return table


def _copy(
    connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]], advance: Callable[[], None]
) -> None:
    """Copy rows with the defaults of the model for what they leave out."""
    defaults = {column.name: _default(column) for column in table.columns}
    names = ", ".join(f'"{name}"' for name in defaults)
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copying:
        for row in rows:
            copying.write_row([_plain(row.get(name, default)) for name, default in defaults.items()])
            advance()
    if "id" in table.columns:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
        )


def _default(column: sa.Column[Any]) -> Any:
    if column.name == "revision":
        return 1
    default = column.default
    if default is None or column.primary_key:
        return None
    if default.is_callable:
        made = default.arg(None)
        return _NOW if isinstance(made, dt.datetime) else made
    return default.arg


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _units(chance: random.Random) -> Iterator[dict[str, Any]]:
    counties = [code for code in vocabulary.regions if vocabulary.regions.level(code) == 3]
    divisions = [code for code in vocabulary.industries if vocabulary.industries.level(code) == 2]
    for identity in range(1, UNITS + 1):
        region, industry = chance.choice(counties), chance.choice(divisions)
        name = f"示例单位{identity:05}"
        yield {
            "id": identity, "name": name, "name_key": name_key(name), "region": region, "industry": industry,
            "region_path": vocabulary.regions.path(region), "industry_path": vocabulary.industries.path(industry),
            "headcount": chance.randint(30, 3000),
        }  # fmt: skip


def _account(identity: int) -> dict[str, Any]:
    return {
        "id": identity, "email": f"worker{identity}@example.cn", "name": f"示例职工{identity:05}", "confirmed_at": _NOW,
    }  # fmt: skip


def _records(chance: random.Random, count: int, states: Mapping[str, int]) -> Iterator[tuple[int, str, int, int, int]]:
    """Yield (id, state, number of the unit, id of the author, age in days)."""
    names, weights = list(states), list(states.values())
    drawn = chance.choices(names, weights, k=count)
    for identity, state in enumerate(drawn, start=1):
        # A tenth of the units makes half of the proposals.
        unit = chance.randrange(UNITS // 10) if chance.random() < 0.5 else chance.randrange(UNITS)
        yield identity, state, unit, chance.randint(1, WORKERS), chance.randint(0, _DAYS)


def _proposal(
    chance: random.Random, words: Words, units: Sequence[Mapping[str, Any]], identity: int, state: str, unit: int,
    account: int, age: int,
) -> dict[str, Any]:  # fmt: skip
    at = units[unit]
    sent, decided = _NOW - dt.timedelta(days=age), state in _DECIDED | {"awarded"}
    return {
        "id": identity, "state": state, "title": words.title(chance), "present_state": words.text(chance, 2),
        "measure": words.text(chance, 2), "expected_effect": words.text(chance, 1), "account_id": account,
        "organisation_id": at["id"], "region": at["region"], "industry": at["industry"], "created_at": sent,
        "updated_at": sent, "submitted_at": None if state == "draft" else sent,
        "category": chance.choice(["quality", "efficiency", "cost", "safety"]),
        "decided_at": sent if decided else None, "decided_by": "示例经办" if decided else None,
        "reply": "按现有设备条件办理。" if decided else "",
    }  # fmt: skip


def _achievement(
    chance: random.Random, words: Words, units: Sequence[Mapping[str, Any]], identity: int, state: str, unit: int,
    account: int, age: int,
) -> dict[str, Any]:  # fmt: skip
    at, made = units[unit], _NOW - dt.timedelta(days=age)
    is_published = state == "published"
    return {
        "id": identity, "state": state, "title": words.title(chance), "summary": words.text(chance, 3),
        "published_state": "published" if is_published else "unpublished", "account_id": account,
        "published_at": made if is_published else None, "region": at["region"], "industry": at["industry"],
        "kind": chance.choice(list(vocabulary.achievement_kinds)), "created_at": made, "updated_at": made,
    }  # fmt: skip


def _unit_of(identity: int, _state: str, unit: int, _account: int, _age: int) -> dict[str, Any]:
    return {"achievement_id": identity, "organisation_id": unit + 1}


def _author(noun: str, identity: int, _state: str, _unit: int, account: int, _age: int) -> dict[str, Any]:
    return {
        "id": identity,
        f"{noun}_id": identity,
        "name": f"示例职工{account:05}",
        "share": 100,
        "account_id": account,
    }


def _tasks(
    noun: str, first: int, units: Sequence[Mapping[str, Any]], made: Iterable[tuple[int, str, int, int, int]]
) -> Iterator[dict[str, Any]]:
    """Yield an open task for each record that waits, at the desk it belongs to where every office is filled."""
    roles = {"unit": "unit_union", "county": "county", "territory": "city", "province": "province_curator"}
    for identity, state, unit, _account, age in made:
        desk = DESKS[noun].get(state)
        if desk is None:
            continue
        at, role = units[unit], roles.get(desk.office, "author")
        depth = {"county": 3, "city": 2}.get(role, 3 if role == "unit_union" else 0)
        yield {
            "id": first + identity - 1, "noun": noun, "object_id": identity, "state": state, "role": role,
            "organisation_id": at["id"] if role == "unit_union" else None,
            "region_path": "/".join(str(at["region_path"]).split("/")[:depth]),
            "industry_path": at["industry_path"] if role == "unit_union" else "",
            "due_on": _NOW.date() + dt.timedelta(days=20 - age % 40),
        }  # fmt: skip


def _nominated(made: list[tuple[int, str, int, int, int]]) -> None:
    """Put the first of the verified proposals forward."""
    verified = [place for place, it in enumerate(made) if it[1] == "benefit_verified"]
    for place in verified[:NOMINATIONS]:
        identity, _state, *others = made[place]
        made[place] = (identity, "nominated", *others)


def _round(
    chance: random.Random, made: Iterable[tuple[int, str, int, int, int]]
) -> Iterator[tuple[type[Any], Iterable[Mapping[str, Any]]]]:
    """Yield the rows of a provincial round in the middle of its scoring: half of the sheets are locked."""
    rubric = RULES["rubric_a"].default
    yield models.AwardRound, [{
        "id": 1, "title": "示例年度全省职工金点子", "year": 2026, "level": "province", "state": "scoring",
        "opens_on": _NOW.date() - dt.timedelta(days=60), "closes_on": _NOW.date() - dt.timedelta(days=10),
        "rubrics": {"A": rubric}, "quotas": [{"grade": "first", "count": 2}, {"grade": "second", "count": 10}],
        "line": 60, "spread": 20, "judges_needed": 5, "publicity_days": 5,
    }]  # fmt: skip
    yield (
        models.RoleGrant,
        [
            {"id": number, "account_id": it, "role": "judge", "granted_by": "benchmark"}
            for number, it in enumerate(OTHER_JUDGES, start=1)
        ],
    )
    panel = [JUDGE, *OTHER_JUDGES[:6]]
    yield models.PanelMember, [{"award_round_id": 1, "account_id": it} for it in panel]
    forward = [identity for identity, state, *_others in made if state == "nominated"]
    yield (
        models.Nomination,
        [
            {"id": number, "award_round_id": 1, "proposal_id": it, "alias": f"{number:04X}", "recommended_by": "city"}
            for number, it in enumerate(forward, start=1)
        ],
    )
    sheets = []
    for nomination in range(1, len(forward) + 1):
        for judge in panel:
            scores = {name: chance.randint(most // 2, most) for name, most in rubric.items()}
            given = (
                {"scores": scores, "total": sum(scores.values()), "locked_at": _NOW} if chance.random() < 0.5 else {}
            )
            sheets.append({"nomination_id": nomination, "account_id": judge, **given})
    yield models.ScoreSheet, [{"id": number, **it} for number, it in enumerate(sheets, start=1)]


def busiest(connection: sa.Connection, noun: str) -> tuple[int, str]:
    """Return the unit with the most records of a noun, and the path of the city it lies in."""
    counted = "achievement_unit" if noun == "achievement" else noun
    query = f"SELECT organisation_id FROM {counted} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    unit = connection.execute(sa.text(query)).scalar_one()
    path = connection.execute(sa.text("SELECT region_path FROM organisation WHERE id = :id"), {"id": unit}).scalar_one()
    return unit, "/".join(path.split("/")[:2])


__all__ = ["busiest", "populate"]
