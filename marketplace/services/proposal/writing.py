"""What the authors of a proposal do: write it, saved as they write, submit it, agree on its authors, withdraw it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Account, Organisation, Proposal, ProposalAuthor
from marketplace.permissions import EDITABLE, Actor, Permission, is_author, require
from marketplace.services import submission
from marketplace.services.authoring import contributors, naming, secrecy
from marketplace.services.benefit import blocks
from marketplace.services.proposal import reading

# Without these a unit cannot answer.
_NEEDED = ("present_state", "measure", "expected_effect")
_JUDGED = ("nominated", "scored", "publicity", "objected", "awarded", "revoked")
_LONGEST_TITLE = 40
# What ends the first thing that a text says.
_END = re.compile(r"[。！？；，,;!?\n]|\.\s")


def draft(session: Session, actor: Actor, data: dict[str, Any]) -> Proposal:
    """Begin a proposal from what ``ProposalSchema.load`` returned; it may hold as little as nothing.

    It belongs to the unit the actor works in; whoever works in several says which.
    """
    require(actor, Permission.PROPOSAL_SUBMIT)
    if actor.account_id is None:
        raise NotAllowed("submit", "proposal")
    proposal = Proposal(account_id=actor.account_id)
    _fill(session, actor, proposal, data)
    session.add(proposal)
    session.flush()
    audit.record(session, actor, "draft", "proposal", proposal.id, to_state="draft", is_first=True)
    session.flush()
    return proposal


def save(session: Session, actor: Actor, proposal_id: int, revision: int, data: dict[str, Any]) -> Proposal:
    """Keep what an author wrote in a draft, or in a proposal returned to be mended.

    Raises Conflict where it is with an office, and StaleRevision when it was changed since it was read.
    """
    proposal = _own(session, actor, proposal_id)
    if proposal.state not in EDITABLE:
        raise Conflict(N_("建议已经提交，正由单位办理；需要修改请先撤回，或者请单位退回。"))
    if proposal.revision != revision:
        raise StaleRevision("proposal", proposal_id, revision, proposal.revision)
    _fill(session, actor, proposal, data)
    session.flush()
    if proposal.state == "returned":
        audit.record(session, actor, "revise", "proposal", proposal.id, from_state="returned", to_state="returned")
    return proposal


def submit(session: Session, actor: Actor, proposal_id: int) -> Proposal:
    """Hand a proposal to the unit; its text as it stands is kept, and the hash of it in the event.

    Raises Invalid naming the fields that are missing, and Conflict while the author or the unit is blocked for false
    data (rule 37).
    """
    proposal = _own(session, actor, proposal_id)
    if missing := dict(_missing(proposal)):
        raise Invalid(missing)
    persons = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    blocks.refuse_blocked(session, persons, [proposal.organisation_id])
    contributors.confirm_own(session, actor, proposal.authors)
    text = submission.content(proposal)
    event = workflow.apply(session, actor, proposal, "submit", payload=text)
    session.flush()
    submission.keep(session, event, text)
    contributors.ask(session, actor, proposal)
    return proposal


def withdraw(session: Session, actor: Actor, proposal_id: int, reason: str | None = None) -> Proposal:
    """Take a proposal back while it is undecided or shelved; it stays on record."""
    proposal = _own(session, actor, proposal_id)
    workflow.apply(session, actor, proposal, "withdraw", reason)
    session.flush()
    return proposal


def agree_authors(
    session: Session, actor: Actor, proposal_id: int, revision: int, authors: Sequence[dict[str, Any]]
) -> Proposal:
    """Set the order, the shares and the parts of the authors anew, as agreed; nobody joins or leaves by it.

    ``authors`` is what ``AuthorsSchema.load`` returned. Whoever is named otherwise than before is asked to agree.
    Raises Invalid where it names others than the authors, and Conflict once the proposal is judged for an award.
    """
    proposal = _own(session, actor, proposal_id)
    if proposal.revision != revision:
        raise StaleRevision("proposal", proposal_id, revision, proposal.revision)
    if sorted(it["name"] for it in authors) != sorted(author.name for author in proposal.authors):
        raise Invalid({"authors": [N_("商定顺序和份额时，作者还是原来的几位，请逐一列出，不多不少。")]})
    if proposal.state in _JUDGED:
        raise Conflict(N_("已经推荐参评的建议，作者的顺序和份额不能再改。"))
    left, rows = list(proposal.authors), []
    for agreed in authors:
        author = next(it for it in left if it.name == agreed["name"])
        left.remove(author)
        rows.append({**agreed, "part": agreed["part"] or author.part, "email": author.email})
    proposal.authors = naming.arranged(proposal.authors, rows, ProposalAuthor)
    proposal.updated_at = now()
    contributors.confirm_own(session, actor, proposal.authors)
    session.flush()
    session.refresh(proposal, ["authors"])
    audit.record(
        session, actor, "agree_authors", "proposal", proposal.id, from_state=proposal.state, to_state=proposal.state,
        payload={"authors": [[author.name, author.share] for author in proposal.authors]},
    )  # fmt: skip
    session.flush()
    if proposal.state not in EDITABLE and contributors.asking(session, proposal):
        contributors.ask(session, actor, proposal)
    return proposal


def units_of(session: Session, actor: Actor) -> list[Organisation]:
    """Return the units the actor may submit proposals to, the ones he works in."""
    query = sa.select(Organisation).where(Organisation.id.in_(actor.colleague_of)).order_by(Organisation.id)
    return list(session.scalars(query))


def _own(session: Session, actor: Actor, proposal_id: int) -> Proposal:
    proposal = reading.get(session, actor, proposal_id)
    if not is_author(actor, proposal):
        raise NotAllowed("submit", "proposal")
    return proposal


def _fill(session: Session, actor: Actor, proposal: Proposal, data: dict[str, Any]) -> None:
    secrecy.refuse(session, data)
    for name in submission.WRITTEN:
        if name in data:
            setattr(proposal, name, data[name])
    proposal.title = proposal.title or _title(proposal)
    unit = _unit(session, actor, data.get("organisation_id"))
    if unit is not None:
        proposal.organisation, proposal.region, proposal.industry = unit, unit.region, unit.industry
    if "authors" in data or not proposal.authors:
        _name_authors(session, actor, proposal, data.get("authors", ()))


def _title(proposal: Proposal) -> str:
    """Return the beginning of the measure, or of whatever else is written, as far as one would say it in one breath."""
    text = proposal.measure or proposal.present_state or proposal.expected_effect
    return _END.split(text.strip(), maxsplit=1)[0][:_LONGEST_TITLE] or "尚未命名的建议"


def _unit(session: Session, actor: Actor, wanted: int | None) -> Organisation | None:
    if wanted is not None and wanted not in actor.colleague_of:
        raise Invalid({"organisation_id": [N_("请从您所属的单位里选。")]})
    chosen = wanted if wanted is not None else min(actor.colleague_of, default=None)
    return session.get(Organisation, chosen) if chosen is not None else None


def _name_authors(session: Session, actor: Actor, proposal: Proposal, given: Sequence[dict[str, Any]]) -> None:
    """Set the authors; whoever writes is the first where he is not named, and an account once found stays."""
    writer = session.get_one(Account, actor.account_id)
    accounts = _accounts(session, [it["email"].casefold() for it in given if it.get("email")])
    before = {author.name: author for author in proposal.authors}
    rows = []
    for it in given:
        known = before.get(it["name"])
        email = it.get("email") or (known.email if known else "")
        account_id = accounts.get(email.casefold()) or (known.account_id if known else None)
        if it["name"] == writer.name and account_id in (None, writer.id):
            account_id, email = writer.id, email or writer.email
        row = {"name": it["name"], "share": it["share"], "part": it["part"]}
        rows.append({**row, "account_id": account_id, "email": email.casefold()})
    if proposal.account_id == writer.id and all(row["account_id"] != writer.id for row in rows):
        own = {"name": writer.name, "share": None if rows else Decimal(100), "part": ""}
        rows.insert(0, {**own, "account_id": writer.id, "email": writer.email})
    proposal.authors = naming.arranged(proposal.authors, rows, ProposalAuthor)


def _accounts(session: Session, emails: Sequence[str]) -> dict[str, int]:
    query = sa.select(Account.email, Account.id).where(Account.email.in_(emails), Account.confirmed_at.is_not(None))
    return {row.email: row.id for row in session.execute(query)}


def _missing(proposal: Proposal) -> Iterable[tuple[str, list[str]]]:
    for name in _NEEDED:
        if not getattr(proposal, name).strip():
            yield name, [N_("必填。")]
    if proposal.organisation_id is None:
        yield "organisation_id", [N_("您所属的单位还没有由工会确认，建议先保存为草稿；确认之后再提交。")]
    shares = [author.share for author in proposal.authors]
    if any(share is not None for share in shares) and sum(share or 0 for share in shares) != 100:
        yield "authors", [N_("各作者的份额合计应为 100%。")]
