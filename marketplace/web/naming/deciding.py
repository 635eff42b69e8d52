"""From the counted sheets to the public list: the meeting with its minutes, announcing, ending, trying other terms."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.permissions import can_run_naming
from marketplace.runtime import runtime
from marketplace.schemas.naming_decision import WhatIfSchema
from marketplace.services.account import people
from marketplace.services.naming import batches
from marketplace.services.selection import announcing, meeting, minutes, notices, what_if
from marketplace.services.selection.selecting import PROPOSED, spread
from marketplace.web.actor import actor
from marketplace.web.demands.forms import sentences
from marketplace.web.naming.decision_forms import MeetingForm, asked_terms, sent_decisions
from marketplace.web.naming.office import blueprint
from marketplace.web.naming.results import as_pdf


@blueprint.get("/<int:batch_id>/meeting")
def meeting_page(batch_id: int) -> str:
    return _meeting_page(batch_id)


@blueprint.post("/<int:batch_id>/meeting")
def hold_meeting(batch_id: int) -> ResponseReturnValue:
    form, sent = MeetingForm(), sent_decisions()
    data = form.load_meeting(sent)
    if data is None:
        return _meeting_page(batch_id, form, sent), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            meeting.hold(session, actor(), batch_id, form.revision_read(), data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _meeting_page(batch_id, form, sent), 422
    except StaleRevision as error:
        form.form_errors = [error.text(_)]
        return _meeting_page(batch_id, form, sent), 409
    flash(_("会议纪要已存档，名单已按会议的决定更新。"))
    return redirect(url_for(".meeting_page", batch_id=batch_id), 303)


@blueprint.get("/meetings/<int:meeting_id>.pdf")
def minutes_pdf(meeting_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        return as_pdf(minutes.pdf(session, actor(), meeting_id), f"minutes-{meeting_id}")


@blueprint.post("/<int:batch_id>/announce")
def announce(batch_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        begun = announcing.announce(session, actor(), batch_id, request.form.get("channel", "").strip()[:200])
    flash(_("公示已开始，到 %(day)s 结束。", day=begun.ends_on))
    return redirect(url_for(".meeting_page", batch_id=batch_id), 303)


@blueprint.post("/<int:batch_id>/finish")
def finish(batch_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        notices.finish(session, actor(), batch_id)
    flash(_("本批已结束。"))
    return redirect(url_for(".show", batch_id=batch_id), 303)


@blueprint.get("/<int:batch_id>/what-if")
def try_terms(batch_id: int) -> ResponseReturnValue:
    """Show who would move under the terms the address states; nothing is written."""
    with runtime().sessions() as session:
        batch = batches.followed(session, actor(), batch_id)
        own = what_if.own_terms(batch)
        asked, wrong = asked_terms(batch.indicators), {}
        try:
            terms = WhatIfSchema().load(asked)
        except ma.ValidationError as error:
            terms, wrong = {}, {name: next(iter(sentences(it))) for name, it in error.normalized_messages().items()}
        found = what_if.compare(session, actor(), batch_id, terms)
        page = render_template(
            "selection/what_if.html", batch=batch, own=own, asked=own | asked, wrong=wrong, found=found,
            lists={"before": found.before.standing(PROPOSED), "after": found.after.standing(PROPOSED)},
            spread=spread,
        )  # fmt: skip
        return page, 422 if wrong else 200


def _meeting_page(batch_id: int, form: MeetingForm | None = None, sent: dict[str, Any] | None = None) -> str:
    with runtime().sessions() as session:
        batch = batches.followed(session, actor(), batch_id)
        ranked = meeting.before(session, batch)
        blank = {"held_on": today().isoformat(), "revision": batch.revision}
        listed = {it.id for it in ranked.applications.values() if it.state in (*meeting.ANNOUNCED, "proposed")}
        # Before a meeting has decided, the list is the one that follows from the scores.
        on_list = listed if batch.meetings else ranked.standing
        return render_template(
            "selection/meeting.html",
            batch=batch,
            ranked=ranked,
            runs=can_run_naming(actor(), batch),
            form=form or MeetingForm(formdata=None, data=blank),
            sent=sent or {"chosen": [], "tie_reason": "", "changes": []},
            changes={it["application"]: it for it in (sent or {}).get("changes", ())},
            may_meet=batch.state in meeting.HELD_IN and can_run_naming(actor(), batch),
            waiting=[it for it in ranked.applications.values() if it.state == "proposed"],
            next_ones=meeting.next_in_rank(batch, ranked) if batch.state == "publicity" else [],
            proposed=[it.candidate for it in ranked.selection.places if it.candidate.id in on_list],
            decided_by_meeting=bool(batch.meetings),
            spread=spread,
            struck=[it for it in ranked.applications.values() if it.state in ("struck", "revoked")],
            lists=announcing.lists_of(session, batch),
            people=people.called(session, (it.written_by for it in batch.meetings)),
        )
