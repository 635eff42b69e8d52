"""Whatever is done in whatever order, the tallies are what the entries add up to, and nothing counts twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import DomainError
from marketplace.models import (
    Campaign,
    Organisation,
    ParticipationEntry,
    ParticipationTally,
    PeriodErratum,
    Proposal,
    ProposalAuthor,
)
from marketplace.permissions import SYSTEM
from marketplace.services.participation import closing, counting, deciding, figures, recording
from marketplace.services.participation.figures import Slice
from marketplace.services.proposal import merging
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.participation.campaigning import item, line, opened

UNITS = ("示例一厂", "示例二厂")
OURS = [
    {"code": "training", "zh": "培训", "en": "Training", "measure": "trained", "takes_batches": True},
    {"code": "proposal", "zh": "建议", "en": "Proposal", "measure": "proposals", "links": "proposal", "by_hand": False},
]

number = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("number"), number, st.integers(1, 500), st.integers(0, 500)),
        st.tuples(st.just("name"), number, number, st.just(0)),
        st.tuples(st.just("correct"), number, st.integers(1, 500), number),
        st.tuples(st.just("withdraw"), number, number, st.just(0)),
        st.tuples(st.just("propose"), number, number, st.just(0)),
        st.tuples(st.just("merge"), number, number, st.just(0)),
        st.tuples(st.just("undo"), number, number, st.just(0)),
        st.tuples(st.just("reject"), number, number, st.just(0)),
        st.tuples(st.just("close"), number, number, st.just(0)),
    ),
    max_size=25,
)


class Ledger:
    """A campaign and two units, and the steps that hypothesis puts in order; a step that is refused changes nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.units: list[Organisation] = [OrganisationFactory(name=name) for name in UNITS]
        self.authors = [AccountFactory() for _ in range(3)]
        self.campaign: Campaign = opened(session, "skills", items=OURS)

    def take(self, step: str, *chosen: int) -> None:
        verb: Callable[..., Any] = getattr(self, step)
        try:
            with self.session.begin_nested():
                verb(*chosen)
        except DomainError:
            return

    def number(self, where: int, times: int, persons: int) -> None:
        fields = {"person_times": times, "persons": persons or None, "subject": f"第{where % 4}期"}
        self._told(where, {**fields, "persons": min(times, persons) or None})

    def name(self, where: int, who: int, _unused: int) -> None:
        self._told(where, {"person": f"职工{who % 3}"})

    def _told(self, where: int, fields: dict[str, Any]) -> None:
        day = today() - dt.timedelta(where % 5 * 9)
        row = line(self.units[where % 2], "training", day=day.isoformat(), reason="补登", **fields)
        recording.record(self.session, SYSTEM, self.campaign.id, row)

    def correct(self, which: int, times: int, where: int) -> None:
        entry = self._entry(which)
        unit = self.session.get_one(Organisation, entry.organisation_id)
        fields = {"person": "职工1"} if entry.person_id else {"person_times": times}
        day = today() - dt.timedelta(where % 5 * 9)
        row = line(unit, "training", day=day.isoformat(), reason="更正", **fields)
        deciding.correct(self.session, SYSTEM, entry.id, entry.revision, row)

    def withdraw(self, which: int, *_unused: int) -> None:
        deciding.withdraw(self.session, SYSTEM, self._entry(which).id, "没有这回事")

    def propose(self, where: int, who: int, _unused: int) -> None:
        unit, author = self.units[where % 2], self.authors[who % 3]
        ProposalFactory(
            organisation=unit, account_id=author.id, state="submitted", submitted_at=now(),
            authors=[ProposalAuthor(name=author.name, account_id=author.id)],
        )  # fmt: skip

    def merge(self, one: int, other: int, _unused: int) -> None:
        merging.merge(self.session, SYSTEM, self._proposal(one).id, self._proposal(other).id, "说的是一件事")

    def undo(self, which: int, *_unused: int) -> None:
        merging.undo(self.session, SYSTEM, self._proposal(which).id, "是两件事")

    def reject(self, which: int, *_unused: int) -> None:
        proposal = self._proposal(which)
        if proposal.state == "merged":
            raise DomainError("it is part of another")
        proposal.state = "rejected"

    def close(self, where: int, *_unused: int) -> None:
        name = self.units[where % 2].name if where % 3 else ""
        month = today() - dt.timedelta(where % 5 * 9)
        closing.close(self.session, SYSTEM, self.campaign.id, {"period": f"{month:%Y-%m}", "organisation_name": name})

    def _entry(self, which: int) -> ParticipationEntry:
        return self._one(ParticipationEntry, which)

    def _proposal(self, which: int) -> Proposal:
        return self._one(Proposal, which)

    def _one(self, model: type[Any], which: int) -> Any:
        ids = self.session.scalars(sa.select(model.id).order_by(model.id)).all()
        if not ids:
            raise DomainError("nothing yet")
        return self.session.get_one(model, ids[which % len(ids)])


