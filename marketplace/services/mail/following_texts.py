"""What mails about what somebody follows say: news of a saved search, letters that gather notices, webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace import vocabulary
from marketplace.vocabulary import CodeList

_WORDS = {
    "zh_Hans": ("命中词：{}", "、", "语义相近", "已知解法：{}", "符合保存的条件", "；"),
    "en": ("shared words: {}", ", ", "near in meaning", "known solution: {}", "fits the filters", "; "),
}

# What the values of facets without a vocabulary are called.
_VALUES = {
    "zh_Hans": {
        "available": "可以转让或许可", "in_negotiation": "正在洽谈", "closed": "已转让或独家许可",
        "0-10": "10 万元以下", "10-50": "10–50 万元", "50-100": "50–100 万元", "100-": "100 万元以上",
    },
    "en": {
        "available": "available", "in_negotiation": "in negotiation", "closed": "assigned or licensed exclusively",
        "0-10": "under CNY 100,000", "10-50": "CNY 100,000–500,000", "50-100": "CNY 500,000–1,000,000",
        "100-": "over CNY 1,000,000",
    },
}  # fmt: skip


def asked_of(language: str, kind: str, text: str, filters: Mapping[str, Sequence[str]]) -> str:
    """Return what a saved search looks for: its words, and what it is narrowed to as people call it."""
    _shared, comma, *_others, between = _WORDS[language]
    called = [_called(language, kind, facet, value) for facet, values in filters.items() for value in values]
    return between.join(part for part in (text, comma.join(called)) if part)


def _called(language: str, kind: str, facet: str, value: str) -> str:
    if facet == "trl_band":
        return f"TRL {value}"
    codes: CodeList | None = getattr(vocabulary, vocabulary.OF_FACETS[kind].get(facet, ""), None)
    if codes is None or value not in codes:
        return _VALUES[language].get(value, value)
    return codes.label(value, "en" if language == "en" else "zh_Hans")


def said_of(language: str, words: Sequence[str], is_near: bool, solution: Sequence[str]) -> str:
    """Return why a record was found, as the results page gives it."""
    shared, comma, near, known, fits, between = _WORDS[language]
    parts = [shared.format(comma.join(words))] if words else []
    parts += [near] if is_near else []
    parts += [known.format(" → ".join(solution))] if solution else []
    return between.join(parts) or fits


# What ends a mail that one link stops, whoever is signed in.
STOP = {
    "zh_Hans": "\n\n不想再收到这项检索的邮件，打开下面的网址点一下按钮，不用登录：\n{address}",
    "en": "\n\nTo stop the mails of this search, open this address and press the button (no signing in):\n{address}",
}

FOLLOWING = {
    "digest": {
        "zh_Hans": (
            "{count} 条通知",
            "这段时间有 {count} 条通知：\n\n{lines}\n怎样通知您，可以在这里改：\n{preferences}",
        ),
        "en": (
            "Notices: {count}",
            "Notices since the last letter: {count}\n\n{lines}\nHow you are told is chosen here:\n{preferences}",
        ),
    },
    "webhook_stopped": {
        "zh_Hans": (
            "您的一个推送地址已停用",
            "您登记的一个推送地址连续 {count} 次没有送达，已停用。修好以后可以在这里重新启用：\n{webhooks}",
        ),
        "en": (
            "A webhook of yours was stopped",
            "Deliveries to an address you registered failed in a row: {count}. It was stopped; once it is mended, "
            "start it again here:\n{webhooks}",
        ),
    },
    "search_found": {
        "zh_Hans": (
            "“{name}”有 {count} 条新结果",
            "您保存的检索“{name}”（找的是：{asked}）有 {count} 条新的或者改过的结果。\n{lines}\n"
            "全部结果，改、暂停或者删除这项检索：\n{search_page}",
        ),
        "en": (
            "“{name}”: new results: {count}",
            "Your saved search “{name}” (looking for: {asked}) has new or changed results: {count}.\n{lines}\n"
            "All results, and to change, pause or delete the search:\n{search_page}",
        ),
    },
}
