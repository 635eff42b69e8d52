"""What the page of a record shows to the office it waits for: until when, which steps, and why one must stay away.

``templates/review/_decide.html`` turns it into a form that works for every noun with a task.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.errors import BARS, NOUNS
from marketplace.permissions import Actor
from marketplace.services import task as tasks
from marketplace.web.names import ACHIEVEMENT_STATES, PROPOSAL_STATES
from marketplace.workflow.offices import Submission

STEPS = {
    "endorse": lazy_pgettext("办理", "认可，报上级"),
    "pass_first_review": lazy_pgettext("办理", "通过初审"),
    "pass_final_review": lazy_pgettext("办理", "通过终审"),
    "return": lazy_pgettext("办理", "退回补正"),
    "reject": lazy_pgettext("办理", "不予通过"),
    "archive": lazy_pgettext("办理", "归档"),
    "revoke": lazy_pgettext("办理", "撤销"),
    "screen": lazy_pgettext("办理", "受理"),
    "take_up": lazy_pgettext("办理", "开始研究"),
    "adopt": lazy_pgettext("办理", "采纳"),
    "shelve": lazy_pgettext("办理", "存档备用"),
    "decline": lazy_pgettext("办理", "不采纳"),
    "reoffer": lazy_pgettext("办理", "重新提请考虑"),
    "begin": lazy_pgettext("办理", "开始实施"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        noun_names={"achievement": _("成果"), "proposal": _("建议")},
        noun_states={"achievement": ACHIEVEMENT_STATES, "proposal": PROPOSAL_STATES},
        step_names=STEPS,
    )


def of(session: Session, actor: Actor, record: Submission) -> dict[str, Any]:
    """Return what ``_decide.html`` needs: ``turn``, with a sentence in ``away`` where the actor must stay away."""
    turn = tasks.turn_of(session, actor, record)
    sentence = None
    if turn.bar is not None:
        sentence = gettext(BARS[turn.bar]) % {"noun": gettext(NOUNS[record.__tablename__])}
    return {"turn": turn, "away": sentence}
