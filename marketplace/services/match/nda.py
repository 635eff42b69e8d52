"""The agreement on secrecy of a match: proposed, signed by both sides in person, printed, and ended.

The terms are a rule that the province sets; each value it ever had is a version with a number of its own. The text is
fixed by the first signature and carries its hash, so that both sides sign the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain, documents, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Account, Deal, Match, Nda, RuleValue
from marketplace.models.market.deal import CONTRACTED
from marketplace.models.market.match import INTRODUCED
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Actor, can_sign_for
from marketplace.postbox import post
from marketplace.services import mandate
from marketplace.services.listing import exclusivity
from marketplace.services.match import meeting, telling

TERMS = "nda_terms"

_TOO_EARLY = N_("双方都有意向、由技术经理人或工会引荐以后，才能签署保密协议。")
_ENDED = N_("这份保密协议已经终止，不能再签。")
_SIGNED = N_("您这一方已经签署。")
_CHANGED = N_("协议的文本在您打开以后变了，请重新阅读后再签。")
_SAME_PERSON = N_("双方须由不同的人签署：您已经为另一方签过。")
_NOT_SIGNED = N_("双方都签署以后才有协议可以终止。")
_CONFIRM = N_("请勾选：我已阅读全文，有权代表本方签署。")
_NO_MANDATE = N_(
    "成果或需求属于单位，须由能代表单位的账号签署：请按“请单位签署”，由单位工会或企业的经办人在同一页上签。"
)
_NAME = N_("请填写签署人的姓名。")
_REASON = N_("请写明终止的理由。")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text to be read and signed, kept once the first has signed it."""

    version: int
    text: str
    text_hash: str
    kept: Nda | None


def of(session: Session, match: Match) -> Nda | None:
    """Return the agreement of a match that somebody has signed."""
    return session.scalar(sa.select(Nda).filter_by(match_id=match.id))


def proposed(session: Session, match: Match) -> Agreement:
    """Return the agreement as it is signed or, before anybody has, as it would be by the terms of today."""
    kept = of(session, match)
    if kept is not None:
        return Agreement(kept.version, kept.text, kept.text_hash, kept)
    version, terms = _terms(session)
    text = _written(session, match, version, terms)
    return Agreement(version, text, chain.sha256(text.encode()), None)


def to_read(session: Session, actor: Actor, match_id: int) -> tuple[Match, Agreement]:
    """Return a match with its agreement for a side or whoever introduces; raise NotFound, and Conflict before that."""
    match = meeting.get(session, actor, match_id)
    if match.introduced_at is None:
        raise Conflict(_TOO_EARLY)
    return match, proposed(session, match)


def sign(session: Session, actor: Actor, match_id: int, data: Mapping[str, Any]) -> Nda:
    """Sign for a side, in person, the text whose hash was read; the second signature puts the agreement in force.

    ``data`` holds ``name``, ``is_confirmed`` and ``text_hash``. Raises NotFound, NotAllowed for whoever is of neither
    side or not there in person, Invalid, and Conflict where it may not be signed, was signed or has changed, or where
    the side is a unit that the actor does not act for.
    """
    match = meeting.hold(session, actor, match_id)
    account_id, side = _in_person(actor), meeting.side_of(actor, match)
    if match.state not in INTRODUCED:
        raise Conflict(_TOO_EARLY)
    if not can_sign_for(actor, match, side):
        raise Conflict(_NO_MANDATE)
    wrong = {"name": [_NAME]} if not data["name"].strip() else {}
    if wrong := wrong | ({} if data["is_confirmed"] else {"is_confirmed": [_CONFIRM]}):
        raise Invalid(wrong)
    agreement = proposed(session, match)
    nda = agreement.kept or Nda(match_id=match.id, version=agreement.version, text=agreement.text,
                                text_hash=agreement.text_hash, enterprise_name="", owner_name="")  # fmt: skip
    if nda.ended_at is not None:
        raise Conflict(_ENDED)
    if nda.signed_at(side) is not None:
        raise Conflict(_SIGNED)
    if data["text_hash"] != agreement.text_hash:
        raise Conflict(_CHANGED)
    if account_id in (nda.enterprise_account_id, nda.owner_account_id):
        raise Conflict(_SAME_PERSON)
    moment = now()
    signature = {"account_id": account_id, "name": data["name"].strip()[:100], "signed_at": moment}
    for name, value in signature.items():
        setattr(nda, f"{side}_{name}", value)
    is_by_both = all(nda.signed_at(it) is not None for it in SIDES)
    nda.in_force_at = moment if is_by_both else None
    session.add(nda)
    session.flush()
    audit.record(session, actor, "sign_nda", "match", match.id, payload={"side": side, "text": nda.text_hash})
    match.stirred_at, match.warned_at = moment, None
    if is_by_both:
        _put_in_force(session, actor, match, nda)
    session.flush()
    telling.tell_other(session, match, side, "match_nda_in_force" if is_by_both else "match_nda_signed")
    return nda


def ask_to_sign(session: Session, actor: Actor, match_id: int) -> list[Account]:
    """Ask who acts for the unit of one's side to sign, for whoever may not bind it, and return who was told.

    Raises NotFound, NotAllowed for whoever is of neither side, and Conflict where there is nothing to sign, the actor
    may sign himself, nobody acts for the unit here, or he asked today already.
    """
    match = meeting.hold(session, actor, match_id)
    side, kept = meeting.side_of(actor, match), of(session, match)
    if match.state not in INTRODUCED:
        raise Conflict(_TOO_EARLY)
    if kept is not None and (kept.ended_at is not None or kept.signed_at(side) is not None):
        raise Conflict(_ENDED if kept.ended_at is not None else _SIGNED)
    if can_sign_for(actor, match, side):
        raise Conflict(mandate.MAY_SIGN)
    people = telling.acting_for(session, match, side)
    mandate.note(session, actor, "match", match.id, people)
    for account in people:
        post(session, account, "match_sign_asked", match=str(match.id))
    return people


