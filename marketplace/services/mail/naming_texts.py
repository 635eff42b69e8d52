"""What mails about naming studios say. Nobody and nothing is called by name in them."""

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

_DUE = {
    "recommending_due": {
        "zh_Hans": (
            "有 {count} 个工作室的申报等您的工会推荐",
            "有 {count} 个创新工作室的命名申报等您的工会推荐，最早的在 {day} 截止，过期没有推荐的不再参加这一批：\n"
            "{site}/curation/naming",
        ),
        "en": (
            "Studios that wait for your recommendation: {count}",
            "Studios that wait to be recommended by your union: {count}. The first of them must be by {day}; "
            "what is not recommended in time is no longer in its batch:\n{site}/curation/naming",
        ),
    },
    "judging_due": {
        "zh_Hans": (
            "有 {count} 个创新工作室等您评分",
            "您还有 {count} 张创新工作室的评分表没有锁定，最早的在 {day} 截止：\n{site}/judging/studios",
        ),
        "en": (
            "Studios that wait for your points: {count}",
            "Sheets of studios that you have not locked yet: {count}. The first of them is due on {day}:\n"
            "{site}/judging/studios",
        ),
    },
    "list_over": {
        "zh_Hans": (
            "有 {count} 批命名的公示已经期满",
            "您的工会办理的创新工作室命名有 {count} 批公示期满，没有异议的可以发布命名通知：\n{site}/curation/naming",
        ),
        "en": (
            "Lists of studios whose publicity is over: {count}",
            "Lists of studios to be named whose publicity is over: {count}. Whom nobody objected to can be named by "
            "a notice:\n{site}/curation/naming",
        ),
    },
}

NAMING = _DUE | {
    kind: {language: (subject, f"{text}{_SEE[language]}") for language, (subject, text) in told.items()}
    for kind, told in _TOLD.items()
}
