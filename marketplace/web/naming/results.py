"""What came of a batch: for everybody who was named and by which notice, for a unit the score sheet of its studio."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.runtime import runtime
from marketplace.services.selection import announcing, outcomes
from marketplace.web.actor import actor
from marketplace.web.naming import applications, public


@public.blueprint.get("/<int:batch_id>/results")
def results(batch_id: int) -> str:
    """Show who was named; before the period of the list is over, nobody."""
    with runtime().sessions() as session:
        batch, named = outcomes.named(session, batch_id)
        return render_template(
            "selection/results.html", batch=batch, named=named, notices=outcomes.notices_of(session, batch),
            lists=announcing.lists_of(session, batch),
        )  # fmt: skip


@public.blueprint.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> str:
    with runtime().sessions() as session:
        return render_template("selection/issued.html", notice=outcomes.notice(session, notice_id))


@public.blueprint.get("/notices/<int:notice_id>.pdf")
def notice_pdf(notice_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        return as_pdf(outcomes.notice_pdf(session, notice_id), f"notice-{notice_id}")


@applications.blueprint.get("/applications/<int:application_id>/sheet")
def sheet(application_id: int) -> str:
    with runtime().sessions() as session:
        found = outcomes.sheet_of(session, actor(), application_id)
        return render_template(
            "selection/score_sheet.html", sheet=found, application=found.application, batch=found.application.batch
        )


@applications.blueprint.get("/applications/<int:application_id>/sheet.pdf")
def sheet_pdf(application_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        answer = as_pdf(outcomes.sheet_pdf(session, actor(), application_id), f"score-sheet-{application_id}")
    answer.cache_control.private = True
    return answer


def as_pdf(content: bytes, name: str) -> Response:
    """Return a document as an answer a browser shows."""
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