def end(session: Session, actor: Actor, match_id: int, reason: str) -> Nda:
    """End the agreement for a side: what it opened is closed from now on; the duty to keep silent stays in the text.

    Raises NotFound, NotAllowed, Invalid without a reason, and Conflict where none is in force.
    """
    match = meeting.hold(session, actor, match_id)
    _in_person(actor)
    side, nda = meeting.side_of(actor, match), of(session, match)
    if nda is None or not nda.is_in_force:
        raise Conflict(_NOT_SIGNED)
    if not reason.strip():
        raise Invalid({"reason": [_REASON]})
    nda.ended_at, nda.ended_by, nda.ended_because = now(), side, reason.strip()[:500]
    session.flush()
    audit.record(session, actor, "end_nda", "match", match.id, reason=nda.ended_because)
    telling.tell_other(session, match, side, "match_nda_ended")
    return nda


def has_gone_elsewhere(session: Session, match: Match) -> bool:
    """Say whether somebody other than the enterprise of a match has its achievement to himself."""
    if not exclusivity.taken_among(session, [match.achievement_id]):
        return False
    demand = match.demand
    own = [(Deal.enterprise_organisation_id, demand.organisation_id), (Deal.enterprise_account_id, demand.account_id)]
    is_its = sa.or_(sa.false(), *(column == identity for column, identity in own if identity is not None))
    deals = sa.select(Deal).where(Deal.achievement_id == match.achievement_id, Deal.state.in_(CONTRACTED), is_its)
    ways = (exclusivity.way(deal.mode, deal.licence_kind, deal.contract_kind) for deal in session.scalars(deals))
    return not any(it in exclusivity.EXCLUSIVE for it in ways)


def tell_of_closing(session: Session, actor: Actor, achievement_id: int) -> None:
    """Note, and tell each enterprise, that its agreement opens nothing any more: another has the achievement now.

    The agreement stays in force: what was seen is kept secret by it.
    """
    query = sa.select(Match).join(Nda, Nda.match_id == Match.id)
    query = query.where(Match.achievement_id == achievement_id, Match.state.in_(INTRODUCED))
    query = query.where(Nda.in_force_at.is_not(None), Nda.ended_at.is_(None)).order_by(Match.id)
    for match in session.scalars(query):
        if has_gone_elsewhere(session, match):
            audit.record(session, actor, "close_disclosure", "match", match.id)
            telling.tell(session, match, SIDES[0], "match_gone")


def drawn(session: Session, actor: Actor, match_id: int) -> bytes:
    """Return the agreement as PDF, with who signed it when; raise as ``to_read`` does."""
    match, agreement = to_read(session, actor, match_id)
    nda = agreement.kept
    signatures = [
        {
            "side": side,
            "name": nda.name_of(side) if nda is not None else "",
            "at": _moment(nda.signed_at(side)) if nda is not None else "",
        }
        for side in SIDES
    ]
    told = {
        "number": f"{match.id:06}", "text": agreement.text.split("\n"), "hash": agreement.text_hash,
        "signatures": signatures, "ended": _moment(nda.ended_at) if nda is not None else "",
    }  # fmt: skip
    return documents.drawn("nda", told, now())


def _put_in_force(session: Session, actor: Actor, match: Match, nda: Nda) -> None:
    if match.state == "introduced":
        workflow.apply(session, actor, match, "agree_on_secrecy", None, {"nda": nda.text_hash}, process="match")
    else:
        # The two deal already; the agreement opens what they need to see all the same.
        match.nda_at = nda.in_force_at


def _in_person(actor: Actor) -> int:
    if actor.account_id is None or actor.limits is not None:
        raise NotAllowed("sign", "nda")
    return actor.account_id


def _terms(session: Session) -> tuple[int, list[str]]:
    """Return the number of the version in force today and its clauses: the first is what the product came with."""
    day = today()
    set_since = sa.select(sa.func.count()).select_from(RuleValue)
    count = session.scalar(set_since.where(RuleValue.name == TERMS, RuleValue.valid_from <= day)) or 0
    return count + 1, rules.value(session, TERMS, day)


def _written(session: Session, match: Match, version: int, terms: list[str]) -> str:
    demand, achievement = match.demand, match.achievement
    units = "、".join(unit.name for unit in achievement.units)
    owner = achievement.rights_holder or units or _name_of(session, achievement.account_id)
    buyer = demand.organisation.name if demand.organisation is not None else _name_of(session, demand.account_id)
    lines = [
        f"保密协议（条款第 {version} 版，匹配 {match.id:06}）",
        f"披露方（成果方）：{owner}",
        f"接收方（需求方）：{buyer}",
        f"成果：{achievement.id:06} {achievement.title}",
        f"需求：{demand.id:06} {demand.title}",
    ]
    return "\n".join([*lines, *(f"第 {number} 条　{clause}" for number, clause in enumerate(terms, 1))])


def _name_of(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id is not None else None
    return account.name if account is not None else ""


def _moment(moment: Any) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment is not None else ""
