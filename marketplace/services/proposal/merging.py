"""Make one of two proposals that say the same, with the credit kept, and undo it.

The authors of the one that goes in join those of the other, each after whoever submitted earlier; its votes stay with
it and are counted along. Nothing of either is lost, so an undone merge leaves both exactly as they were.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import Proposal, ProposalAuthor
from marketplace.permissions import Actor, Permission, require
from marketplace.services import submission
from marketplace.services.proposal import reading

# Where a proposal may still go into another one, as ``workflow.PROPOSAL`` has it.
MERGEABLE = next(it.sources for it in workflow.PROPOSAL if it.action == "merge")
# Where a proposal may still take in another, and a merge be undone: before anybody proposes it for an award.
_OPEN = (
    "submitted", "screened", "unit_review", "adopted", "partly_adopted", "shelved", "implementing", "implemented",
)  # fmt: skip


def merge(session: Session, actor: Actor, proposal_id: int, into_id: int, reason: str) -> Proposal:
    """Let a proposal go into another one of the same unit, and return that one.

    Raises Invalid for a proposal into itself or another unit's, and Conflict where one is too far on its way.
    """
    child, target = reading.get(session, actor, proposal_id), reading.get(session, actor, into_id)
    if child.id == target.id or child.organisation_id != target.organisation_id:
        raise Invalid({"into": [N_("只能并入本单位的另一条建议。")]})
    if target.state not in _OPEN:
        raise Conflict(N_("建议 %(number)s 已不能再并入别的建议。"), number=target.id)
    require(actor, Permission.PROPOSAL_ANSWER, target)
    with session.no_autoflush:
        # The three facts and the state are one: the database takes none without the others.
        child.state_before_merge, child.merged_into_id, child.merged_at = child.state, target.id, now()
        try:
            workflow.apply(session, actor, child, "merge", reason, process="merge")
        except Exception:
            child.state_before_merge = child.merged_into_id = child.merged_at = None
            raise
    session.flush()
    _join_authors(session, child, target)
    _tell(session, actor, "merge_in", target, child, reason)
    return target


def undo(session: Session, actor: Actor, proposal_id: int, reason: str) -> Proposal:
    """Take a proposal out of the one it went into, and return it, as it was before.

    Raises Conflict where it went into none, after the period of rule 32, or where the other one has been nominated or
    has itself gone into another.
    """
    child = reading.get(session, actor, proposal_id)
    if child.merged_into_id is None or child.merged_at is None:
        raise Conflict(N_("这条建议没有并入别的建议。"))
    target = session.get_one(Proposal, child.merged_into_id)
    days = rules.value(session, "merge_reversal", today())
    if child.merged_at + dt.timedelta(days=days) < now():
        raise Conflict(N_("合并满 %(days)s 天以后不能再撤销。"), days=days)
    if target.state not in (*_OPEN, "not_adopted", "returned", "rejected", "withdrawn"):
        raise Conflict(N_("建议 %(number)s 已经合并、提名或公示，请先在那里办理。"), number=target.id)
    workflow.apply(session, actor, child, "undo_merge", reason, process="merge")
    session.flush()
    _part_authors(session, child, target)
    _tell(session, actor, "split_off", target, child, reason)
    return child


def may_undo(session: Session, child: Proposal) -> bool:
    """Say whether the period in which the merge of a proposal can be undone is not over."""
    days = rules.value(session, "merge_reversal", today())
    return child.merged_at is not None and now() <= child.merged_at + dt.timedelta(days=days)


def _join_authors(session: Session, child: Proposal, target: Proposal) -> None:
    """Let the authors of one proposal join those of another; whoever has a part in both stays where he is."""
    submitted = {it.id: it.submitted_at or it.created_at for it in reading.family(session, target)}
    held = {author.account_id for author in target.authors} - {None}
    order = list(target.authors)

    def date(author: ProposalAuthor) -> dt.datetime:
        return submitted[author.merged_from_id or target.id]

    for author in child.authors:
        if author.account_id in held:
            continue
        joined = ProposalAuthor(
            name=author.name, part=author.part, account_id=author.account_id, email=author.email,
            merged_from_id=author.merged_from_id or child.id,
        )  # fmt: skip
        # The order follows from the dates, and is not agreed on.
        joined.take_answer_of(author)
        place = next((at for at, other in enumerate(order) if date(other) > date(joined)), len(order))
        order.insert(place, joined)
    _number(session, target, order)


def _part_authors(session: Session, child: Proposal, target: Proposal) -> None:
    came = {it.id for it in reading.family(session, child)}
    left = [author for author in target.authors if author.merged_from_id not in came]
    shares = [author.share for author in left]
    if len(left) < len(target.authors) and None not in shares and sum(it or 0 for it in shares) != 100:
        # Shares agreed on with those who leave are of no use to those who stay.
        for author in left:
            author.share = None
    _number(session, target, left)


def _number(session: Session, target: Proposal, order: list[ProposalAuthor]) -> None:
    for place, author in enumerate(order, 1):
        author.position = place
    target.authors = order
    target.updated_at = now()
    session.flush()


def _tell(session: Session, actor: Actor, verb: str, target: Proposal, child: Proposal, reason: str) -> None:
    audit.record(
        session, actor, verb, "proposal", target.id, from_state=target.state, to_state=target.state, reason=reason,
        payload={"proposal": child.id, "authors": submission.content(target)["authors"]},
    )  # fmt: skip
    session.flush()
