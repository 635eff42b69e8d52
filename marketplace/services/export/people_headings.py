"""The columns of the lists of people, crews, studios and publicity events, as data."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace import state_names
from marketplace.errors import N_
from marketplace.services.export.columns import Column, code, day, person, roles, state, states

_HONOUR = (
    Column(N_("人员编号"), "id"),
    Column(N_("姓名"), "name", person),
    Column(N_("单位"), "unit"),
    Column(N_("在职情况"), "employment", code("employment")),
    Column(N_("技能等级"), "skill_level", code("skill_levels")),
    Column(N_("管理层级"), "management_level", code("award_levels")),
    Column(N_("荣誉"), "title"),
    Column(N_("类别"), "kind", code("honour_kinds")),
    Column(N_("级别"), "level", code("honour_levels")),
    Column(N_("年度"), "year"),
    Column(N_("授予单位"), "given_by"),
    Column(N_("依据文件"), "basis"),
    Column(N_("状态"), "state", state("honour")),
    Column(N_("任期截止"), "ends_on", day),
)

_CREW = (
    Column(N_("班组编号"), "id"),
    Column(N_("班组"), "name"),
    Column(N_("单位"), "unit"),
    Column(N_("班组长"), "leader", person),
    Column(N_("人数"), "headcount"),
    Column(N_("荣誉"), "title"),
    Column(N_("类别"), "kind", code("crew_honour_kinds")),
    Column(N_("级别"), "level", code("honour_levels")),
    Column(N_("年度"), "year"),
    Column(N_("授予单位"), "given_by"),
    Column(N_("依据文件"), "basis"),
    Column(N_("状态"), "state", state("honour")),
    Column(N_("任期截止"), "ends_on", day),
    Column(N_("撤销日期"), "dissolved_on", day),
)

_OUTREACH = (
    Column(N_("活动编号"), "id"),
    Column(N_("活动名称"), "title"),
    Column(N_("类别"), "kind", code("outreach_kinds")),
    Column(N_("状态"), "state", state("outreach")),
    Column(N_("主题"), "theme"),
    Column(N_("主办"), "host_role", lambda value, telling: telling.translate(state_names.ROLE[value])),
    Column(N_("主办的地区"), "region", code("regions")),
    Column(N_("主办的行业"), "industry", code("industries")),
    Column(N_("主办的单位"), "unit"),
    Column(N_("第一天"), "begins_on", day),
    Column(N_("最后一天"), "ends_on", day),
    Column(N_("地点"), "place"),
    Column(N_("已确认的单位数"), "units"),
    Column(N_("已确认的人次"), "person_times"),
    Column(N_("已确认的人数"), "persons"),
    Column(N_("没有报人数的行数"), "uncounted"),
    Column(N_("待确认的行数"), "waiting"),
)

_ATTENDANCE = (
    Column(N_("活动编号"), "event_id"),
    Column(N_("活动名称"), "event"),
    Column(N_("第一天"), "begins_on", day),
    Column(N_("单位"), "unit"),
    Column(N_("姓名"), "person", person),
    Column(N_("人次"), "person_times"),
    Column(N_("人数"), "persons"),
    Column(N_("说明"), "note"),
    Column(N_("确认日期"), "confirmed_at", day),
)

_PARTICIPATION_ENTRY = (
    Column(N_("记录编号"), "id"),
    Column(N_("活动名称"), "campaign"),
    Column(N_("项目"), "item", lambda item, telling: item.zh if telling.language == "zh_Hans" else item.en),
    Column(N_("单位"), "unit"),
    Column(N_("姓名"), "person", person),
    Column(N_("日期"), "day", day),
    Column(N_("人次"), "person_times"),
    Column(N_("人数"), "persons"),
    Column(N_("名称"), "subject"),
    Column(N_("状态"), "state", state("participation_entry")),
    Column(N_("更正了几号记录"), "replaces_id"),
)

_STUDIO = (
    Column(N_("平台编号"), "id"),
    Column(N_("名称"), "name"),
    Column(N_("类别"), "kind", code("studio_kinds")),
    Column(N_("梯次"), "tier", code("studio_tiers")),
    Column(N_("摘牌日期"), "delisted_on", day),
    Column(N_("状态"), "state", state("studio")),
    Column(N_("单位"), "unit"),
    Column(N_("领衔人"), "leader", person),
    Column(N_("联合单位"), "partner"),
    Column(N_("专业方向"), "field"),
    Column(N_("成立日期"), "founded_on", day),
    Column(N_("撤销日期"), "closed_on", day),
)

_STUDIO_APPLICATION = (
    Column(N_("申报编号"), "id"),
    Column(N_("批次"), "batch"),
    Column(N_("年度"), "year"),
    Column(N_("命名为"), "tier", code("studio_tiers")),
    Column(N_("创新工作室"), "studio"),
    Column(N_("单位"), "unit"),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("行业"), "industry", code("industries")),
    Column(N_("状态"), "state", state("studio_application")),
    Column(N_("推荐的工会"), "recommended_as", roles),
    Column(N_("推荐顺序"), "recommended_rank"),
    Column(N_("推荐意见"), "opinion"),
    Column(N_("符合的条件数"), "met"),
    Column(N_("不符合的条件"), "failed", states("condition")),
    Column(N_("没有数据的条件"), "unknown", states("condition")),
    Column(N_("单位的说明"), "explanation"),
    Column(N_("得分"), "score"),
    Column(N_("名次"), "rank"),
    Column(N_("办理意见"), "decision"),
    Column(N_("牌匾编号"), "plaque"),
)

_STUDIO_REVIEW = (
    Column(N_("考核编号"), "id"),
    Column(N_("年度"), "year"),
    Column(N_("创新工作室"), "studio"),
    Column(N_("单位"), "unit"),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("梯次"), "tier", code("studio_tiers")),
    Column(N_("状态"), "state", state("studio_review")),
    Column(N_("报送日期"), "submitted_at", day),
    Column(N_("得分"), "score"),
    Column(N_("等次"), "grade", code("review_grades")),
    Column(N_("评定意见"), "opinion"),
    Column(N_("整改期限"), "rectify_by", day),
    Column(N_("复查情况"), "finding"),
)

PEOPLE: Mapping[str, tuple[Column, ...]] = {
    "attendance": _ATTENDANCE,
    "crew": _CREW,
    "honour": _HONOUR,
    "outreach": _OUTREACH,
    "participation_entry": _PARTICIPATION_ENTRY,
    "studio": _STUDIO,
    "studio_application": _STUDIO_APPLICATION,
    "studio_review": _STUDIO_REVIEW,
}
