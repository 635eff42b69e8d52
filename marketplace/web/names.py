"""What the program's own closed lists are called on a page; those of the domain are in ``marketplace.vocabulary``."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from marketplace import state_names
from search.asking.ranking import FITTED

FACETS = {
    "industry": _("行业"),
    "region": _("地区"),
    "trl_band": _("技术就绪度"),
    "kind": _("类型"),
    "transfer_mode": _("转化方式"),
    "market": _("能不能得到"),
    "licence_kind": _("许可种类"),
    "price_form": _("定价方式"),
    "price_band": _("价格"),
    "year": _("完成年份"),
    "source": _("来源"),
}

# What the values of a facet without a vocabulary are called.
FACET_VALUES = {
    "trl_band": {"1-3": _("1–3 研究"), "4-6": _("4–6 验证"), "7-9": _("7–9 应用")},
    "market": {"available": _("可以转让或许可"), "in_negotiation": _("正在洽谈"), "closed": _("已转让或独家许可")},
    "price_band": {
        "0-10": _("10 万元以下"), "10-50": _("10–50 万元"), "50-100": _("50–100 万元"), "100-": _("100 万元以上"),
    },
}  # fmt: skip

SORTS = {"relevance": _("最相关"), "newest": _("最新"), "benefit": _("效益")}

VERDICTS = {"met": _("满足"), "unmet": _("未达到"), "related": _("相关"), "silent": _("没有提到")}

DEMAND_STATES = {code: _(called) for code, called in state_names.DEMAND.items()}

DEMAND_ACTIONS = {
    "verify": _("核实无误"),
    "open": _("公开征求解法"),
    "begin_talks": _("开始洽谈"),
    "solve": _("已解决"),
    "close": _("关闭"),
    "expire": _("过期"),
    "renew": _("续期"),
}

ACHIEVEMENT_STATES = {code: _(called) for code, called in state_names.ACHIEVEMENT.items()}

PROPOSAL_STATES = {code: _(called) for code, called in state_names.PROPOSAL.items()}

FILE_PURPOSES = {
    "authorisation_letter": _("授权书（签字盖章的扫描件）"),
    "integrity_statement": _("诚信承诺书（签字的扫描件）"),
    "drawing": _("图纸"),
    "photo": _("照片"),
    "test_report": _("检测报告"),
    "user_certificate": _("应用证明"),
    "finance": _("财务证明"),
    "other": _("其他材料"),
}

# What was done, as a history tells it.
EVENTS = {
    "draft": _("起草"),
    "submit": lazy_pgettext("历史", "提交"),
    "endorse": _("单位认可"),
    "pass_first_review": _("通过初审"),
    "pass_final_review": _("通过终审"),
    "announce": _("开始公示"),
    "publish": _("公布"),
    "archive": _("归档"),
    "return": _("退回"),
    "reject": _("不予通过"),
    "object": _("收到异议"),
    "dismiss_objection": _("异议不成立"),
    "uphold_objection": _("异议成立"),
    "amend": _("申请修改"),
    "refuse_amendment": _("不同意修改"),
    "take_back_amendment": _("收回修改申请"),
    "screen": _("受理"),
    "take_up": _("开始研究"),
    "adopt": _("采纳"),
    "adopt_partly": _("部分采纳"),
    "shelve": _("存档备用"),
    "decline": _("不采纳"),
    "reoffer": _("重新提请考虑"),
    "begin": _("开始实施"),
    "complete": _("实施完成"),
    "verify_benefit": _("核验效益"),
    "nominate": _("提名"),
    "score": _("锁定评分"),
    "pass_over": _("未入选"),
    "award": _("授予金点子"),
    "keep_award": _("保留原有的金点子"),
    "promote": _("转为成果"),
    "merge": _("合并"),
    "undo_merge": _("撤销合并"),
    "merge_in": _("并入一条建议"),
    "split_off": _("分出一条建议"),
    "agree_authors": _("商定作者"),
    "fix_benefit": _("约定效益指标"),
    "claim_benefit": _("申报效益"),
    "attest_benefit": _("证明效益"),
    "revoke_benefit": _("撤销效益"),
    "withdraw": _("撤回"),
    "revoke": lazy_pgettext("历史", "撤销"),
    "ask_completers": _("写信请完成人或作者确认"),
    "confirm_share": _("一位完成人或作者确认了份额"),
    "decline_share": _("一位完成人或作者不同意"),
    "excuse_completer": _("单位说明有人未确认的原因"),
    "ask_to_join": _("有人请求加入"),
    "accept_join": _("同意加入"),
    "decline_join": _("不同意加入"),
    "state_improvement": _("记为一项成果的改进"),
    "import_created": _("从表格导入"),
    "import_updated": _("从表格更新"),
    "revise": lazy_pgettext("历史", "修改"),
    "see_contact": _("查看联系方式"),
    "assign_broker": _("指派技术经理人"),
    "award_bid": _("揭榜定标"),
    "add_file": _("添加附件"),
    "remove_file": _("删除附件"),
    "file_infected": _("附件查出病毒，已删除"),
    "file_marked": _("附件里发现涉密标志，已停止提供"),
    "disclose": _("设定公开范围"),
    "open_deferred": _("延后公开的内容到期公开"),
    "clear_personal_data": _("确认其中的个人信息可以公开"),
    "open_file": _("建立档案"),
    "open_record": _("登记班组"),
    "announce_event": _("发布活动"),
    "report_attendance": _("上报参加情况"),
    "confirm_attendance": _("确认参加情况"),
    "strike_attendance": _("删去一行参加情况"),
    "cancel_event": _("取消活动"),
    "confirm_entries": _("确认参与记录"),
    "refuse_entries": _("不予确认"),
    "close_period": _("结账"),
    "correct": _("更正"),
    "find": _("评定一条标准"),
    "dissolve": _("班组撤销"),
    "record": _("登记"),
    "agree_to_show": _("设定公开的范围"),
    "tie_account": _("对应账号"),
    "see_personal_data": _("查看个人信息"),
    "note_aid": _("记下联系帮扶"),
    "correct_aid": _("更正联系帮扶"),
    "hand_over": _("移交管理"),
    "climb": _("升一级"),
    "lead": _("确定领衔人"),
    "vacate": _("领衔人离任"),
    "join": _("添加或变更成员"),
    "leave": _("成员离开"),
    "pair": _("登记师徒"),
    "end_pair": _("师徒结束"),
    "plan_year": _("填写年度计划和预算"),
    "receive_grant": _("登记经费"),
    "spend_grant": _("登记支出"),
    "bring_about": _("列入成果"),
    "show_photo": _("公开一张照片"),
    "describe_photo": _("改写照片的说明"),
    "arrange_photos": _("调整照片的次序"),
    "hide_photo": _("撤下一张照片"),
    "ally": _("加入联盟"),
    "part": _("离开联盟"),
    "move": _("迁到别的单位"),
    "suspend": _("暂停"),
    "resume": _("恢复"),
    "freeze_dossier": _("冻结申报材料"),
    "leader_honour_revoked": _("领衔人的荣誉被撤销"),
    "announce_batch": _("公布这一批"),
    "call_judge": _("增加一位专家"),
    "release_judge": _("移出一位专家"),
    "begin_scoring": _("开始评分"),
    "tally": _("汇总评分"),
    "meet": _("会议审定"),
    "end": _("结束本批"),
    "cancel": lazy_pgettext("历史", "取消"),
    "apply": lazy_pgettext("历史", "申报"),
    "reapply": _("重新申报"),
    "recommend": lazy_pgettext("历史", "推荐"),
    "not_recommend": _("不推荐"),
    "set_aside": _("不再参加这一批"),
    "lock_scores": _("一位专家锁定了评分"),
    "stay_away": _("一位专家回避"),
    "propose": _("列入拟命名的名单"),
    "name": _("命名"),
    "strike": _("从名单上撤下"),
    "delist": _("摘牌"),
    "relist": _("恢复命名"),
    "prepare_report": _("填写年度报告"),
    "submit_report": _("报送年度报告"),
    "grade_studio": _("评定等次"),
    "mend_studio": _("报告整改"),
    "check_studio": _("复查合格"),
    "drop_review": _("不再考核"),
    "appeal": _("提出申诉"),
    "uphold_appeal": _("申诉成立"),
    "dismiss_appeal": _("申诉不成立"),
    **DEMAND_ACTIONS,
}

# What a new text is beside all records, and beside one of them.
NOVELTY = {
    "same": _("已有相同的成果"),
    "improvement": _("在已有成果上有改进"),
    "other_method": _("可能已有解决同一难题的另一种方法"),
    "new": _("没有找到相同或相近的成果"),
}
NOVELTY_LABELS = {
    "same": _("相同"),
    "improvement": _("有改进"),
    "other_method": _("可能是同一难题的另一种方法"),
    "new": _("不相同"),
}

# In the order in which they weigh.
FEATURES = {
    "cosine": _("语义相近程度"),
    "coverage": _("各句得到回应的程度"),
    "known_solution": _("与已知解法相近的程度"),
    "near_words": _("用词相近的程度"),
    "lexical_score": _("用词得分，与最高者相比"),
    "lexical_lead": _("用词得分领先第二名的程度"),
    "maturity": _("就绪度有记载"),
    "words": _("共有词的比例"),
    "indicators": _("指标：1 为全部达到，-1 为全部未达到"),
    "title_words": _("标题和关键词中的共有词"),
    "lexical_rank": _("按用词的名次"),
    "vector_rank": _("按语义的名次"),
    "industry": _("行业相同的层级"),
    "region": _("地区相同的层级"),
    "modes": _("合作方式相合"),
    "budget": _("价格在预算之内"),
    "recency": _("新近程度"),
}

# What to ask where a demand's text leaves a field open.
QUESTIONS = {
    "process": _("问题出在哪道工序？"),
    "object": _("是什么工件、设备或材料？"),
    "present_state": _("现在是什么情况，损失多大？"),
    "base_conditions": _("现场已经有什么条件？"),
    "indicators": _("要达到什么指标，多少算好？"),
    "limits": _("什么不能改变？"),
    "acceptance": _("怎样算解决了？"),
    "due": _("希望什么时候解决？"),
    "budget_min": _("预算至少多少？"),
    "budget_max": _("预算大约多少？"),
    "cooperation": _("愿意怎样合作？"),
    "min_trl": _("要多成熟的技术才敢用？"),
    "industry": _("属于哪个行业？"),
    "region": _("在哪里使用？"),
    "title": _("一句话怎么说这个难题？"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        achievement_state_names=ACHIEVEMENT_STATES,
        demand_action_names=DEMAND_ACTIONS,
        demand_state_names=DEMAND_STATES,
        proposal_state_names=PROPOSAL_STATES,
        event_names=EVENTS,
        facet_names=FACETS,
        facet_value_names=FACET_VALUES,
        features=features,
        file_purpose_names=FILE_PURPOSES,
        novelty_labels=NOVELTY_LABELS,
        novelty_names=NOVELTY,
        questions=QUESTIONS,
        sort_names=SORTS,
        verdict_names=VERDICTS,
    )


def features(values: Mapping[str, float], what: str = "match") -> list[tuple[object, float, float]]:
    """Return name, value and contribution (weight times value) of each feature that weighs, the greatest first.

    ``what`` they are of is a ``match`` or a ``question``, which have weights of their own.
    """
    weights = FITTED[what]
    known = [
        (called, values[name], weights[name] * values[name])
        for name, called in FEATURES.items()
        if name in values and weights.get(name)
    ]
    return sorted(known, key=lambda it: -it[2])
