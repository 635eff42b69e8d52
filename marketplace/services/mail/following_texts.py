"""What mails about what somebody follows say: news of a saved search, letters that gather notices, webhooks."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = {
    "zh_Hans": ("命中词：{}", "、", "语义相近", "已知解法：{}", "符合保存的条件", "；"),
    "en": ("shared words: {}", ", ", "near in meaning", "known solution: {}", "fits the filters", "; "),
}


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
            "您保存的检索“{name}”（检索词：{asked}）有 {count} 条新的或者改过的结果。\n{lines}\n"
            "全部结果，改、暂停或者删除这项检索：\n{search_page}",
        ),
        "en": (
            "“{name}”: new results: {count}",
            "Your saved search “{name}” (words: {asked}) has new or changed results: {count}.\n{lines}\n"
            "All results, and to change, pause or delete the search:\n{search_page}",
        ),
    },
}
