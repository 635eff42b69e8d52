"""The steps that hypothesis puts in order: what is recorded, corrected, linked, merged, closed and moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import DomainError
from marketplace.models import Campaign, Organisation, ParticipationEntry, Proposal, ProposalAuthor
from marketplace.permissions import SYSTEM
from marketplace.services.participation import closing, deciding, recording
from marketplace.services.proposal import merging
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.participation.campaigning import JINGYANG, MIANYANG, line, opened

UNITS = ("示例一厂", "示例二厂")
SEATS = ((JINGYANG, "C/34", "region"), (MIANYANG, "C/35/3513", "industry"), ("51", "", "region"))
OURS = [
    {"code": "training", "zh": "培训", "en": "Training", "measure": "trained", "takes_batches": True},
    {"code": "proposal", "zh": "建议", "en": "Proposal", "measure": "trained", "links": "proposal", "by_hand": False},
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
        st.tuples(st.just("move"), number, number, st.just(0)),
    ),
    max_size=25,
)


def _day(chosen: int) -> dt.date:
    """Return a day of the last weeks, or of the same weeks of the year before."""
    return today() - dt.timedelta(chosen % 5 * 9 + (365 if chosen % 11 == 10 else 0))


class Ledger:
    """Two campaigns and one that ended, in two units; a step that is refused changes nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.units: list[Organisation] = [
            OrganisationFactory(name=name, region_path=path, industry_path=industry, primary_hierarchy=hierarchy)
            for name, (path, industry, hierarchy) in zip(UNITS, SEATS, strict=False)
        ]
        self.authors = [AccountFactory() for _ in range(3)]
        begins = (today() - dt.timedelta(420)).isoformat()
        self.campaign: Campaign = opened(session, "skills", items=OURS, opens_on=begins)
        # What it counts, this one counts as well.
        self.other: Campaign = opened(session, "skills", items=OURS, opens_on=begins)
        # And so did this one, that ended before they are asked for.
        ended = (today() - dt.timedelta(320)).isoformat()
        self.past: Campaign = opened(session, "skills", items=OURS, opens_on=begins, closes_on=ended)

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
        day = _day(where)
        row = line(self.units[where % 2], "training", day=day.isoformat(), reason="补登", **fields)
        campaign = self.past if where % 22 == 21 else self.other if where % 3 == 2 else self.campaign
        recording.record(self.session, SYSTEM, campaign.id, row)

    def correct(self, which: int, times: int, where: int) -> None:
        entry = self._entry(which)
        unit = self.session.get_one(Organisation, entry.organisation_id)
        fields = {"person": "职工1"} if entry.person_id else {"person_times": times}
        day = _day(where)
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
        month = _day(where)
        closing.close(self.session, SYSTEM, self.campaign.id, {"period": f"{month:%Y-%m}", "organisation_name": name})

    def move(self, which: int, where: int, _unused: int) -> None:
        unit = self.units[which % 2]
        unit.region_path, unit.industry_path, unit.primary_hierarchy = SEATS[where % 3]

    def _entry(self, which: int) -> ParticipationEntry:
        return self._one(ParticipationEntry, which)

    def _proposal(self, which: int) -> Proposal:
        return self._one(Proposal, which)

    def _one(self, model: type[Any], which: int) -> Any:
        ids = self.session.scalars(sa.select(model.id).order_by(model.id)).all()
        if not ids:
            raise DomainError("nothing yet")
        return self.session.get_one(model, ids[which % len(ids)])
