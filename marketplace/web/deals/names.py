"""What the states, seats, steps, milestones and terms of a deal are called on a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import DealTask
from marketplace.models.market.deal import DEAL_STATES
from marketplace.schemas.deal import TERM_NAMES
from marketplace.web.display import day, label, yuan

STATES = {code: _(called) for code, called in state_names.DEAL.items()}
# The way of a deal without its end.
WAY = DEAL_STATES[:-1]

SEATS = {"enterprise": _("需求方"), "owner": _("成果方"), "broker": _("技术经理人")}

MILESTONES = {
    "delivery": _("交付"),
    "trial": _("试用"),
    "acceptance": _("验收"),
    "six_months": _("签约半年回访"),
    "twelve_months": _("签约一年回访"),
}

TERMS = {name: _(called) for name, called in TERM_NAMES.items()}

# What was done in a room, as its history tells it.
EVENTS = {
    "open_deal": _("开始洽谈"),
    "say": _("留言"),
    "add_file": _("添加附件"),
    "propose_terms": _("提出一版条款"),
    "agree_intent": _("就一版条款达成意向"),
    "accept_terms": _("接受一版条款"),
    "decline_terms": _("不接受一版条款"),
    "state_owner_shares": _("写明各单位的份额"),
    "owner_consents": _("共有单位同意一版条款"),
    "owner_refuses": _("共有单位不同意一版条款"),
    "ask_to_sign": _("请单位签订"),
    "sign_first": _("一方签订"),
    "sign": _("双方签订合同"),
    "register": _("合同认定登记"),
    "put_to_use": _("写明启用日期"),
    "verify_benefit": _("核验效益"),
    "terminate": lazy_pgettext("历史", "终止"),
    "seat_broker": _("变更技术经理人"),
    "add_task": _("添加任务"),
    "finish_task": _("办完一项"),
    "record_payment": _("登记到账和分配"),
    "pay_reward": _("记下奖励已发放"),
    "write_story": _("写成功案例"),
    "agree_story": _("同意公布成功案例"),
    "export_room": _("导出全部记录"),
}

_CODES = {
    "contract_kind": "contract_kinds", "mode": "transfer_modes", "licence_kind": "licence_kinds",
    "price_form": "price_forms",
}  # fmt: skip


def task_name(task: DealTask) -> str:
    """Return what a task or a milestone is called."""
    return task.title or str(MILESTONES[task.kind])


def term_value(name: str, value: Any) -> str:
    """Return a term as a page shows it, empty where it is left open."""
    if value is None or value == "":
        return ""
    if name in _CODES:
        return label(value, _CODES[name])
    if name in ("amount", "technical_part"):
        return yuan(value)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if name.endswith("_on"):
        return day(dt.date.fromisoformat(str(value)))
    return str(value)
