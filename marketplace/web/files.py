"""Files of a record: brought, taken away and given out, one way for every noun.

A page that shows a record shows its files by ``of`` and the macro in ``_evidence.html``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models.records.file import PURPOSES, STATEMENTS
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.services.files import holding, texts
from marketplace.services.files.kinds import ACCEPTED
from marketplace.services.files.refusal import FileRefused
from marketplace.web.account.entrance import inside
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.security import inert

blueprint = Blueprint("files", __name__, url_prefix="/files")


def of(session: Session, reader: Actor, noun: str, object_id: int) -> dict[str, Any]:
    """Return what ``_evidence.html`` needs to show the files of a record."""
    is_signed_for = noun == "achievement"
    held = holding.files_of(session, reader, noun, object_id)
    return {
        "held": held,
        "file_notes": {it.file.id: list(texts.notes(it.stored, _)) for it in held.files if held.works_on},
        "accepted_files": ACCEPTED,
        "file_bounds": {"most": runtime().files.most, "mebibytes": runtime().files.most_bytes >> 20},
        "file_purposes": [it for it in PURPOSES if is_signed_for or it not in STATEMENTS],
    }


@blueprint.post("/<noun>/<int:object_id>")
def add(noun: str, object_id: int) -> ResponseReturnValue:
    """Keep the files that were chosen; what is wrong with one is said on the page it was chosen on."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    chosen = [sent for sent in request.files.getlist("file") if sent.filename]
    if not chosen:
        flash(_("请先选择文件。"))
    for sent in chosen:
        try:
            with unit_of_work(runtime().sessions) as writing:
                kept = holding.attach(
                    writing, actor(), runtime().files, noun, object_id, str(sent.filename), sent.read(),
                    request.form.get("purpose", ""),
                )  # fmt: skip
                name = kept.file_name
        except FileRefused as refused:
            flash(refused.text(_))
        else:
            flash(_("已收到“%(name)s”。", name=name))
    return _back()


@blueprint.post("/<noun>/<int:object_id>/<int:file_id>/remove")
def remove(noun: str, object_id: int, file_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with unit_of_work(runtime().sessions) as writing:
        holding.remove(writing, actor(), noun, object_id, file_id)
    flash(_("文件已删除。"))
    return _back()


@blueprint.get("/<noun>/<int:object_id>/<int:file_id>")
@inert
def download(noun: str, object_id: int, file_id: int) -> Response:
    """Give a file out to be saved; no file is ever shown as a page of this site."""
    with runtime().sessions() as session:
        held, path = holding.given_out(session, actor(), runtime().files, noun, object_id, file_id)
        answer = send_file(path, held.media_type, as_attachment=True, download_name=held.file_name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _back() -> ResponseReturnValue:
    return redirect(inside(request.form.get("back")) or url_for("catalogue.home"), 303)
