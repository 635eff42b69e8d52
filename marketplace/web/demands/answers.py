"""How whoever posted a demand answers a proposal: with interest, or with the reasons why not."""

from __future__ import annotations

from typing import Any

import flask
import marshmallow as ma
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.schemas.outcome import OutcomeSchema
from marketplace.services import outcome as outcomes
from marketplace.services.match import found as matches
from marketplace.web.actor import actor
from marketplace.web.demands.forms import sentences
from marketplace.web.demands.views import blueprint, demand_page
from marketplace.web.doing import done


@blueprint.post("/<int:demand_id>/matches/<int:achievement_id>/answer")
def answer(demand_id: int, achievement_id: int) -> ResponseReturnValue:
    try:
        data = answer_sent(flask.request.form)
    except ma.ValidationError as error:
        return demand_page(demand_id, refused={achievement_id: list(sentences(error.messages))}), 422

    def answered(session: Session) -> None:
        found = matches.between(session, actor(), demand_id, achievement_id)
        outcomes.answer(session, actor(), found, "enterprise", data)

    return done(answered, _("已答复。"), url_for(".show", demand_id=demand_id, _anchor=f"match-{achievement_id}"))


def answer_sent(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what ``OutcomeSchema.load`` makes of the form of an answer; raise ValidationError."""
    given = {"interested": form.get("interested", ""), "codes": form.getlist("codes"), "note": form.get("note", "")}
    data: dict[str, Any] = OutcomeSchema().load(given)
    return data
