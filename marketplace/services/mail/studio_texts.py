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
    "review_opened": {
        "zh_Hans": (
            "请报送创新工作室的年度考核材料",
            "年度考核已经开始，您单位有工作室要考核。请在 {day} 以前报送，数字由系统从工作室的记录里算出：\n{reviews}",
        ),
        "en": (
            "Please report on your innovation studios",
            "The annual review has begun and holds a studio of yours. Please report by {day}; the figures are taken "
            "from the record of the studio:\n{reviews}",
        ),
    },
    "report_due": {
        "zh_Hans": (
            "有 {count} 份年度考核材料还没有报送",
            "您有 {count} 个工作室的年度考核材料要在 {day} 以前报送，过期不报的要整改：\n{reviews}",
        ),
        "en": (
            "Reports of studios still to be handed in: {count}",
            "Reports of studios to be handed in by {day}: {count}. A studio that does not report is to rectify:\n"
            "{reviews}",
        ),
    },
    "reports_late": {
        "zh_Hans": (
            "有 {count} 个工作室没有按期报送年度考核材料",
            "您评定的工作室里有 {count} 个没有按期报送，已按规定转为整改，单位已收到邮件：\n{reviews}",
        ),
        "en": (
            "Studios that did not report in time: {count}",
            "Of the studios your office grades, so many did not report in time and are to rectify: {count}. Their "
            "units have been told:\n{reviews}",
        ),
    },
    "mending_due": {
        "zh_Hans": (
            "有 {count} 个工作室的整改即将到期",
            "您有 {count} 个工作室的整改要在 {day} 以前报告，过期的要摘牌：\n{reviews}",
        ),
        "en": (
            "Studios to be mended soon: {count}",
            "What was mended in studios of yours ({count}) is to be reported by {day}; after that the studio may lose "
            "its tier:\n{reviews}",
        ),
    },
    "review_news": {
        "zh_Hans": ("{what}的年度考核有新进展", "登录后可以看到等次、意见和要办的事：\n{review_page}"),
        "en": (
            "News of the annual review of {what}",
            "Sign in to see the grade, what was said and what is to be done:\n{review_page}",
        ),
    },
    "review_waits": {
        "zh_Hans": ("{what}的年度考核等您的岗位办理", "登录后可以看到材料：\n{review_page}"),
        "en": (
            "The annual review of {what} waits for your office",
            "Sign in to see what was handed in:\n{review_page}",
        ),
    },
    "studio_delisted": {
        "zh_Hans": ("{what}已摘牌", "{what}的命名已经撤销。{day} 以前可以申诉：\n{review_page}"),
        "en": (
            "{what} has lost its tier",
            "The naming of {what} was taken back. You may appeal until {day}:\n{review_page}",
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
