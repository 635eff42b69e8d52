"""What mails about what somebody follows say: new records of a saved search, letters that gather notices, webhooks."""

from __future__ import annotations

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
}