@given(steps)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tallies_equal_a_full_recount_after_any_steps(session: Session, chosen: list[tuple[Any, ...]]) -> None:
    undone = session.begin_nested()
    try:
        _walk(session, chosen)
    finally:
        # Also after a failure, so that it is this one that is told and not what it left behind.
        undone.rollback()
        session.expunge_all()


def _walk(session: Session, chosen: list[tuple[Any, ...]]) -> None:
    ledger = Ledger(session)
    for step in chosen:
        ledger.take(*step)
    session.flush()
    campaign = ledger.campaign
    assert counting.recount(session, campaign.id) == []

    confirmed = list(session.scalars(sa.select(ParticipationEntry).filter_by(state="confirmed")))
    parts = [(it.item_id, it.person_id) for it in confirmed if it.person_id is not None]
    found = figures.total(session, campaign.id, Slice())
    assert found.person_times == sum(it.person_times for it in confirmed)
    assert found.persons == len({person for _item, person in parts})
    assert found.objects == session.scalar(
        sa.select(sa.func.count(Proposal.id)).where(Proposal.state.not_in(("merged", "rejected")))
    )
    by_unit = [figures.total(session, campaign.id, Slice(organisation_id=unit.id)) for unit in ledger.units]
    assert found.entries == sum(it.entries for it in by_unit)
    for unit in ledger.units:
        _refuses_both_ways(confirmed, unit)


def _refuses_both_ways(entries: list[ParticipationEntry], unit: Organisation) -> None:
    ways: dict[tuple[int, dt.date], set[bool]] = {}
    for it in entries:
        if it.organisation_id == unit.id:
            ways.setdefault((it.item_id, it.day), set()).add(it.person_id is None)
    assert all(len(it) == 1 for it in ways.values())


def test_what_changes_in_a_closed_period_is_what_its_errata_say(session: Session) -> None:
    ledger = Ledger(session)
    for at in range(6):
        ledger.take("propose", at, at, 0)
    ledger.take("number", 0, 40, 30)
    period = {"period": f"{today():%Y-%m}", "organisation_name": ""}
    closed = closing.close(session, SYSTEM, ledger.campaign.id, period)
    before = figures.total(session, ledger.campaign.id, Slice())
    for step in (("merge", 0, 2, 0), ("reject", 1, 0, 0), ("number", 6, 25, 0), ("withdraw", 6, 0, 0)):
        ledger.take(*step)
    session.flush()
    after = figures.total(session, ledger.campaign.id, Slice())
    changes = [it.change for it in session.scalars(sa.select(PeriodErratum).filter_by(close_id=closed.id))]
    for name in ("entries", "objects", "person_times", "batch_persons", "uncounted"):
        assert getattr(before, name) + sum(it.get(name, 0) for it in changes) == getattr(after, name), name
    assert (after.objects, before.objects) == (4, 6)


def test_a_recount_finds_and_mends_what_was_falsified(session: Session) -> None:
    ledger = Ledger(session)
    ledger.take("number", 0, 40, 30)
    ledger.take("name", 1, 1, 0)
    session.execute(sa.update(ParticipationTally).values(person_times=41).where(ParticipationTally.person_times == 40))
    (difference,) = counting.recount(session, ledger.campaign.id, mend=True)
    assert difference.table == "participation_tally" and difference.key[1] == item(ledger.campaign, "training").id
    assert counting.recount(session, ledger.campaign.id) == []
