"""What waits for an office, and the steps it takes, for programs: the same services and rules as the work queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.schemas.achievement import UnitSchema
from marketplace.schemas.fields import DomainSchema, Many, Text
from marketplace.services import decision
from marketplace.services import task as tasks
from marketplace.services.account import people
from marketplace.services.decision import Item
from marketplace.services.task import Asked, Waiting
from marketplace.web.api.answers import ReferenceSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.api.revisions import ETAG, revised
from marketplace.web.curation.achievement_fields import MENDABLE

blueprint = Blueprint("api_tasks", __name__, url_prefix="/tasks", description=_("工会岗位的待办"))

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": _("列出待办时得到的记录版本号，加引号"),
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$', "examples": ['"1"']},
}


class TaskQuerySchema(PageQuerySchema):
    noun = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *tasks.NOUNS)),
        metadata={"description": _("只要成果或建议")},
    )
    state = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *tasks.STATES)),
        metadata={"description": _("记录所处的状态")},
    )
    overdue = ma.fields.Boolean(
        load_default=False,
        error_messages={"invalid": _("请填写 true 或 false。")},
        metadata={"description": _("只要已经过期的")},
    )
    unit = ma.fields.String(load_default="", metadata={"description": _("单位名称中的文字")})


class TaskRecordSchema(ReferenceSchema):
    revision = ma.fields.Integer(required=True, metadata={"description": _("版本号，办理时放在 If-Match 里")})


class TaskSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    noun = ma.fields.String(required=True, metadata={"description": _("achievement 或 proposal")})
    state = ma.fields.String(required=True, metadata={"description": _("记录所处的状态")})
    due_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("期限；没有期限时为空")})
    days_left = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("还有多少个工作日，过期为负；没有期限时为空")}
    )
    stands_in_for = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("代哪个空缺的岗位办理")}
    )
    deputy_for = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("您作为代理人代谁办理；自己岗位的为空")}
    )
    steps = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("这个状态可以走的步骤")})
    record = ma.fields.Nested(TaskRecordSchema, required=True)
    organisation = ma.fields.Nested(UnitSchema, required=True, allow_none=True)


class TaskPageSchema(ma.Schema):
    tasks = ma.fields.List(ma.fields.Nested(TaskSchema), required=True)
    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


class TaskActionSchema(DomainSchema):
    """A step by its name, the reason where it needs one, and what is to be mended where a record is returned."""

    action = Text(40, required=True)
    reason = Text(2000, load_default="")
    mend = Many(ma.fields.String(validate=ma.validate.OneOf(tuple(MENDABLE))))


class TaskDoneSchema(TaskRecordSchema):
    noun = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"description": _("办理之后的状态")})


@blueprint.route("")
@blueprint.doc(
    operationId="listTasks",
    summary=_("列出等您的岗位办理的事"),
    description=_("期限最早的在前，没有期限的在后，按 next 逐页读取。令牌要有“办理待办”和“读取”两项。"),
    security=TOKEN,
)
@blueprint.arguments(TaskQuerySchema, location="query")
@blueprint.response(200, TaskPageSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    asked = Asked(question["noun"], question["state"], question["overdue"], question["unit"].strip()[:100])
    with runtime().sessions() as session:
        found = tasks.queue(session, actor(), asked, limit=limit + 1, after=_after(question))
        shown = found[:limit]
        names = people.called(session, (f"account:{it.holder}" for it in shown if it.holder))
        following = None
        if len(found) > limit:
            last = shown[-1].task
            following = cursor(question, [last.due_on.isoformat() if last.due_on else None, last.id])
        return jsonify(TaskPageSchema().dump({"tasks": [_told(it, names) for it in shown], "next": following}))


@blueprint.route(f"/<{NUMBER}:task_id>/actions", methods=["POST"])
@blueprint.doc(
    operationId="actOnTask",
    summary=_("办理一项待办"),
    description=_("让记录走一步；退回、不予通过等须写理由。记录已被他人办理时拒绝，什么也不改动。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(TaskActionSchema, example={"action": "return", "reason": "请附检测报告", "mend": ["indicators"]})
@blueprint.response(200, TaskDoneSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def act(data: dict[str, Any], task_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        task, record = tasks.get(session, actor(), task_id)
        item = Item(task.noun, record.id, revision_read())
        decision.act(session, actor(), item, data["action"], data["reason"], data["mend"])
        told = {"noun": item.noun, "id": record.id, "title": record.title, "state": record.state}
        return revised({**told, "revision": record.revision}, record.revision)


def _after(question: dict[str, Any]) -> tuple[dt.date | None, int] | None:
    found = position(question)
    if found is None:
        return None
    day, number = found
    return dt.date.fromisoformat(day) if day else None, number


def _told(waiting: Waiting, names: dict[str, str]) -> dict[str, Any]:
    task, unit = waiting.task, waiting.unit
    return {
        "id": task.id,
        "noun": task.noun,
        "state": task.state,
        "due_on": task.due_on,
        "days_left": waiting.days_left,
        "stands_in_for": task.stands_in_for,
        "deputy_for": names[f"account:{waiting.holder}"] if waiting.holder else None,
        "steps": [step.action for step in tasks.steps_from(task.noun, task.state)],
        "record": waiting.record,
        "organisation": unit,
    }
