"""What the page of a record shows to the office it waits for: until when, which steps, and why one must stay away.

``templates/review/_decide.html`` turns it into a form that works for every noun with a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.errors import BARS, NOUNS
from marketplace.permissions import Actor, signed_by
from marketplace.services import task as tasks
from marketplace.services.account import people
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
        signature=signature,
    )


def of(session: Session, actor: Actor, record: Submission) -> dict[str, Any]:
    """Return what ``_decide.html`` needs: ``turn``, a sentence in ``away`` where the actor must stay away, and the name
    of the ``holder`` he would act for.
    """
    turn = tasks.turn_of(session, actor, record)
    sentence = None
    if turn.bar is not None:
        sentence = gettext(BARS[turn.bar]) % {"noun": gettext(NOUNS[record.__tablename__])}
    holder = None if turn.holder is None else f"account:{turn.holder}"
    names = people.called(session, [holder] if holder else [])
    return {"turn": turn, "away": sentence, "holder": names[holder] if holder else None}


def signature(name: str, names: Mapping[str, str]) -> str:
    """Return who acted, as an event names him, and for whom; nothing to readers who are not told any names."""
    acted, holder = signed_by(name)
    if holder is None:
        return names.get(acted, "")
    if acted not in names:
        return gettext("由代理人办理")
    return gettext("%(deputy)s（代%(holder)s）", deputy=names[acted], holder=names.get(holder, ""))
