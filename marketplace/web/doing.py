"""Do what a button asks for and lead back to its page, the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.services.files.refusal import FileRefused


def done(act: Callable[[Session], Any], told_after: str, address: str) -> ResponseReturnValue:
    """Do one thing and lead back, with the sentence that says it was done or why it could not be."""
    try:
        with unit_of_work(runtime().sessions) as session:
            act(session)
        flash(told_after)
    except (Conflict, FileRefused, Invalid) as error:
        flash(" ".join(error.sentences(_)))
    return redirect(address, 303)
