"""What the items of the desk's list, the factors of complexity and its tiers are called on a page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

CHECKS = {
    "unit": _("单位真实，确有这个需要"),
    "contact": _("联系人和电话能联系上"),
    "problem": _("问题说得清楚"),
    "indicator": _("要达到的指标"),
    "budget": _("预算范围"),
    "due": _("希望解决的日期"),
}
FACTORS = {
    "indicators": _("带数值的指标多"),
    "pilot": _("要中试或量产"),
    "compliance": _("涉及知识产权或合规"),
    "duty": _("涉及经营责任"),
    "length": _("说明很长"),
    "no_budget": _("没有预算"),
}
TIERS = {
    "direct": _("可以直接公开"),
    "hint": _("建议请技术经理人看一看"),
    "broker": _("须先指派技术经理人"),
}
