"""Two sides meet blind: they ask and answer, and reach one another only once both want it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import DemandCheck, Listing, Mail
from marketplace.permissions import SYSTEM, Grant
from marketplace.services import outcome as outcomes
from marketplace.services.match import found, meeting, opened, readers, silence, thread
from marketplace.services.match.found import Finding
from tests.factories import DemandFactory, OrganisationFactory
from tests.marketplace.matches.sides import (
    NO,
    YES,
    Sides,
    account_of,
    between,
    introduced,
    person,
    proposed,
    signed,
    wanted,
)  # fmt: skip
from tests.marketplace.officers import acting


def mails(session: Session, sides: Sides, side: str) -> list[str]:
    """Return the kinds of the mails to the person of a side, whose record he then owns in person."""
    address = account_of(session, getattr(sides, side)).email
    return list(session.scalars(sa.select(Mail.kind).where(Mail.recipient == address).order_by(Mail.id)))


def in_person(session: Session, sides: Sides) -> Sides:
    """Let both records be of persons, so that somebody has an address."""
    sides.match.demand.account_id = sides.enterprise.account_id
    sides.match.achievement.account_id = sides.owner.account_id
    session.flush()
    return sides


def test_a_match_is_seen_once_a_side_opens_it(session: Session) -> None:
    sides = proposed(session)
    meeting.see(session, sides.owner, sides.match.id)
    meeting.see(session, sides.owner, sides.match.id)
    assert (sides.match.state, sides.match.seen_by_enterprise_at) == ("seen", None)
    assert [it.verb for it in audit.history(session, "match", sides.match.id)] == ["see"]


def test_contacts_open_to_both_sides_and_the_broker_once_both_want_it_and_each_look_is_kept(session: Session) -> None:
    sides = proposed(session)
    for actor in (sides.enterprise, sides.owner):
        with pytest.raises(Conflict):
            meeting.contact(session, actor, sides.match.id)
    sides = wanted(session)
    for actor in (sides.enterprise, sides.owner, sides.broker):
        found = meeting.contact(session, actor, sides.match.id)
        assert [it.phone for it in found.values()] == ["13900000002", "13900000003"]
    for actor in (sides.stranger, sides.far_broker):
        with pytest.raises(NotFound):
            meeting.contact(session, actor, sides.match.id)
    looks = [it.actor for it in audit.history(session, "match", sides.match.id) if it.verb == "see_contact"]
    assert looks == [sides.enterprise.name, sides.owner.name, sides.broker.name]


def test_contacts_close_again_where_a_side_declines(session: Session) -> None:
    sides = wanted(session)
    outcomes.answer(session, sides.owner, sides.match, "owner", NO)
    with pytest.raises(Conflict):
        meeting.contact(session, sides.enterprise, sides.match.id)


def test_whoever_is_told_of_a_match_is_told_in_time(session: Session) -> None:
    sides = in_person(session, proposed(session))
    outcomes.answer(session, sides.enterprise, sides.match, "enterprise", YES)
    outcomes.answer(session, sides.owner, sides.match, "owner", YES)
    meeting.introduce(session, sides.broker, sides.match.id)
    outcomes.answer(session, sides.enterprise, sides.match, "enterprise", NO)
    assert mails(session, sides, "owner") == ["match_interest", "match_mutual", "match_introduced", "match_declined"]
    assert mails(session, sides, "enterprise") == ["match_mutual", "match_introduced"]


def test_a_broker_introduces_nobody_to_himself(session: Session) -> None:
    sides = wanted(session)
    sides.match.demand.account_id = sides.broker.account_id
    session.flush()
    with pytest.raises(NotAllowed):
        meeting.introduce(session, sides.broker, sides.match.id)


def test_a_match_waits_for_the_brokers_near_it_until_one_introduces_the_two(session: Session) -> None:
    sides = wanted(session)
    assert meeting.to_introduce(session, sides.broker, limit=9) == [sides.match]
    assert meeting.to_introduce(session, sides.far_broker, limit=9) == []
    with pytest.raises(NotAllowed):
        meeting.to_introduce(session, sides.enterprise, limit=9)
    meeting.introduce(session, sides.broker, sides.match.id)
    assert meeting.to_introduce(session, sides.broker, limit=9) == []
    assert (sides.match.introduced_by_id, sides.match.state) == (sides.broker.account_id, "introduced")


def test_the_broker_who_sees_to_the_demand_is_told_and_no_other(sqlite_session: Session) -> None:
    sides, session = proposed(sqlite_session), sqlite_session
    asked, _other = (acting("broker", region_path="51/5107") for _ in range(2))
    session.add(
        DemandCheck(demand=sides.match.demand, checked_by="x", score=60, tier="broker", broker_id=asked.account_id,
                    assigned_by="x", assigned_at=now())
    )  # fmt: skip
    for side in ("enterprise", "owner"):
        outcomes.answer(session, sides.everybody[side], sides.match, side, YES)  # type: ignore[arg-type]
    told = session.scalars(sa.select(Mail.recipient).where(Mail.kind == "match_to_introduce")).all()
    assert told == [account_of(session, asked).email]


def test_whoever_is_a_side_of_the_newest_still_finds_the_older_ones_to_introduce(session: Session) -> None:
    sides, own, nobodys = wanted(session), wanted(session), wanted(session)
    own.match.demand.account_id = sides.broker.account_id
    nobodys.match.demand.organisation = None
    session.flush()
    found = meeting.to_introduce(session, sides.broker, limit=9)
    assert sides.match in found
    assert own.match not in found
    everywhere = replace(sides.broker, grants=(Grant("broker"),))
    assert meeting.to_introduce(session, everywhere, limit=2) == [nobodys.match, sides.match]


def test_each_side_finds_its_matches_by_what_is_to_be_done(session: Session) -> None:
    sides = proposed(session)
    outcomes.answer(session, sides.enterprise, sides.match, "enterprise", YES)
    assert meeting.listed(session, sides.owner, "owner", "yours", limit=9) == [sides.match]
    assert meeting.listed(session, sides.owner, "enterprise", "yours", limit=9) == []
    assert meeting.counted(session, sides.enterprise, "enterprise") == {
        "yours": 0, "new": 0, "waiting": 1, "deal": 0, "ended": 0,
    }  # fmt: skip


def test_what_another_has_to_himself_is_proposed_to_nobody_and_wanted_no_more(session: Session) -> None:
    idle, begun = proposed(session), proposed(session)
    outcomes.answer(session, begun.owner, begun.match, "owner", YES)
    for sides in (idle, begun):
        made = sides.match.achievement
        session.add(
            Listing(achievement=made, mode="assignment", price_form="agreed", state="transferred",
                    listed_at=made.published_at, valid_until=today())
        )  # fmt: skip
    session.flush()
    assert meeting.listed(session, idle.owner, "owner", "new", limit=9) == []
    assert found.of_demand(session, idle.enterprise, idle.match.demand) == []
    assert meeting.listed(session, begun.enterprise, "enterprise", "yours", limit=9) == [begun.match]
    with pytest.raises(Conflict):
        outcomes.answer(session, begun.enterprise, begun.match, "enterprise", YES)
    finding = Finding(idle.match.achievement_id, 1, 0.9, {}, [])
    assert found.keep(session, SYSTEM, begun.match.demand, [finding], "some-model") == []
    outcomes.answer(session, begun.enterprise, begun.match, "enterprise", NO)


@pytest.mark.parametrize(
    "text",
    [
        "请打 139-0000-0009", "写信到 a@example.cn", "加微信: abc_12345", "QQ号 1234567", "看 www.example.cn",
        "幺三九零零零零零零零九", "1 3 9 0 0 0 0 0 0 0 9", "我们是旌阳示例厂", "找需方联系人", "", "长" * 2001,
        "文件是机密的",
    ],
)  # fmt: skip
def test_before_both_want_it_the_thread_takes_nothing_by_which_one_is_reached(
    sqlite_session: Session, text: str
) -> None:
    sides = proposed(sqlite_session)
    sides.match.demand.organisation.name = "旌阳示例厂"
    with pytest.raises(Invalid) as refused:
        thread.say(sqlite_session, sides.enterprise, sides.match.id, text)
    assert list(refused.value.fields) == ["text"]
    assert thread.of(sqlite_session, sides.match) == []


@pytest.mark.parametrize(
    "text", ["圆度能到0.01mm吗？壁厚1.5、2、3、4、5、6、8、10、12 mm 都要。", "专利号 ZL202310123456.7"]
)
def test_a_technical_question_is_taken(sqlite_session: Session, text: str) -> None:
    sides = proposed(sqlite_session)
    thread.say(sqlite_session, sides.enterprise, sides.match.id, text)
    assert [(it.side, it.text) for it in thread.of(sqlite_session, sides.match)] == [("enterprise", text)]
    assert sides.match.state == "seen"


def test_once_both_want_it_a_telephone_may_be_written(session: Session) -> None:
    sides = wanted(session)
    thread.say(session, sides.owner, sides.match.id, "请打 13900000009")
    said = thread.say(session, sides.broker, sides.match.id, "周五一起去看现场")
    assert thread.say(session, sides.broker, sides.match.id, "周五一起去看现场") is said
    assert [it.side for it in thread.of(session, sides.match)] == ["owner", "broker"]


def test_whoever_writes_twice_in_a_row_is_told_of_once(session: Session) -> None:
    sides = in_person(session, proposed(session))
    for text in ("能用在铸铁上吗？", "还有铝件"):
        thread.say(session, sides.enterprise, sides.match.id, text)
    assert mails(session, sides, "owner") == ["match_message"]


def test_silence_ends_a_match_after_a_warning_and_never_without_one(session: Session) -> None:
    sides = in_person(session, introduced(session))
    before = len(mails(session, sides, "owner"))
    match = sides.match
    match.stirred_at = now() - dt.timedelta(days=22)
    session.flush()
    assert (silence.warn(session), silence.expire(session, SYSTEM)) == (0, 0)
    match.stirred_at = now() - dt.timedelta(days=60)
    session.flush()
    assert (silence.warn(session), silence.warn(session), silence.expire(session, SYSTEM)) == (1, 0, 0)
    match.warned_at = now() - dt.timedelta(days=8)
    session.flush()
    assert silence.expire(session, SYSTEM) == 1
    assert match.state == "expired"
    assert mails(session, sides, "owner")[before:] == ["match_silent", "match_expired"]


def test_what_silence_ended_is_taken_up_by_one_side_and_goes_on_once_the_other_wants_it(session: Session) -> None:
    sides = in_person(session, signed(session))
    match = sides.match
    for actor in (sides.enterprise, sides.stranger):
        with pytest.raises((Conflict, NotFound)):
            outcomes.take_up(session, actor, match.id)
    match.state = "expired"
    session.flush()
    outcomes.take_up(session, sides.enterprise, match.id)
    assert (match.state, match.taken_up_by, match.warned_at) == ("interest_e", "enterprise", None)
    assert not opened.admits(session, sides.enterprise, match)
    assert mails(session, sides, "owner")[-1] == "match_taken_up"
    outcomes.answer(session, sides.owner, match, "owner", YES)
    assert match.state == "nda"
    assert opened.admits(session, sides.enterprise, match)
    assert [it.verb for it in audit.history(session, "match", match.id)][-4:] == [
        "take_up_by_enterprise", "interest_of_owner", "go_on", "agree_on_secrecy",
    ]  # fmt: skip


@pytest.mark.parametrize("closed", ["demand", "achievement", "taken"])
def test_what_was_closed_meanwhile_is_not_taken_up(sqlite_session: Session, closed: str) -> None:
    sides = proposed(sqlite_session)
    outcomes.answer(sqlite_session, sides.owner, sides.match, "owner", YES)
    sides.match.state = "expired"
    if closed == "demand":
        sides.match.demand.state = "solved"
    elif closed == "achievement":
        sides.match.achievement.published_state = "revoked"
    else:
        sqlite_session.add(Listing(
            achievement=sides.match.achievement, mode="assignment", price_form="agreed", state="transferred",
            listed_at=now(), valid_until=now().date(),
        ))  # fmt: skip
    sqlite_session.flush()
    with pytest.raises(Conflict, match="不能"):
        outcomes.take_up(sqlite_session, sides.owner, sides.match.id)


def test_a_word_after_the_warning_saves_a_match(session: Session) -> None:
    sides = proposed(session)
    outcomes.answer(session, sides.owner, sides.match, "owner", YES)
    sides.match.stirred_at = now() - dt.timedelta(days=40)
    sides.match.warned_at = now() - dt.timedelta(days=10)
    session.flush()
    thread.say(session, sides.enterprise, sides.match.id, "下周开会定")
    assert silence.expire(session, SYSTEM) == 0


def test_what_readers_said_is_counted_by_reader_and_told_from_some_on(session: Session) -> None:
    sides = proposed(session)
    made = sides.match.achievement
    refuse = {"is_interested": False, "codes": ["unclear_gain", "price"], "note": ""}
    # The same reader twice, and two others.
    units = [sides.match.demand.organisation, *(OrganisationFactory() for _ in range(2))]
    for number, unit in enumerate([units[0], *units]):
        match = sides.match if number == 0 else between(session, DemandFactory(organisation=unit), made)
        told = readers.said_of(session, sides.owner, made.id)
        assert (told.refused, told.reasons) == (max(0, min(number - 1, 2)) if number > 1 else number, ())
        outcomes.answer(session, person("enterprise", unit.id), match, "enterprise", {**refuse, "codes": ["price"]}
                        if number < 2 else refuse)  # fmt: skip
    told = readers.said_of(session, sides.owner, made.id)
    assert [(it.code, it.readers, it.to_mend[0]) for it in told.reasons] == [
        ("price", 3, "price_form"), ("unclear_gain", 2, "difference"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        readers.said_of(session, sides.enterprise, made.id)


def test_every_reason_to_refuse_says_what_would_mend_it() -> None:
    assert set(readers.TO_MEND) == set(vocabulary.refusals)
