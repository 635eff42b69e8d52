"""What the states of contests and of labour competitions are called, as ``state_names`` has them of everything else."""

from __future__ import annotations

from marketplace.errors import N_

CONTEST = {
    "draft": N_("草稿"),
    "open": N_("报名中"),
    "running": N_("比赛中"),
    "ranked": N_("名次已定"),
    "publicity": N_("公示中"),
    "published": N_("已公布"),
    "cancelled": N_("已取消"),
}

CONTEST_STAGE = {
    "waiting": N_("尚未开始"),
    "scoring": N_("评分中"),
    "second_round": N_("第二轮评分中"),
    "ranked": N_("名次已定"),
}

CONTESTANT = {
    "registered": N_("已报名"),
    "withdrawn": N_("已退出"),
    "disqualified": N_("取消资格"),
    "publicity": N_("公示中"),
    "objected": N_("有异议"),
    "struck": N_("公示中撤下"),
    "awarded": N_("已授予"),
    "revoked": N_("已撤销"),
}

COMPETITION_REGISTRATION = {
    "registered": N_("已报名"),
    "graded": N_("等级待公示"),
    "publicity": N_("公示中"),
    "objected": N_("有异议"),
    "struck": N_("公示中撤下"),
    "announced": N_("已公布"),
    "revoked": N_("已撤销"),
}

COMPETITION_SHOWCASE = {
    "proposed": N_("等待公示"),
    "publicity": N_("公示中"),
    "objected": N_("有异议"),
    "struck": N_("未命名"),
    "named": N_("已命名"),
    "revoked": N_("已撤销"),
}
