"""How the owner of an achievement answers a demand it may solve: with interest, or with the reasons why not."""

from __future__ import annotations

import flask
import marshmallow as ma
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.services import outcome as outcomes
from marketplace.services.match import found as matches
from marketplace.web.actor import actor
from marketplace.web.catalogue.views import achievement_page, blueprint
from marketplace.web.demands.answers import answer_sent
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done


@blueprint.post("/achievements/<int:achievement_id>/matches/<int:demand_id>/answer")
def answer(achievement_id: int, demand_id: int) -> ResponseReturnValue:
    try:
        data = answer_sent(flask.request.form)
    except ma.ValidationError as error:
        return achievement_page(achievement_id, refused={demand_id: list(sentences(error.messages))}), 422

    def answered(session: Session) -> None:
        found = matches.between(session, actor(), demand_id, achievement_id)
        outcomes.answer(session, actor(), found, "owner", data)

    address = url_for(".achievement", achievement_id=achievement_id, _anchor=f"match-{demand_id}")
    return done(answered, _("已答复。"), address)
