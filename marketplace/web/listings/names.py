"""What states of the market are called on a page, and what each way to have an achievement means."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace import state_names

LISTING_STATES = {code: _(called) for code, called in state_names.LISTING.items()}
OFFER_STATES = {code: _(called) for code, called in state_names.LISTING_OFFER.items()}
AUCTION_OUTCOMES = {code: _(called) for code, called in state_names.AUCTION_OUTCOME.items()}
PRICE_NOTICE_STATES = {code: _(called) for code, called in state_names.PRICE_NOTICE.items()}

MEANINGS = {
    "assignment": _("权利归对方所有，您不再拥有；以后不能再给别人"),
    "exclusive_licence": _("只有对方能用，您自己也不用；约定期内不能再给别人"),
    "sole_licence": _("只有对方和您能用；约定期内不能再给别人"),
    "ordinary_licence": _("对方可以用，您自己能用，也能再许可别人"),
    "use_first": _("对方先用一段时间，满意了再谈价格"),
    "joint_implementation": _("双方一起投入、一起用，收益按约定分"),
    "equity": _("以成果作价，成为对方公司的股东；以后不能再给别人"),
    "own_implementation": _("您自己用，找人出资或者配套"),
}

REFUSAL_STATES = {
    "open": _("等待完成人答复"),
    "waived": _("全体完成人不受让"),
    "lapsed": _("期限已过，无人受让"),
    "exercised": _("有完成人按同等条件受让"),
}
REFUSAL_ANSWERS = {"waived": _("不受让"), "wanted": _("要受让"), "exercised": _("已受让")}
WAYS_TOLD = {
    "platform": _("由平台通知"),
    "in_person": _("当面告知"),
    "letter": _("书面送达"),
    "phone": _("电话"),
    "message": _("短信或者邮件"),
}
# What was done about a question, as its history tells it.
REFUSAL_EVENTS = {
    "ask": _("通知完成人"),
    "record_telling": _("记下告知"),
    "waived": _("完成人放弃"),
    "exercised": _("完成人受让"),
}
