"""The pages of a judge, whatever it is he judges: the sheets assigned to him, and each with the form for its points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.review.sheet import Sheet
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.schemas.judging import ScoresSchema
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.awards.forms import as_number, joined_messages

_PAGE = 50


class Judging(Protocol):
    """What the service of a kind of sheets offers; ``PLACE`` reads each part of where a sheet stands in the list."""

    TIES: Mapping[str, str]
    PLACE: Sequence[Callable[[str], Any]]

    def assigned(self, session: Session, actor: Actor, *, limit: int, after: Any) -> list[Any]: ...
    def place_of(self, found: Any) -> tuple[Any, ...]: ...
    def count_open(self, session: Session, actor: Actor) -> int: ...
    def sheet(self, session: Session, actor: Actor, sheet_id: int) -> Any: ...
    def save(self, session: Session, actor: Actor, sheet_id: int, data: Mapping[str, Any], *, lock: bool) -> Sheet: ...
    def recuse(self, session: Session, actor: Actor, sheet_id: int, tie: str, reason: str) -> Sheet: ...


def serve(
    blueprint: Blueprint,
    service: Judging,
    templates: str,
    *,
    listed: Callable[[Session], Mapping[str, Any]] = lambda session: {},
    shown: Callable[[Any], Mapping[str, Any]] = lambda found: {},
) -> None:
    """Add a judge's pages to a blueprint: ``sheets.html`` and ``sheet.html`` of a folder of templates.

    ``listed`` and ``shown`` say what the list and one sheet tell beyond what is told of every kind.
    """
    blueprint.before_request(sign_in_first)

    @blueprint.get("")
    def sheets() -> str:
        with runtime().sessions() as session:
            # One more than is shown tells whether there is a next page.
            found = service.assigned(session, actor(), limit=_PAGE + 1, after=_after(service.PLACE))
            return render_template(
                f"{templates}/sheets.html",
                assigned=found[:_PAGE],
                count_open=service.count_open(session, actor()),
                next_after="_".join(map(str, service.place_of(found[_PAGE - 1]))) if len(found) > _PAGE else None,
                **listed(session),
            )

    @blueprint.get("/<int:sheet_id>")
    def sheet(sheet_id: int) -> str:
        return page(sheet_id)

    @blueprint.post("/<int:sheet_id>")
    def save(sheet_id: int) -> ResponseReturnValue:
        """Keep the points, and with the second button lock them."""
        sent, prefix = request.form, "score-"
        is_locked = sent.get("step") == "lock"
        given = {name.removeprefix(prefix): as_number(text) for name, text in sent.items() if name.startswith(prefix)}
        data = {"scores": given, "comment": sent.get("comment", "")}
        if wrong := ScoresSchema().validate(data):
            return page(sheet_id, data, joined_messages(wrong)), 422
        try:
            with unit_of_work(runtime().sessions) as session:
                found = service.save(session, actor(), sheet_id, ScoresSchema().load(data), lock=is_locked)
                stays_away = found.recused_because is not None
        except Invalid as error:
            return page(sheet_id, data, _told(error)), 422
        if stays_away:
            flash(_("您与这一项有关联，按规则回避，评分没有保存。"))
        else:
            flash(_("评分已锁定，不能再改。") if is_locked else _("已保存，锁定以前可以再改。"))
        return redirect(url_for(".sheets") if is_locked else url_for(".sheet", sheet_id=sheet_id), 303)

    @blueprint.post("/<int:sheet_id>/recuse")
    def recuse(sheet_id: int) -> ResponseReturnValue:
        sent = request.form
        try:
            with unit_of_work(runtime().sessions) as session:
                service.recuse(session, actor(), sheet_id, sent.get("tie", ""), sent.get("reason", "")[:500])
        except Invalid as error:
            return page(sheet_id, wrong=_told(error)), 422
        flash(_("已登记回避，这一项不再由您评分。"))
        return redirect(url_for(".sheets"), 303)

    def page(sheet_id: int, sent: dict[str, Any] | None = None, wrong: dict[str, str] | None = None) -> str:
        with runtime().sessions() as session:
            found = service.sheet(session, actor(), sheet_id)
            return render_template(
                f"{templates}/sheet.html",
                assigned=found,
                scores=sent["scores"] if sent else found.sheet.scores,
                comment=sent["comment"] if sent else found.sheet.comment,
                wrong=wrong or {},
                ties=service.TIES,
                **shown(found),
            )


def _told(error: Invalid) -> dict[str, str]:
    return {name: " ".join(map(_, said)) for name, said in error.fields.items()}


def _after(kinds: Sequence[Callable[[str], Any]]) -> tuple[Any, ...] | None:
    """Return where in the list the last sheet of the page before stood, None for an address nobody was given."""
    parts = request.args.get("after", "").split("_")
    # No number of ours is longer, and none the database could not take is asked for.
    if len(parts) != len(kinds) or any(len(it) > 12 or not it.isascii() for it in parts):
        return None
    try:
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except ValueError:
        return None
