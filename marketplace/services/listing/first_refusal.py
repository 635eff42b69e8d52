"""Ask the completers of a duty achievement before it is assigned to somebody else (rule 14; Civil Code, art. 847)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Account, Contributor, Deal, FirstRefusal, FirstRefusalAnswer
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.services.deal import opening
from marketplace.services.listing import exclusivity, parties, settling


def is_needed(deal: Deal, terms: Mapping[str, Any]) -> bool:
    """Say whether a contract on these terms assigns what was made in the line of duty to one who did not make it."""
    achievement = deal.achievement
    way = exclusivity.way(terms["mode"], terms["licence_kind"], terms["contract_kind"])
    to_a_completer = deal.enterprise_organisation_id is None and deal.enterprise_account_id in _completers(deal)
    return way == "assignment" and achievement.counts_as_duty and not to_a_completer


def begin(session: Session, actor: Actor, deal: Deal, terms: Mapping[str, Any]) -> FirstRefusal | None:
    """Ask the completers once both sides have agreed on terms; other terms are another question, from the first day."""
    before = of(session, deal)
    asked_of = _hash(terms)
    if before is not None and before.state != "exercised":
        if is_needed(deal, terms) and before.terms == asked_of:
            return before
        before.state = "replaced"
        session.flush()
    if not is_needed(deal, terms) or terms["amount"] is None:
        return None
    begins = today()
    ends = begins + dt.timedelta(rules.value(session, "first_refusal", begins))
    people = {it.id: it for it in session.scalars(sa.select(Account).where(Account.id.in_(_completers(deal))))}
    asked = FirstRefusal(
        deal=deal, amount=terms["amount"], terms=asked_of, starts_on=begins, ends_on=ends,
        answers=[_question(it, people, begins, ends) for it in _persons(deal)],
    )  # fmt: skip
    session.add(asked)
    session.flush()
    untold = [it for it in asked.answers if it.told_on is None]
    payload = {
        "deal": deal.id, "terms": asked_of, "asked": [it.account_id for it in asked.answers if it.told_on is not None],
        "unreached": [it.name for it in untold], "ends_on": ends,
    }  # fmt: skip
    audit.record(session, actor, "ask", "first_refusal", asked.id, to_state="open", payload=payload, is_first=True)
    for it in asked.answers:
        if it.told_on is not None and it.account_id is not None:
            post(session, people[it.account_id], "refusal_asked", title=deal.achievement.title, day=ends.isoformat())
    if untold:
        parties.tell_owner(session, deal, "refusal_unreached", name="、".join(it.name for it in untold))
    return asked


def of(session: Session, deal: Deal) -> FirstRefusal | None:
    """Return what the completers were asked of a deal as it stands."""
    query = sa.select(FirstRefusal).where(FirstRefusal.deal_id == deal.id, FirstRefusal.state != "replaced")
    return session.scalar(query)


def asked_of(session: Session, actor: Actor) -> list[FirstRefusalAnswer]:
    """Return what the actor was asked as a completer, the latest first.

    Whoever was told by his unit finds the question once the achievement names his account.
    """
    if actor.account_id is None or not actor.reads:
        return []
    is_named = (
        sa.exists()
        .where(FirstRefusal.id == FirstRefusalAnswer.first_refusal_id, Deal.id == FirstRefusal.deal_id)
        .where(Contributor.achievement_id == Deal.achievement_id, Contributor.account_id == actor.account_id)
        .where(Contributor.name == FirstRefusalAnswer.name)
    )
    is_own = sa.or_(
        FirstRefusalAnswer.account_id == actor.account_id, sa.and_(FirstRefusalAnswer.account_id.is_(None), is_named)
    )
    return list(session.scalars(sa.select(FirstRefusalAnswer).where(is_own).order_by(FirstRefusalAnswer.id.desc())))


def question_of(session: Session, answer: FirstRefusalAnswer) -> FirstRefusal:
    return session.get_one(FirstRefusal, answer.first_refusal_id)


def answer(session: Session, actor: Actor, refusal_id: int, *, exercises: bool) -> FirstRefusal:
    """Take an achievement over on the terms of a deal, or waive that; each completer answers for himself, once.

    The first who takes it over has it: a deal of his own begins on the same terms, and the other one ends. Raises
    NotFound for whoever was not asked, and Conflict once the days are over or somebody has taken it over.
    """
    asked = session.get(FirstRefusal, refusal_id)
    own = _own(session, actor, asked) if asked is not None else None
    if asked is None or own is None:
        raise NotFound("first_refusal", refusal_id)
    hold(session, asked)
    session.refresh(own)
    if not is_under_way(asked) or (own.ends_on is not None and today() > own.ends_on and own.answer != "wanted"):
        raise Conflict(N_("答复的期限已过，或者条款已变、已有完成人受让。"))
    if own.answer in ("waived", "exercised"):
        raise Conflict(N_("您已经答复过。"))
    own.account_id = actor.account_id
    if own.told_on is None:
        days = rules.value(session, "first_refusal", asked.starts_on)
        own.told_on, own.told_how, own.ends_on = today(), "platform", today() + dt.timedelta(days)
    own.answer, own.answered_at = "exercised" if exercises else "waived", now()
    settle(asked)
    session.flush()
    audit.record(session, actor, own.answer, "first_refusal", asked.id, from_state="open", to_state=asked.state)
    if exercises:
        _pass_to_completer(session, actor, asked.deal, asked.amount)
    return asked


def hold(session: Session, asked: FirstRefusal) -> None:
    """Read a question as it is now; nobody else answers it before the end."""
    audit.hold(session, "deal", asked.deal_id)
    session.refresh(asked)
    session.refresh(asked.deal)


def is_under_way(asked: FirstRefusal) -> bool:
    """Say whether a question may be answered still: it stands, and no contract was signed."""
    return asked.state == "open" and asked.deal.state in ("negotiating", "letter_of_intent")


def settle(asked: FirstRefusal) -> None:
    """Let a question follow from its answers: one who takes it over ends it, and so does everybody's waiver."""
    if any(it.answer == "exercised" for it in asked.answers):
        asked.state = "exercised"
    elif asked.answers and all(it.answer == "waived" for it in asked.answers):
        asked.state = "waived"


