"""What a dossier freezes for the case that two score the same: who works on the first line, and what others use."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import AppliedSite, Studio
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import MemberSchema, ResultSchema
from marketplace.services.selection.ranking import city_of, first_line
from marketplace.services.studio import dossier, keeping, people
from tests.factories import AchievementFactory
from tests.marketplace.studios.studios import TWO_YEARS_AGO


def join(session: Session, studio: Studio, name: str, said: str | None, **fields: str) -> None:
    data = {"name": name, "on_first_line": said, "since": TWO_YEARS_AGO.isoformat(), **fields}
    people.join(session, SYSTEM, studio.id, MemberSchema().load(data))


def frozen(session: Session, studio: Studio) -> dict[str, object]:
    made = dossier.freeze(session, SYSTEM, studio.id, {"purpose": "2026 年省级示范"})
    content: dict[str, object] = json.loads(made.content)
    return content


def test_the_share_of_the_first_line_is_known_once_it_is_said_of_all(session: Session, studio: Studio) -> None:
    assert first_line(frozen(session, studio)) is None
    join(session, studio, "甲", "yes")
    join(session, studio, "乙", "no")
    join(session, studio, "丙", None)
    assert first_line(frozen(session, studio)) is None
    # What was not said before is said with the next thing noted of him, and what was said stays said.
    join(session, studio, "丙", "yes", since=today().isoformat())
    join(session, studio, "丙", None, role="core", since=today().isoformat())
    assert first_line(frozen(session, studio)) == Fraction(2, 3)


def test_what_others_use_with_a_certificate_is_a_transfer_and_no_more(session: Session, studio: Studio) -> None:
    own = studio.organisation
    made = AchievementFactory(title="快换刀座", units=[own])
    for unit, paper in ((own.name, "自用"), ("邻厂", ""), ("远厂", "应用证明 3 号")):
        made.sites.append(AppliedSite(unit=unit, certificate=paper, position=len(made.sites)))
    hidden = {"state": "submitted", "published_state": "unpublished", "published_at": None}
    site = AppliedSite(unit="远厂", certificate="4 号", position=0)
    unpublished = AchievementFactory(units=[own], sites=[site], **hidden)
    session.flush()
    for it in (made, unpublished):
        data = {"kind": "achievement", "object_id": it.id, "made_on": today().isoformat()}
        keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(data))
    assert frozen(session, studio)["transfers"] == [
        {"achievement": made.id, "title": "快换刀座", "unit": "远厂", "since": None, "certificate": "应用证明 3 号"}
    ]


@pytest.mark.parametrize(("path", "city"), [("51/5106/510603", "5106"), ("51/5132", "5132"), ("51", "51"), ("", "")])
def test_a_unit_counts_for_its_city_and_one_of_the_province_for_itself(path: str, city: str) -> None:
    assert city_of(path) == city
