"""Achievements side by side, by a list in the address, and an achievement shared and cited."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import segno
from flask import Blueprint, Response, abort, render_template, request, url_for
from markupsafe import Markup

from marketplace.db import today
from marketplace.runtime import runtime
from marketplace.services import achievement as achievements
from marketplace.services import comparison
from marketplace.web.actor import actor
from marketplace.web.following import citing

blueprint = Blueprint("comparing", __name__)

_FORMATS = {
    "bib": (citing.bibtex, "application/x-bibtex"),
    "ris": (citing.ris, "application/x-research-info-systems"),
}


@blueprint.get("/compare")
def show() -> str:
    ids = request.args.getlist("id", type=int)
    with runtime().sessions() as session:
        compared = comparison.compare(session, actor(), ids)
    shown = [it["id"] for it in compared.achievements]
    return render_template(
        "following/compare.html",
        compared=compared,
        is_full=len(shown) == comparison.MOST,
        is_cut=len(set(ids)) > comparison.MOST,
        most=comparison.MOST,
        without={it: url_for(".show", id=[other for other in shown if other != it]) for it in shown},
    )


@blueprint.get("/achievements/<int:achievement_id>/cite.<any(bib, ris):form>")
def cite(achievement_id: int, form: str) -> Response:
    with runtime().sessions() as session:
        record = achievements.get(session, actor(), achievement_id)
        if record.published_state != "published":
            # What can still change, or is not for everybody, is nothing to refer to.
            abort(404)
        write, kind = _FORMATS[form]
        text = write(achievements.as_read(actor(), record), _address(achievement_id), today())
    answer = Response(text, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=f"achievement-{achievement_id}.{form}")
    return answer


@blueprint.app_template_global()
def citation_of(plain: dict[str, Any]) -> str:
    """Return the reference to an achievement as GB/T 7714-2015 wants it."""
    return citing.gb7714(plain, _address(plain["id"]), today())


@blueprint.app_template_global()
def qr_code(address: str) -> Markup:
    """Return an address as a QR code, drawn as SVG in its own colours, so that it can be read from any paper."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=3, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False, omitsize=True)
    return Markup(drawn.getvalue().decode())  # noqa: S704 -- Drawn by us from an address of ours.


@blueprint.app_template_global()
def mail_link(title: str, address: str) -> str:
    """Return the link by which a mail program begins a mail about a page."""
    said = quote(f"{title}\n{address}")
    return f"mailto:?subject={quote(title)}&body={said}"


def _address(achievement_id: int) -> str:
    return url_for("catalogue.achievement", achievement_id=achievement_id, _external=True)
