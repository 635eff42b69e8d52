"""The agreement on secrecy of a match, and what it opens: read on a page and in files that bear a watermark."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import can_sign_for, match_sides
from marketplace.runtime import runtime
from marketplace.services.match import nda, opened, watermark
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.doing import done, typed
from marketplace.web.matches.names import COLUMNS, FIELDS
from marketplace.web.security import inert

blueprint = Blueprint("secrecy", __name__, url_prefix="/matches/<int:match_id>")

blueprint.before_request(sign_in_first)


@blueprint.get("/nda")
def agreement(match_id: int) -> ResponseReturnValue:
    try:
        return _page(match_id)
    except Conflict as error:
        flash(error.text(_))
        return redirect(url_for("matches.show", match_id=match_id), 303)


@blueprint.post("/nda")
def sign(match_id: int) -> ResponseReturnValue:
    form = request.form
    data = {
        "name": form.get("name", "")[:100],
        "is_confirmed": form.get("confirmed") == "yes",
        "text_hash": form.get("text_hash", ""),
    }
    try:
        with unit_of_work(runtime().sessions) as session:
            nda.sign(session, actor(), match_id, data)
        flash(_("已签署。"))
    except Invalid as error:
        return _page(match_id, {name: [_(it) for it in said] for name, said in error.fields.items()}), 422
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".agreement", match_id=match_id), 303)


@blueprint.post("/nda/ask")
def ask(match_id: int) -> ResponseReturnValue:
    """Ask who acts for the unit to sign."""
    return done(
        lambda session: nda.ask_to_sign(session, actor(), match_id),
        _("已通知单位的经办人来签。"),
        url_for(".agreement", match_id=match_id),
    )


@blueprint.post("/nda/end")
def end(match_id: int) -> ResponseReturnValue:
    return done(
        lambda session: nda.end(session, actor(), match_id, typed("reason", 500)),
        _("保密协议已终止，不再开放保密内容。"),
        url_for(".agreement", match_id=match_id),
    )


@blueprint.get("/nda.pdf")
def printed(match_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        document = nda.drawn(session, actor(), match_id)
    return _file(document, "application/pdf", f"{_('保密协议')}-{match_id:06}.pdf")


@blueprint.post("/disclosed")
def look(match_id: int) -> ResponseReturnValue:
    """Show what the agreement opens; the look is logged, so that nothing but a button asks for it."""
    try:
        with unit_of_work(runtime().sessions) as session:
            found = opened.shown(session, actor(), match_id)
            page = render_template(
                "matches/opened.html",
                match_id=match_id,
                achievement=found.achievement,
                opened=found.fields,
                files=found.files,
                bearing=watermark.BEARING,
                mark=opened.mark_of(found.view),
                field_names=FIELDS,
                columns=COLUMNS,
            )
    except Conflict as error:
        flash(error.text(_))
        return redirect(url_for("matches.show", match_id=match_id), 303)
    answer = Response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/disclosed/files/<int:file_id>")
@inert
def file(match_id: int, file_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        held, content = opened.given_out(session, actor(), runtime().files, match_id, file_id)
        return _file(content, held.media_type, held.file_name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(match_id: int, refused: dict[str, list[str]] | None = None) -> str:
    with runtime().sessions() as session:
        match, agreement = nda.to_read(session, actor(), match_id)
        sides = match_sides(actor(), match)
        side = next(iter(sides)) if len(sides) == 1 else None
        return render_template(
            "matches/nda.html",
            match=match,
            agreement=agreement,
            side=side,
            may_sign=side is not None and can_sign_for(actor(), match, side),
            typed=request.form,
            refused=refused or {},
        )