def require_over(session: Session, deal: Deal, terms: Mapping[str, Any]) -> None:
    """Raise Conflict while the completers may still take over what a contract on these terms would assign."""
    if not is_needed(deal, terms):
        return
    asked = of(session, deal)
    if asked is None or asked.terms != _hash(terms):
        raise Conflict(N_("转让职务成果，要先按这些条款通知完成人优先受让；请先由双方重新确认条款。"))
    if asked.state == "exercised":
        raise Conflict(N_("完成人已按同等条件行使优先受让权，不能再转让给别人。"))
    if asked.state != "open":
        return
    if any(it.told_on is None for it in asked.answers):
        raise Conflict(
            N_("有完成人还没有被告知优先受让权：没有账号的由成果方告知，再在“优先受让”里记下；期限从告知之日起算。")
        )
    if any(it.answer == "wanted" for it in asked.answers):
        raise Conflict(N_("有完成人表示要按同等条件受让，等他本人登录办理，或者由成果方记下他改为不受让。"))
    if today() <= asked.ends_on:
        raise Conflict(
            N_("完成人的优先受让权到 %(day)s 为止，之后才能签订；全体完成人放弃的不必再等。"), day=asked.ends_on
        )
    asked.state = "lapsed"
    session.flush()


def _pass_to_completer(session: Session, actor: Actor, deal: Deal, amount: int) -> None:
    exclusivity.hold(session, deal.achievement_id)
    parties.tell(session, deal, "refusal_exercised")
    terms = {"mode": "assignment", "contract_kind": "transfer", "amount": amount}
    opening.pass_to_completer(session, actor, deal, terms)
    # What was reserved for the other side stays reserved, now for the completer.
    settling.ended(session, actor, deal)


def _persons(deal: Deal) -> list[Contributor]:
    """Return those who made the achievement of a deal, each account once."""
    seen: set[int] = set()
    found = []
    for it in deal.achievement.contributors:
        if it.account_id is None or it.account_id not in seen:
            found.append(it)
            seen |= {it.account_id} if it.account_id is not None else set()
    return found


def _question(it: Contributor, people: Mapping[int, Account], begins: dt.date, ends: dt.date) -> FirstRefusalAnswer:
    """Return what a completer is asked: here, where he has an account that is in use, or else by his unit."""
    account = people.get(it.account_id) if it.account_id is not None else None
    if account is None or not account.is_active:
        return FirstRefusalAnswer(name=it.name, account_id=it.account_id)
    told = {"told_on": begins, "told_how": "platform", "ends_on": ends}
    return FirstRefusalAnswer(name=it.name, account_id=account.id, **told)


def _own(session: Session, actor: Actor, asked: FirstRefusal) -> FirstRefusalAnswer | None:
    own = {it.id for it in asked_of(session, actor)}
    return next((it for it in asked.answers if it.id in own), None)


def _completers(deal: Deal) -> set[int]:
    """Return the accounts of those who made the achievement of a deal; who has none is told by his unit."""
    return {it.account_id for it in deal.achievement.contributors if it.account_id is not None}


def _hash(terms: Mapping[str, Any]) -> str:
    names = ("mode", "licence_kind", "contract_kind", "amount")
    return chain.sha256(chain.canonical({name: terms[name] for name in names}))
