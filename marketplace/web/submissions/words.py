"""The words of a submission: what each state and step means to the worker who waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from marketplace.errors import Invalid

STATES = {
    "draft": _("正在写，还没有提交"),
    "submitted": _("等单位工会确认"),
    "unit_endorsed": _("等市（州）或产业工会初审"),
    "first_review": _("等省总工会终审"),
    "final_review": _("终审已通过，等待公示"),
    "publicity": _("正在公示"),
    "published": _("已经公布"),
    "archived": _("已归档"),
    "returned": _("退回给您修改"),
    "rejected": _("没有通过"),
    "objected": _("有人提出异议，正在办理"),
    "withdrawn": _("您已撤回"),
    "revoked": _("已撤销"),
}

# What the state of a published achievement means while a change of it is reviewed.
AMENDED = {
    "final_review": _("修改等省总工会审核，公众看到的还是原来的内容"),
    "publicity": _("修改正在公示，公众看到的还是原来的内容"),
}

ANSWERS = {
    "unasked": _("还没有询问"),
    "asked": _("已发邮件，等他确认"),
    "confirmed": _("已确认"),
    "declined": _("不同意"),
    "excused": _("单位说明了未确认的原因"),
}

DECLARATIONS = {
    "no_state_secret": _("内容不涉及国家秘密"),
    "no_dispute": _("权属没有争议"),
    "not_counted_elsewhere": _("没有作为政府计划项目统计过（参加活动时填）"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the form: a question, why it is asked, and the fields that answer it."""

    name: str
    question: object
    hint: object
    fields: tuple[str, ...]


STEPS = (
    Step("what", _("是什么成果？"), _("名称和一句话简介会公开，不要写关键做法。"), ("title", "teaser")),
    Step("problem", _("解决了什么问题，效果怎样？"), _("写清工件或设备、原来的现象、现在的结果。"),
         ("problem", "summary")),
    Step("how", _("怎么做到的？"), _("原理与做法只给办理的工会和登录的企业看。"), ("principle", "difference")),
    Step("figures", _("有哪些数字？"), _("指标写数值和单位，最好写明怎样测的。"),
         ("indicators", "economic_comparison")),
    Step("readiness", _("做到哪一步了？"), _("就绪度要有依据：样机、试用记录、用户证明。"),
         ("trl", "trl_evidence", "completed_on", "applied_sites")),
    Step("place", _("属于哪一类，在哪里？"), _("办理的工会由单位和地区决定。"),
         ("kind", "achievement_class", "industry", "region", "field", "keywords")),
    Step("people", _("谁做的？"), _("按贡献排次序，份额合计 100%。每位完成人都会收到邮件，请他本人确认。"),
         ("completers", "supporters", "completing_units", "studio", "campaign")),
    Step("rights", _("权利归谁，申请专利了吗？"),
         _("登记和展示不证明权属。没有申请专利的，能够据以实施的内容不对公众公开。"),
         ("is_duty", "rights_holder", "protection", "ip", "ipc")),
    Step("transfer", _("愿意怎样转化？"), _("现在不想转化可以不填。"),
         ("transfer_modes", "price_form", "price", "licence_kind", "territory", "term", "transfer_note",
          "benefit_claimed")),
    Step("contact", _("怎么找到您？"), _("联系人和电话不公开，只有办理的工会看得到。"),
         ("contact_name", "contact_phone")),
    Step("finish", _("核对并提交"), _("提交以后由单位工会确认，要改须等退回。"), ("statements",)),
)  # fmt: skip
BY_NAME = {step.name: step for step in STEPS}
STEP_OF = {field: step for step in STEPS for field in step.fields}


def neighbours(step: Step) -> tuple[Step | None, Step | None]:
    """Return the steps before and after one."""
    place = STEPS.index(step)
    return (STEPS[place - 1] if place else None), (STEPS[place + 1] if place + 1 < len(STEPS) else None)


def by_field(error: Invalid) -> Mapping[str, Sequence[str]]:
    """Return the messages of a service by the name the form has for a field."""
    names = {"contributors": "completers", "rights": "ip", "sites": "applied_sites", "studio_name": "studio",
             "campaign_name": "campaign"}  # fmt: skip
    return {names.get(name, name): texts for name, texts in error.fields.items()}
