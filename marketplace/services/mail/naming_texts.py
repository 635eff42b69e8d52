"""What mails about an application to be named say. Nobody and nothing is called by name in them."""

from __future__ import annotations

_SEE = {
    "zh_Hans": "\n登录后可以看到意见和进度：\n{application_page}",
    "en": "\nSign in to read what was said and where it stands:\n{application_page}",
}

_TOLD = {
    "application_recommended": {
        "zh_Hans": ("您申报的工作室已获推荐", "您申报命名的工作室已由上级工会推荐，等待评审。"),
        "en": ("Your studio was recommended", "The studio you applied for was recommended and waits to be judged."),
    },
    "application_returned": {
        "zh_Hans": ("请补正工作室的申报", "您申报命名的工作室被退回，请在 {day} 以前补正后重新提交。"),
        "en": (
            "Please mend the application of your studio",
            "The application of your studio was returned. Please mend it and hand it in again by {day}.",
        ),
    },
    "application_not_recommended": {
        "zh_Hans": ("您申报的工作室没有获得推荐", "您申报命名的工作室这一次没有获得推荐，理由已经写明。"),
        "en": (
            "Your studio was not recommended",
            "The studio you applied for was not recommended; the reason is given.",
        ),
    },
    "application_set_aside": {
        "zh_Hans": ("您申报的工作室不再参加这一批评选", "您申报命名的工作室不再参加这一批评选，理由已经写明。"),
        "en": (
            "Your studio is no longer in this batch",
            "The studio you applied for is no longer in this batch; the reason is given.",
        ),
    },
    "application_announced": {
        "zh_Hans": ("您申报的工作室进入公示", "您申报命名的工作室在拟命名的名单上，正在公示。公示期满才能命名。"),
        "en": (
            "Your studio is to be named",
            "The studio you applied for is on the list that is shown to the public now; it may be named afterwards.",
        ),
    },
    "application_not_selected": {
        "zh_Hans": ("工作室命名的评选结果", "您申报命名的工作室这一次没有入选。评分表和没有入选的原因可以查看和打印。"),
        "en": (
            "The result for your studio",
            "The studio you applied for was not chosen this time. Its score sheet says why and can be printed.",
        ),
    },
    "application_objected": {
        "zh_Hans": ("有人对您申报的工作室提出异议", "您申报命名的工作室在公示期间收到异议，工会正在核查。"),
        "en": (
            "Somebody objected to your studio",
            "An objection to the studio you applied for was raised and is being looked into.",
        ),
    },
    "application_struck": {
        "zh_Hans": ("您申报的工作室从名单上撤下", "您申报命名的工作室已从公示的名单上撤下，理由已经写明。"),
        "en": (
            "Your studio was struck from the list",
            "The studio you applied for was struck from the public list; the reason is given.",
        ),
    },
    "application_named": {
        "zh_Hans": ("您申报的工作室已命名", "您申报的工作室已经命名，命名通知和牌匾编号可以查看。"),
        "en": (
            "Your studio was named",
            "The studio you applied for was named; the notice and the number of its plaque are there to be read.",
        ),
    },
    "application_revoked": {
        "zh_Hans": ("工作室的命名已撤销", "您申报的工作室的命名已经撤销，理由已经写明。"),
        "en": ("The naming of your studio was revoked", "The naming of your studio was revoked; the reason is given."),
    },
}

NAMING = {
    kind: {language: (subject, f"{text}{_SEE[language]}") for language, (subject, text) in told.items()}
    for kind, told in _TOLD.items()
}
