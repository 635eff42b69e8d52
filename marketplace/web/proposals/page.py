"""The page of one proposal, the same for whoever opens it: its authors, colleagues, the unit, the offices above."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.models import Proposal
from marketplace.permissions import EDITABLE, Actor, Permission, can, can_see_authors, can_support, is_author
from marketplace.runtime import runtime
from marketplace.schemas.proposal import disclosed
from marketplace.services import submission
from marketplace.services.authoring import contributors
from marketplace.services.benefit import steps as benefits
from marketplace.services.proposal import merging, reading, support
from marketplace.services.proposal import progress as progressing
from marketplace.web import deciding, files, history
from marketplace.web.actor import actor
from marketplace.web.proposals.forms import CompletionForm, MergeForm, PartForm, PlanForm, ReasonForm
from marketplace.web.proposals.words import SENTENCES
from marketplace.web.submissions.words import ANSWERS


def proposal_page(proposal_id: int, **forms: Any) -> str:
    """Render the page; ``forms`` are those that were refused, by name, in place of empty ones."""
    with runtime().sessions() as session:
        return render_page(session, actor(), reading.get(session, actor(), proposal_id), **forms)


def render_page(session: Session, reader: Actor, proposal: Proposal, **forms: Any) -> str:
    sees_authors = can_see_authors(reader, proposal)
    events = _past(session, reader, proposal)
    progress = progressing.of(session, reader, proposal) if is_author(reader, proposal) else None
    return render_template(
        "proposals/show.html",
        record=proposal,
        proposal=disclosed(proposal, sees_authors=sees_authors),
        sees_authors=sees_authors,
        persons=proposal.authors if len(proposal.authors) > 1 and contributors.may_see(reader, proposal) else [],
        answers=ANSWERS,
        silent=contributors.silent(session, proposal),
        may_ask=is_author(reader, proposal) and bool(contributors.asking(session, proposal)),
        may_excuse=sees_authors and contributors.may_excuse(session, reader, proposal),
        is_author=is_author(reader, proposal),
        may_write=is_author(reader, proposal) and proposal.state in EDITABLE,
        may_withdraw=is_author(reader, proposal) and "withdraw" in workflow.actions(proposal),
        supporters=support.count(session, proposal),
        may_support=can_support(reader, proposal) and proposal.state != "merged",
        supports=support.has_supported(session, reader, proposal),
        progress=progress,
        sentences=SENTENCES,
        benefits=benefits.read(session, reader, proposal),
        children=[it for it in reading.family(session, proposal) if it.merged_into_id == proposal.id],
        has_proof=submission.has_proof(session, reader, proposal),
        forms={**_offered(session, reader, proposal), **forms},
        **deciding.of(session, reader, proposal),
        **(files.of(session, reader, "proposal", proposal.id) if events["events"] else {"held": None}),
        **events,
    )


def _past(session: Session, reader: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return the history; who acted is not told where it would tell who made a proposal under a pseudonym."""
    found = history.of(session, reader, proposal)
    if not can_see_authors(reader, proposal):
        authors = {f"account:{it.account_id}" for it in proposal.authors} | {f"account:{proposal.account_id}"}
        found["people"] = {name: called for name, called in found["people"].items() if name not in authors}
    return found


def _offered(session: Session, reader: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return the empty forms of what the reader may do beside the steps that need nothing but a reason."""
    if not can(reader, Permission.PROPOSAL_ANSWER, proposal):
        return {}
    offered: dict[str, Any] = {}
    task = workflow.open_task(session, proposal)
    stands_there = task is not None and workflow.may_act(reader, proposal, task)
    if proposal.state == "unit_review" and stands_there:
        offered["part"] = PartForm(formdata=None)
    if proposal.state == "implementing" and stands_there:
        offered["completion"] = CompletionForm(formdata=None)
    if proposal.state in benefits.BEFORE_USE:
        known = benefits.of(session, "proposal", proposal.id)
        offered["plan"] = PlanForm(formdata=None, obj=known[0] if known else None)
    if proposal.state in merging.MERGEABLE:
        offered["merge"] = MergeForm(formdata=None)
    if proposal.state == "merged" and merging.may_undo(session, proposal):
        offered["undo"] = ReasonForm(formdata=None)
    return offered
