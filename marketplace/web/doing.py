"""Do what a button asks for and lead back to its page, the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.fields import Text
from marketplace.services.files.refusal import FileRefused
from marketplace.web.demands.forms import sentences


def done(act: Callable[[Session], Any], told_after: str, address: str) -> ResponseReturnValue:
    """Do one thing and lead back, with the sentence that says it was done, "" for what tells it, or why it was not."""
    try:
        with unit_of_work(runtime().sessions) as session:
            act(session)
        if told_after:
            flash(told_after)
    except (Conflict, FileRefused, Invalid) as error:
        flash(" ".join(error.sentences(_)))
    except ma.ValidationError as error:
        flash(" ".join(sentences(error.messages)))
    return redirect(address, 303)


def typed(name: str, longest: int = 2000) -> str:
    """Return what was typed beside a button; raise ValidationError where it is too long or cannot be read."""
    text: str = Text(longest).deserialize(request.form.get(name, ""))
    return text
