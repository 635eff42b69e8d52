"""What mails about studios say. Nobody and nothing is called by name in them."""

from __future__ import annotations

STUDIOS = {
    "leader_needed": {
        "zh_Hans": (
            "请为{what}确定新的领衔人",
            "{what}的领衔人已经退休、调离或失去荣誉。请在 {day} 以前确定新的领衔人，过期工作室自动暂停：\n{studio}",
        ),
        "en": (
            "A new leader is needed for {what}",
            "The leader of {what} has retired, moved or lost the honour. Please name a new one by {day}; after that "
            "the studio is suspended by itself:\n{studio}",
        ),
    },
    "studio_suspended": {
        "zh_Hans": (
            "{what}已暂停",
            "{what}在规定的时间内没有新的领衔人，已从 {day} 起自动暂停。确定新的领衔人以后自动恢复：\n{studio}",
        ),
        "en": (
            "Suspended: {what}",
            "No new leader was named for {what} in time, and it is suspended from {day}. It goes on by itself once one "
            "is named:\n{studio}",
        ),
    },
}
