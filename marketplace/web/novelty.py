"""The novelty check: paste the text of an achievement, see what it repeats, improves or solves in another way.

Nothing is kept and nothing is refused; whoever submits or reviews decides what the nearest records mean.
"""

from __future__ import annotations

import marshmallow as ma
import wtforms
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.indexing import novelty
from marketplace.runtime import runtime
from marketplace.schemas.novelty import NewTextSchema
from marketplace.web.actor import actor

blueprint = Blueprint("novelty", __name__, url_prefix="/novelty")


class NewTextForm(FlaskForm):
    """A text as it will be submitted."""

    title = wtforms.StringField(_("名称（可不填）"), render_kw={"maxlength": 300})
    text = wtforms.TextAreaField(_("成果内容"), render_kw={"rows": 12, "maxlength": 20000, "required": True})


@blueprint.get("")
def new() -> str:
    return render_template("novelty/check.html", form=NewTextForm())


@blueprint.post("")
def check() -> ResponseReturnValue:
    form = NewTextForm()
    try:
        new_text = NewTextSchema().load({"title": form.title.data, "text": form.text.data})
    except ma.ValidationError as error:
        for name, messages in error.normalized_messages().items():
            form[name].errors = messages
        return render_template("novelty/check.html", form=form), 422
    held = runtime()
    with held.sessions() as session, held.catalogue.asking() as (engine, embedder):
        found = novelty.check(session, engine, embedder, actor(), **new_text)
        return render_template("novelty/check.html", form=form, check=found)
