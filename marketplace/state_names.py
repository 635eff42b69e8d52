"""What states and roles are called, for pages and for the files taken away from them."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.contest_state_names import (
    COMPETITION_REGISTRATION,
    COMPETITION_SHOWCASE,
    CONTEST,
    CONTEST_STAGE,
    CONTESTANT,
)
from marketplace.errors import N_

ACHIEVEMENT = {
    "draft": N_("草稿"),
    "submitted": N_("已提交"),
    "unit_endorsed": N_("单位已认可"),
    "first_review": N_("初审"),
    "final_review": N_("终审"),
    "publicity": N_("公示中"),
    "published": N_("已公布"),
    "archived": N_("已归档"),
    "returned": N_("已退回"),
    "rejected": N_("未通过"),
    "objected": N_("有异议"),
    "withdrawn": N_("已撤回"),
    "revoked": N_("已撤销"),
}

DEMAND = {
    "draft": N_("草稿"),
    "submitted": N_("等待核实"),
    "verified": N_("已核实"),
    "open": N_("征求解法"),
    "in_talks": N_("洽谈中"),
    "solved": N_("已解决"),
    "closed_unsolved": N_("已关闭"),
    "expired": N_("已过期"),
}

MATCH = {
    "suggested": N_("系统推荐"),
    "seen": N_("已查看"),
    "interest_e": N_("需求方有意向"),
    "interest_o": N_("成果方有意向"),
    "mutual": N_("双方有意向"),
    "introduced": N_("已引荐"),
    "nda": N_("已签保密协议"),
    "disclosed": N_("已披露"),
    "negotiating": N_("洽谈中"),
    "letter_of_intent": N_("已达成意向"),
    "signed": N_("已签约"),
    "registered": N_("合同已登记"),
    "implemented": N_("已投入使用"),
    "verified": N_("效益已核验"),
    "declined": N_("已婉拒"),
    "expired": N_("久无回音，已结束"),
}

DEAL = {
    "negotiating": N_("洽谈中"),
    "letter_of_intent": N_("已达成意向"),
    "signed": N_("已签约"),
    "registered": N_("合同已登记"),
    "implemented": N_("已投入使用"),
    "verified": N_("效益已核验"),
    "terminated": N_("已终止"),
}

LISTING = {
    "unlisted": N_("没有挂牌"),
    "listed": N_("挂牌中"),
    "in_negotiation": N_("正在洽谈"),
    "transferred": N_("已转让"),
    "licensed_exclusive": N_("已独家许可"),
    "licensed_ordinary": N_("已许可，仍可应答"),
    "expired": N_("已到期"),
    "withdrawn": N_("已撤下"),
}

LISTING_OFFER = {
    "waiting": N_("等待答复"),
    "accepted": N_("已接受"),
    "ended": N_("洽谈已结束"),
    "declined": N_("未接受"),
    "withdrawn": N_("已撤回"),
    "lost": N_("被他人取得"),
}

AUCTION_OUTCOME = {
    "sold": N_("成交"),
    "reserve_not_met": N_("未达保留价，没有成交"),
    "no_bids": N_("无人出价，没有成交"),
    "cancelled": N_("已取消"),
}

PRICE_NOTICE = {
    "publicity": N_("公示中"),
    "objected": N_("有异议"),
    "passed": N_("公示期满"),
    "replaced": N_("条款已变，重新公示"),
    "struck": N_("公示中撤下"),
}

PROPOSAL = {
    "draft": N_("草稿"),
    "submitted": N_("已提交"),
    "screened": N_("已受理"),
    "unit_review": N_("单位研究中"),
    "adopted": N_("已采纳"),
    "partly_adopted": N_("部分采纳"),
    "shelved": N_("存档备用"),
    "not_adopted": N_("未采纳"),
    "implementing": N_("实施中"),
    "implemented": N_("已实施"),
    "benefit_verified": N_("效益已核验"),
    "nominated": N_("已提名"),
    "scored": N_("已评分"),
    "publicity": N_("公示中"),
    "awarded": N_("金点子"),
    "returned": N_("已退回"),
    "rejected": N_("未受理"),
    "withdrawn": N_("已撤回"),
    "merged": N_("已合并"),
    "objected": N_("有异议"),
    "revoked": N_("已撤销"),
}

AWARD = {
    "open": N_("接受提名"),
    "scoring": N_("评分中"),
    "second_round": N_("第二轮评分"),
    "scored": N_("已汇总"),
    "publicity": N_("公示中"),
    "awarded": N_("已结束"),
    "cancelled": N_("已取消"),
}

NOMINATION = {
    "proposed": N_("拟授予"),
    "not_selected": N_("未入选"),
    "awarded": N_("已授予"),
    "struck": N_("公示中撤下"),
    "revoked": N_("已撤销"),
}

HONOUR = {"active": N_("有效"), "expired": N_("任期已满"), "revoked": N_("已撤销")}

OUTREACH = {"announced": N_("将要举行"), "running": N_("正在进行"), "over": N_("已经结束"), "cancelled": N_("已取消")}

CAMPAIGN = {"draft": N_("草稿"), "open": N_("正在进行"), "closed": N_("已截止"), "published": N_("结果已公布")}

PARTICIPATION_ENTRY = {
    "recorded": N_("等待确认"),
    "confirmed": N_("已确认"),
    "refused": N_("未确认"),
    "withdrawn": N_("已撤回"),
    "replaced": N_("已更正"),
}

# What a studio is asked for, told by name where a list says which of them are open.
CONDITION = {
    "leader": N_("领衔人的荣誉或技能等级"),
    "members": N_("成员人数"),
    "premises": N_("固定的场地"),
    "equipment": N_("设备"),
    "rules": N_("规章制度"),
    "plan": N_("年度计划"),
    "budget": N_("单独的预算列支"),
    "results": N_("每年的成果"),
    "pairs": N_("师带徒"),
    "ledger": N_("记录经常更新"),
    "not_a_lab": N_("不是原有研发机构改名"),
    "crews": N_("成员不全在一个班组"),
    "not_delisted": N_("没有在摘牌期内"),
}

STUDIO = {"active": N_("正常"), "suspended": N_("暂停"), "closed": N_("已撤销")}

NAMING_BATCH = {
    "open": N_("接受申报"),
    "scoring": N_("评分中"),
    "scored": N_("已汇总"),
    "meeting": N_("会议审定"),
    "publicity": N_("公示中"),
    "named": N_("已命名"),
    "cancelled": N_("已取消"),
}

STUDIO_APPLICATION = {
    "applied": N_("等待推荐"),
    "returned": N_("已退回"),
    "withdrawn": N_("已撤回"),
    "not_recommended": N_("未推荐"),
    "recommended": N_("已推荐"),
    "not_selected": N_("未入选"),
    "proposed": N_("拟命名"),
    "publicity": N_("公示中"),
    "objected": N_("有异议"),
    "named": N_("已命名"),
    "struck": N_("公示中撤下"),
    "revoked": N_("已撤销"),
}

STUDIO_REVIEW = {
    "due": N_("等待报送"),
    "submitted": N_("已报送"),
    "graded": N_("已评定"),
    "rectifying": N_("限期整改"),
    "mended": N_("已报告整改"),
    "passed": N_("整改合格"),
    "failed": N_("评为不合格"),
    "delisted": N_("已摘牌"),
    "dropped": N_("不再考核"),
}

REVIEW_APPEAL = {"open": N_("待办结"), "upheld": N_("申诉成立"), "dismissed": N_("申诉不成立")}

OBJECTION = {"open": N_("待办结"), "upheld": N_("异议成立"), "dismissed": N_("异议不成立")}

BENEFIT = {
    "agreed": N_("已约定"),
    "claimed": N_("已申报"),
    "attested": N_("已证明"),
    "verified": N_("已核验"),
    "revoked": N_("已撤销"),
}

ROLE = {
    "admin": N_("系统管理员"),
    "province_curator": N_("省总工会"),
    "auditor": N_("审计"),
    "city": N_("市（州）工会"),
    "industry_union": N_("产业工会"),
    "county": N_("县（市、区）工会"),
    "unit_union": N_("单位工会"),
    "enterprise": N_("企业"),
    "broker": N_("技术经理人"),
    "judge": N_("评审专家"),
    "finance_attestor": N_("财务核证人"),
    "studio_leader": N_("创新工作室领衔人"),
    "worker": N_("职工"),
}

STATES: Mapping[str, Mapping[str, str]] = {
    "achievement": ACHIEVEMENT,
    "award": AWARD,
    "benefit": BENEFIT,
    "campaign": CAMPAIGN,
    "competition_registration": COMPETITION_REGISTRATION,
    "competition_showcase": COMPETITION_SHOWCASE,
    "condition": CONDITION,
    "contest": CONTEST,
    "contest_stage": CONTEST_STAGE,
    "contestant": CONTESTANT,
    "deal": DEAL,
    "demand": DEMAND,
    "honour": HONOUR,
    "match": MATCH,
    "listing": LISTING,
    "listing_offer": LISTING_OFFER,
    "naming_batch": NAMING_BATCH,
    "nomination": NOMINATION,
    "objection": OBJECTION,
    "outreach": OUTREACH,
    "participation_entry": PARTICIPATION_ENTRY,
    "price_notice": PRICE_NOTICE,
    "proposal": PROPOSAL,
    "studio": STUDIO,
    "studio_review": STUDIO_REVIEW,
    "studio_application": STUDIO_APPLICATION,
}


def name(noun: str, state: str) -> str:
    """Return what a state is called, the state itself where it has no name."""
    return STATES[noun].get(state, state)
