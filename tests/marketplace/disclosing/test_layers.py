"""Who may see what of an achievement, and what never becomes public while no patent is filed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.indexing.documents import document_for
from marketplace.indexing.plain_search import plain_search
from marketplace.models import Achievement, Attachment, Indicator, IntellectualProperty, StoredFile
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.schemas.achievement import AchievementSchema, disclosed
from marketplace.schemas.disclosure import ENABLING, SETTABLE, layer_of
from marketplace.services.disclosing.layers import may_set, open_deferred, set_layers
from search.document import SearchRequest
from tests.factories import AccountFactory, AchievementFactory

PROVINCE = Actor("account:900", (Grant("province_curator"),), account_id=900)
ENABLED = ("液性塑料配比", "三坐标逐件检测", "改为轴向夹紧")


@pytest.fixture
def achievement(session: Session) -> Achievement:
    """What its author has written: three passages would let others carry it out."""
    return _written(session)


def _written(session: Session, **fields: object) -> Achievement:
    session.add(StoredFile(sha256="a" * 64, size=9, media_type="application/pdf", scan="unscanned"))
    session.flush()
    return AchievementFactory(
        **{
            "principle": ENABLED[0], "difference": ENABLED[2], "state": "draft", "published_state": "unpublished",
            "published_at": None, "account_id": AccountFactory().id,
            "indicators": [Indicator(name="圆度", value="0.015", unit="mm", test=ENABLED[1])],
            "attachments": [
                Attachment(
                    file_name="总图.pdf", media_type="application/pdf", size=9, sha256="a" * 64, purpose="drawing"
                )
            ],
            **fields,
        }
    )  # fmt: skip


def author_of(achievement: Achievement) -> Actor:
    return Actor(f"account:{achievement.account_id}", (Grant("worker"),), account_id=achievement.account_id)


def asked(protection: str | None = "filed", until: dt.date | None = None, files: object = None, **layers: int) -> dict:
    return {"protection": protection, "layers": layers, "files": files or {}, "deferred_until": until}


def choose(session: Session, actor: Actor, achievement: Achievement, **choice: object) -> Achievement:
    return set_layers(session, actor, achievement.id, achievement.revision, asked(**choice))  # type: ignore[arg-type]


def publish(session: Session, achievement: Achievement, days_ago: int = 0) -> None:
    achievement.state = achievement.published_state = "published"
    achievement.published_at = now() - dt.timedelta(days_ago)
    session.flush()


def file_patent(session: Session, achievement: Achievement) -> None:
    achievement.rights.append(IntellectualProperty(kind="utility_model", number="ZL202320123456.7"))
    session.flush()


def told_to_anyone(session: Session, achievement: Achievement) -> str:
    """Return all that any door tells of a published record: answers, the index and the search of the database."""
    document = document_for(achievement)
    found = plain_search(session, VISITOR, SearchRequest(kind="achievement", text=" ".join(ENABLED)))
    return f"{disclosed(achievement)} {document} {[hit.document for hit in found.hits]}"


@pytest.mark.parametrize("answer", ["planned", "trade_secret", "none", None])
def test_what_enables_others_goes_through_no_door_while_nothing_is_filed(
    session: Session, achievement: Achievement, answer: str | None
) -> None:
    achievement.protection = answer
    achievement.disclosure = {"principle": 0, "difference": 0, "indicator_tests": 0}
    achievement.attachments[0].disclosure = 0
    publish(session, achievement)
    told = told_to_anyone(session, achievement)
    assert achievement.title in told
    for passage in (*ENABLED, "总图.pdf"):
        assert passage not in told


def test_a_filed_patent_opens_what_its_owner_lays_open(session: Session, achievement: Achievement) -> None:
    file_patent(session, achievement)
    choose(
        session, author_of(achievement), achievement, principle=0, indicator_tests=0,
        files={achievement.attachments[0].id: 0},
    )  # fmt: skip
    publish(session, achievement)
    told = told_to_anyone(session, achievement)
    for passage in (*ENABLED, "总图.pdf"):
        assert passage in told


def test_what_another_register_has_shown_stays_as_it_was_shown(session: Session) -> None:
    imported = _written(session, account_id=None)
    publish(session, imported)
    assert ENABLED[2] in told_to_anyone(session, imported)


@pytest.mark.parametrize("answer", ["planned", "trade_secret", "none", None])
@pytest.mark.parametrize("field", sorted(ENABLING))
def test_laying_an_enabling_field_open_is_refused_with_the_reason(
    sqlite_session: Session, answer: str | None, field: str
) -> None:
    achievement = _written(sqlite_session)
    with pytest.raises(Invalid) as refused:
        choose(sqlite_session, author_of(achievement), achievement, protection=answer, **{field: 0})
    assert "新颖性" in refused.value.fields[field][0]
    assert layer_of(achievement, field) > 0


def test_a_form_cannot_lay_open_a_drawing_a_contact_or_a_field_that_is_none(sqlite_session: Session) -> None:
    achievement = _written(sqlite_session)
    for choice in (
        {"files": {achievement.attachments[0].id: 0}}, {"contact_phone": 0}, {"state": 1}, {"protection": "filed"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            choose(sqlite_session, author_of(achievement), achievement, **{"protection": "planned", **choice})


def test_a_schema_refuses_the_same_whichever_way_a_record_comes() -> None:
    sent = {"title": "夹具", "summary": "简介", "protection": "planned", "disclosure": {"difference": 0}}
    assert "disclosure" in AchievementSchema().validate(sent)
    assert "disclosure" in AchievementSchema().validate({**sent, "disclosure": {"contact_phone": 1}})
    assert not AchievementSchema().validate({**sent, "disclosure": {"difference": 1, "summary": 2}})


def test_a_deferred_record_shows_its_teaser_alone_until_its_day(session: Session, achievement: Achievement) -> None:
    achievement.teaser = "薄壁件松夹后不再变形"
    file_patent(session, achievement)
    choose(session, author_of(achievement), achievement, until=today() + dt.timedelta(30))
    publish(session, achievement)
    told = told_to_anyone(session, achievement)
    assert achievement.teaser in told
    assert achievement.summary not in told
    assert open_deferred(session) == 0
    achievement.deferred_until = today()
    session.flush()
    assert achievement.summary in told_to_anyone(session, achievement)
    assert open_deferred(session) == 1
    assert achievement.deferred_until is None
    assert audit.history(session, "achievement", achievement.id)[-1].verb == "open_deferred"


@pytest.mark.parametrize(("days", "is_taken"), [(0, False), (1, True), (5 * 365, True), (5 * 366 + 1, False)])
def test_opening_is_deferred_to_a_later_day_and_for_five_years_at_most(
    sqlite_session: Session, days: int, is_taken: bool
) -> None:
    achievement = _written(sqlite_session)
    until = today() + dt.timedelta(days)
    if is_taken:
        assert choose(sqlite_session, author_of(achievement), achievement, protection=None, until=until)
    else:
        with pytest.raises(Invalid) as refused:
            choose(sqlite_session, author_of(achievement), achievement, protection=None, until=until)
        assert list(refused.value.fields) == ["deferred_until"]


@pytest.mark.parametrize(
    ("who", "days_ago", "layer", "error"),
    [
        ("author", 0, 2, None), ("author", 30, 2, None), ("author", 31, 2, Conflict), ("author", 0, 0, Conflict),
        ("province", 400, 2, None), ("province", 400, 0, None),
    ],
)  # fmt: skip
def test_a_published_record_is_restricted_by_its_author_for_thirty_days_and_then_by_the_province(
    sqlite_session: Session, who: str, days_ago: int, layer: int, error: type[Exception] | None
) -> None:
    achievement = _written(sqlite_session, disclosure={"problem": 1}, problem="松夹后变形")
    publish(sqlite_session, achievement, days_ago)
    actor = author_of(achievement) if who == "author" else PROVINCE
    if error is None:
        choose(sqlite_session, actor, achievement, protection=None, problem=layer)
        assert layer_of(achievement, "problem") == layer
    else:
        with pytest.raises(error):
            choose(sqlite_session, actor, achievement, protection=None, problem=layer)
        assert layer_of(achievement, "problem") == 1


def test_layers_are_not_changed_under_review_by_strangers_or_from_an_old_page(sqlite_session: Session) -> None:
    achievement = _written(sqlite_session)
    author = author_of(achievement)
    with pytest.raises(StaleRevision):
        set_layers(sqlite_session, author, achievement.id, achievement.revision + 1, asked("planned"))
    stranger = Actor("account:7", (Grant("worker"),), account_id=7)
    with pytest.raises(NotFound):
        choose(sqlite_session, stranger, achievement)
    achievement.state = "first_review"
    with pytest.raises(Conflict, match="审核"):
        choose(sqlite_session, author, achievement, protection="planned")
    publish(sqlite_session, achievement)
    with pytest.raises(NotAllowed):
        choose(sqlite_session, stranger, achievement)
    assert may_set(sqlite_session, author, achievement)
    assert not may_set(sqlite_session, stranger, achievement)


def test_every_field_a_page_offers_is_a_field_of_the_record() -> None:
    assert set(SETTABLE) - {"indicator_tests"} <= set(AchievementSchema().fields)
