"""What mails about a match say. Nobody and nothing is called by name in them: two sides may not know each other yet."""

from __future__ import annotations

_SEE = {"zh_Hans": "\n登录后查看并办理：\n{match_page}", "en": "\nSign in to see it and act:\n{match_page}"}

_DONE = {
    "match_interest": {
        "zh_Hans": (
            "有人对您有意向",
            "对方看了匹配 {match}，表示有意向。请您也看一看，表示有意向，或者写明为什么不合适。",
        ),
        "en": (
            "Somebody is interested",
            "The other side of match {match} is interested. Please say whether you are, or why not.",
        ),
    },
    "match_mutual": {
        "zh_Hans": ("双方都有意向", "匹配 {match} 双方都表示有意向，联系方式已经向双方公开，等技术经理人或工会引荐。"),
        "en": (
            "Both sides are interested",
            "Both sides of match {match} are interested: the contacts are open to both, "
            "and a broker or the union will introduce you.",
        ),
    },
    "match_introduced": {
        "zh_Hans": (
            "您和对方已被引荐",
            "匹配 {match} 的双方已被引荐。需要看不公开的内容时，请先签署保密协议；也可以直接开始洽谈。",
        ),
        "en": (
            "You were introduced",
            "The two sides of match {match} were introduced. Sign the agreement on secrecy to "
            "see what is not public, or begin to negotiate.",
        ),
    },
    "match_declined": {
        "zh_Hans": ("一项匹配没有谈成", "匹配 {match} 的对方婉拒了。"),
        "en": ("A match was declined", "The other side of match {match} has declined."),
    },
    "match_message": {
        "zh_Hans": ("匹配里有新的留言", "匹配 {match} 的对方写了留言。"),
        "en": ("A message in a match", "The other side of match {match} has written to you."),
    },
    "match_sign_asked": {
        "zh_Hans": (
            "请代表单位签署保密协议",
            "匹配 {match} 的成果或需求属于您的单位，本单位的人请您代表单位阅读并签署保密协议。",
        ),
        "en": (
            "Please sign an agreement on secrecy for your unit",
            "What match {match} is about is your unit's, and somebody of yours asks you to read and sign the agreement "
            "on secrecy for it.",
        ),
    },
    "match_nda_signed": {
        "zh_Hans": ("对方签署了保密协议", "匹配 {match} 的对方签署了保密协议，等您这一方签署后生效。"),
        "en": (
            "The other side has signed",
            "The other side of match {match} has signed the agreement on secrecy. It is "
            "in force once your side has signed.",
        ),
    },
    "match_nda_in_force": {
        "zh_Hans": (
            "保密协议已经生效",
            "匹配 {match} 的保密协议双方都已签署，L2 的内容已向需求方开放，每次查看都有记录。",
        ),
        "en": (
            "The agreement on secrecy is in force",
            "Both sides of match {match} have signed. What is L2 is open to "
            "the enterprise, and every look at it is recorded.",
        ),
    },
    "match_nda_ended": {
        "zh_Hans": ("保密协议已终止", "匹配 {match} 的对方终止了保密协议，L2 的内容不再开放。"),
        "en": (
            "The agreement on secrecy was ended",
            "The other side of match {match} has ended the agreement on secrecy. What is L2 is open no more.",
        ),
    },
    "match_taken_up": {
        "zh_Hans": (
            "对方想重新对接",
            "匹配 {match} 因久无回音结束以后，对方想重新对接。请您表示有意向，或者写明为什么不合适。",
        ),
        "en": (
            "The other side wants to take a match up again",
            "Match {match} ended in silence, and the other side wants to take it up again. Please say whether you do, "
            "or why not.",
        ),
    },
    "match_goes_on": {
        "zh_Hans": ("匹配已恢复", "匹配 {match} 双方又都有意向，从上次引荐以后接着办。"),
        "en": (
            "A match goes on",
            "Both sides of match {match} are interested again: it goes on from the introduction.",
        ),
    },
    "match_gone": {
        "zh_Hans": (
            "您看过保密内容的成果已归别人",
            "匹配 {match} 的成果已经转让或者独占、排他许可给别人，L2 的内容不再开放；看过的内容仍须按协议保密。",
        ),
        "en": (
            "An achievement you signed for has gone to another",
            "The achievement of match {match} was assigned to another or licensed to one alone. What is L2 is open "
            "no more; what you saw stays secret by the agreement.",
        ),
    },
    "match_silent": {
        "zh_Hans": ("一项匹配很久没有动静", "匹配 {match} 很久没有动静；到 {day} 仍然没有动静，就自动结束。"),
        "en": (
            "A match has been silent",
            "Nothing has happened in match {match} for long. Unless somebody stirs, it ends by itself after {day}.",
        ),
    },
    "match_expired": {
        "zh_Hans": ("一项匹配因久无回音已结束", "匹配 {match} 久无回音，已自动结束。"),
        "en": ("A match has ended in silence", "Nothing happened in match {match} for too long, and it has ended."),
    },
}

MATCHES = {
    kind: {language: (subject, text + _SEE[language]) for language, (subject, text) in texts.items()}
    for kind, texts in _DONE.items()
} | {
    "match_to_introduce": {
        "zh_Hans": ("有供需双方等您引荐", "匹配 {match} 的双方都有意向，等您引荐：\n{introductions}"),
        "en": (
            "Two sides wait to be introduced",
            "Both sides of match {match} are interested and wait for you to introduce them:\n{introductions}",
        ),
    },
    "demand_assigned": {
        "zh_Hans": ("有一条需求请您对接", "工会请您作需求 {demand} 的技术经理人：\n{demand_page}"),
        "en": ("A demand for you to see to", "The union asks you to be the broker of demand {demand}:\n{demand_page}"),
    },
    "demand_reassigned": {
        "zh_Hans": (
            "一条需求改由别人对接",
            "需求 {demand} 已改由另一位技术经理人对接，理由：{reason}\n其余等您引见的在这里：\n{introductions}",
        ),
        "en": (
            "Another sees to a demand",
            "Another broker sees to demand {demand} from now on. The reason: {reason}\n"
            "Who else waits for you to introduce them:\n{introductions}",
        ),
    },
    "demand_ends": {
        "zh_Hans": (
            "您的需求快到期了",
            "需求 {demand} 的有效期到 {day} 为止。还需要的，请登录后点“续期”；否则到期自动结束：\n{demand_page}",
        ),
        "en": (
            "Your demand ends soon",
            "Demand {demand} is valid until {day}. Renew it if you still need it; otherwise it ends by itself:\n"
            "{demand_page}",
        ),
    },
    "bid_chosen": {
        "zh_Hans": ("您的揭榜方案被选中", "揭榜 {call} 已经定标，您的方案被选中：\n{call_page}"),
        "en": ("Your bid was chosen", "List {call} was decided, and your bid was chosen:\n{call_page}"),
    },
    "bid_not_chosen": {
        "zh_Hans": (
            "您的揭榜方案没有被选中",
            "揭榜 {call} 已经有了结果，您的方案没有被选中，理由在这里：\n{call_page}",
        ),
        "en": (
            "Your bid was not chosen",
            "List {call} was decided, and your bid was not chosen. The reason is here:\n{call_page}",
        ),
    },
}
