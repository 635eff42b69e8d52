"""What the states, sides and steps of a match are called on a page, and what a side does next."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from marketplace import state_names
from marketplace.models import Match
from marketplace.permissions import Permission, can
from marketplace.web import disclosure
from marketplace.web.actor import actor

STATES = {code: _(called) for code, called in state_names.MATCH.items()}
SIDES = {"enterprise": _("需求方"), "owner": _("成果方"), "broker": _("技术经理人")}
GROUPS = {
    "yours": _("等您办理"),
    "new": _("新的推荐"),
    "waiting": _("等待别人"),
    "deal": _("洽谈和合同"),
    "ended": _("已结束"),
}
EVENTS = {
    "see": _("第一次查看"),
    "interest_of_enterprise": _("需求方表示有意向"),
    "interest_of_owner": _("成果方表示有意向"),
    "decline": _("婉拒"),
    "write": _("留言"),
    "see_contact": _("查看联系方式"),
    "introduce": _("引荐双方"),
    "ask_to_sign": _("请单位签署保密协议"),
    "sign_nda": _("一方签署保密协议"),
    "agree_on_secrecy": _("保密协议生效"),
    "end_nda": _("终止保密协议"),
    "close_disclosure": _("成果已归别人，保密内容不再开放"),
    "disclose": _("第一次查看保密内容"),
    "expire": _("久无回音，自动结束"),
    "take_up_by_enterprise": _("需求方重新对接"),
    "take_up_by_owner": _("成果方重新对接"),
    "go_on": _("从上次引荐以后接着办"),
    "negotiate": _("开始洽谈"),
    "agree_intent": _("达成意向"),
    "sign": _("签订合同"),
    "register": _("合同登记"),
    "put_to_use": _("投入使用"),
    "verify_benefit": _("核验效益"),
    "terminate": _("洽谈终止"),
}
# What the fields are called that a reason to refuse may point at, and those an agreement may open.
FIELDS = disclosure.FIELDS | {
    "trl": _("就绪度"),
    "industry": _("行业"),
    "transfer_modes": _("转化方式"),
    "price_form": _("定价"),
    "price": _("价格"),
}
# The columns of the fields that are lists, in the order the record gives them out.
COLUMNS = {
    "indicators": (_("指标"), _("数值"), pgettext("计量", "单位"), _("检测方式")),
    "economic_comparison": (_("项目"), _("应用前"), _("应用后"), pgettext("计量", "单位")),
    "applied_sites": (_("单位名称"), _("从何时起"), _("用户证明")),
    "completers": (_("姓名"), _("排序"), _("份额"), _("创造性贡献")),
}
_ANSWER = _("请看引文，表示有意向，或者写明为什么不合适；有疑问可以先留言")
_NEXT = {
    ("suggested", "enterprise"): _ANSWER,
    ("suggested", "owner"): _ANSWER,
    ("seen", "enterprise"): _ANSWER,
    ("seen", "owner"): _ANSWER,
    ("interest_e", "enterprise"): _("等成果方答复"),
    ("interest_e", "owner"): _("需求方有意向，请您答复"),
    ("interest_o", "enterprise"): _("成果方有意向，请您答复"),
    ("interest_o", "owner"): _("等需求方答复"),
    ("mutual", "enterprise"): _("联系方式已经公开；等技术经理人或工会引荐"),
    ("mutual", "owner"): _("联系方式已经公开；等技术经理人或工会引荐"),
    ("introduced", "enterprise"): _("要看不公开的内容，请先签署保密协议；也可以直接开始洽谈"),
    ("introduced", "owner"): _("有不公开的内容要给对方看，请先签署保密协议；也可以直接开始洽谈"),
    ("nda", "enterprise"): _("可以查看保密内容了，然后开始洽谈"),
    ("nda", "owner"): _("等需求方查看保密内容；每次查看都列在这一页"),
    ("disclosed", "enterprise"): _("请开始洽谈，或者写明为什么不合适"),
    ("disclosed", "owner"): _("对方已经看过保密内容；可以开始洽谈"),
    ("expired", "enterprise"): _("久无回音，已自动结束；还想谈的，点“重新对接”，对方会再答复一次"),
    ("expired", "owner"): _("久无回音，已自动结束；还想谈的，点“重新对接”，对方会再答复一次"),
}


def next_step(match: Match, side: str) -> object:
    """Return what a side does next in a match, nothing where the match is over or goes the way of its deal."""
    return _NEXT.get((match.state, side), "")


def may_introduce() -> bool:
    """Say whether whoever is asking brings sides together, so that the page says where."""
    return can(actor(), Permission.MATCH_INTRODUCE)
