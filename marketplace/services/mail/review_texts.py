"""What mails about records in review say: what is due, what was done. Nobody and nothing is called by name in them."""

from __future__ import annotations

# What a record is called in a mail.
NOUNS = {
    "zh_Hans": {
        "achievement": "成果 {number}",
        "deal": "交易 {number}",
        "proposal": "建议 {number}",
        "studio": "创新工作室 {number}",
    },
    "en": {
        "achievement": "achievement {number}",
        "deal": "deal {number}",
        "proposal": "proposal {number}",
        "studio": "studio {number}",
    },
}

_SEE = {
    "zh_Hans": "\n登录后可以看到意见、现在到了哪一步：\n{page}",
    "en": "\nSign in to read what was said and where it stands:\n{page}",
}

_DONE = {
    "advanced": {
        "zh_Hans": ("您的{what}有新进展", "您的{what}又走了一步。"),
        "en": ("Your {what} has moved on", "Your {what} has gone one step further."),
    },
    "accepted": {
        "zh_Hans": ("您的{what}通过了", "您的{what}已经采纳或公布。"),
        "en": ("Your {what} was accepted", "Your {what} was adopted or published."),
    },
    "shelved": {
        "zh_Hans": ("您的{what}存档备用", "您的{what}暂时不用，存档备用，以后会再次提请单位考虑。"),
        "en": (
            "Your {what} is kept for later",
            "Your {what} is not used for now; it is kept and will be offered again.",
        ),
    },
    "returned": {
        "zh_Hans": ("请补正您的{what}", "您的{what}被退回，请在 {day} 之前补正后重新提交。"),
        "en": ("Please mend your {what}", "Your {what} was returned. Please mend it and submit it again by {day}."),
    },
    "objected": {
        "zh_Hans": ("有人对您的{what}提出异议", "您的{what}在公示期间收到异议，工会正在核查。"),
        "en": ("Somebody objected to your {what}", "An objection to your {what} was raised and is being looked into."),
    },
    "refused": {
        "zh_Hans": ("您的{what}没有通过", "您的{what}没有通过，理由已经写明。"),
        "en": ("Your {what} was not accepted", "Your {what} was not accepted; the reason is stated."),
    },
}

DUE = {
    "due_soon": {
        "zh_Hans": ("有 {count} 项待办即将到期", "您的岗位有 {count} 项待办即将到期，最早的一项在 {day}：\n{queue}"),
        "en": (
            "Tasks that are due soon: {count}",
            "Tasks of your office that are due soon: {count}. The first of them is due on {day}:\n{queue}",
        ),
    },
    "overdue": {
        "zh_Hans": (
            "有 {count} 项待办已经过期",
            "您的岗位有 {count} 项待办过了期限，最早的一项应在 {day} 办结：\n{queue}",
        ),
        "en": (
            "Tasks that are overdue: {count}",
            "Tasks of your office that are overdue: {count}. The first of them was due on {day}:\n{queue}",
        ),
    },
    "overdue_below": {
        "zh_Hans": (
            "下级工会有 {count} 项待办已经过期",
            "您范围内的下级工会有 {count} 项待办过了期限，最早的一项应在 {day} 办结。请督促办理：\n{below}",
        ),
        "en": (
            "Tasks overdue at offices below yours: {count}",
            "Tasks overdue at offices below yours: {count}. The first of them was due on {day}. "
            "Please see to it:\n{below}",
        ),
    },
    "mend_soon": {
        "zh_Hans": ("请尽快补正您的{what}", "您的{what}要在 {day} 之前补正后重新提交：\n{page}"),
        "en": ("Please mend your {what} soon", "Your {what} is to be mended and submitted again by {day}:\n{page}"),
    },
}

JUDGING = {
    "sheets_handed_out": {
        "zh_Hans": ("请为“{title}”评分", "“{title}”有 {count} 项等您评分。登录后打开：\n{sheets}"),
        "en": ("Please judge “{title}”", "“{title}” has {count} to be judged by you. Sign in and open:\n{sheets}"),
    },
}

DEPUTIES = {
    "deputy_of": {
        "zh_Hans": (
            "请您代理一位同事的岗位",
            "从 {first} 到 {last}，同事请您代理他的岗位，待办列在您的工作区，办理时会写明是代理。"
            "不能代理的，请在这里结束：\n{deputies}",
        ),
        "en": (
            "You are asked to see to a colleague’s desk",
            "From {first} to {last} you see to the desk of a colleague. What waits there is in your queue, and what "
            "you decide says that you are his deputy. If you cannot, end it here:\n{deputies}",
        ),
    },
    "deputised": {
        "zh_Hans": (
            "您的岗位有了代理人",
            "从 {first} 到 {last}，您的岗位由您指定的同事代理，到期自动结束。"
            "不是您指定的，或者要提前结束，请打开：\n{deputies}",
        ),
        "en": (
            "Somebody sees to your desk",
            "From {first} to {last} the colleague you named sees to your desk; it ends by itself. If it was not you, "
            "or to end it earlier, open:\n{deputies}",
        ),
    },
    "deputation_ended": {
        "zh_Hans": ("一项岗位代理已提前结束", "原定从 {first} 到 {last} 的岗位代理已经结束：\n{deputies}"),
        "en": ("A deputation has ended", "The deputation from {first} to {last} has been ended:\n{deputies}"),
    },
}

AGREEING = {
    "change_asked": {
        "zh_Hans": (
            "{what}要修改完成人",
            "有人申请修改已公布的{what}的完成人，改动涉及的每一位要本人确认。有人一直没有答复的，要由您的岗位说明原因，"
            "修改才能公示：\n{people}",
        ),
        "en": (
            "The completers of {what} are to change",
            "A change of the completers of {what}, which is published, was asked for, and everybody it touches is to "
            "agree in person. Where somebody does not answer, your office says why; until then the change cannot be "
            "shown in publicity:\n{people}",
        ),
    },
}

REVIEW = (
    {
        kind: {language: (subject, text + _SEE[language]) for language, (subject, text) in texts.items()}
        for kind, texts in _DONE.items()
    }
    | DUE
    | JUDGING
    | DEPUTIES
    | AGREEING
)
