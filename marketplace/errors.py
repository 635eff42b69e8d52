"""What can go wrong in the domain, typed and free of HTTP, so that the web, the API and the commands can each say it.

``message`` is a gettext key in Chinese with named placeholders and ``params`` fills them; ``str(error)`` is the
finished Chinese sentence. What goes wrong inside one subject (a code list, a setting) is defined beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence


def N_(message: str) -> str:
    """Mark a message for translation where it is shown."""
    return message


NOUNS = {
    "account": N_("账号"),
    "api_token": N_("接口令牌"),
    "achievement": N_("成果"),
    "amendment": N_("修改申请"),
    "aid_record": N_("联系帮扶记录"),
    "award": N_("评选"),
    "benefit": N_("效益"),
    "campaign": N_("活动"),
    "certificate": N_("证书"),
    "change": N_("变更"),
    "collection": N_("专题"),
    "completer": N_("完成人"),
    "concept": N_("叙词"),
    "competition": N_("劳动竞赛"),
    "competition_registration": N_("竞赛的报名"),
    "competition_showcase": N_("示范企业或示范园区"),
    "contest": N_("比赛"),
    "contest_group": N_("比赛的组别"),
    "contest_stage": N_("比赛的阶段"),
    "contestant": N_("参赛人"),
    "crew": N_("班组"),
    "crew_honour": N_("班组的荣誉"),
    "curation": N_("工会工作区"),
    "deal": N_("交易"),
    "demand": N_("需求"),
    "deputation": N_("代理"),
    "dossier": N_("申报材料"),
    "export": N_("导出"),
    "file": N_("附件"),
    "frozen_report": N_("冻结的报表"),
    "filing": N_("报送汇总表"),
    "following": N_("关注"),
    "headcount": N_("职工人数"),
    "auction": N_("拍卖"),
    "first_refusal": N_("优先受让权"),
    "history": N_("历史"),
    "listing": N_("挂牌"),
    "listing_offer": N_("应答"),
    "price_notice": N_("价格公示"),
    "honour": N_("荣誉"),
    "join_request": N_("加入请求"),
    "match": N_("匹配"),
    "naming": N_("命名评选"),
    "naming_batch": N_("命名批次"),
    "naming_meeting": N_("会议纪要"),
    "naming_notice": N_("命名通知"),
    "nda": N_("保密协议"),
    "nomination": N_("提名项"),
    "notice": N_("通知"),
    "objection": N_("异议"),
    "open_bid": N_("揭榜方案"),
    "open_call": N_("揭榜"),
    "organisation": N_("单位"),
    "outreach": N_("宣传活动"),
    "outreach_attendance": N_("参加情况"),
    "participation": N_("参与记录"),
    "participation_entry": N_("参与记录"),
    "payment": N_("到账"),
    "period_close": N_("结账"),
    "person": N_("人员档案"),
    "personal_data": N_("个人信息"),
    "place": N_("地区或行业"),
    "proof": N_("提交证明"),
    "proposal": N_("建议"),
    "publicity": N_("公示"),
    "report": N_("报表"),
    "review_appeal": N_("考核申诉"),
    "review_year": N_("考核年度"),
    "role": N_("角色"),
    "rule": N_("规则"),
    "saved_search": N_("保存的检索"),
    "score_sheet": N_("评分表"),
    "second_factor": N_("二次验证"),
    "showcase": N_("展示"),
    "sign_in": N_("登录"),
    "slot": N_("首页位置"),
    "statistics": N_("统计"),
    "story": N_("故事"),
    "studio": N_("创新工作室"),
    "studio_application": N_("工作室申报"),
    "studio_part": N_("工作室的这一项"),
    "studio_review": N_("年度考核"),
    "target": N_("目标"),
    "task": N_("待办"),
    "thesaurus": N_("叙词表"),
    "unanswered_question": N_("检索词"),
    "webhook": N_("推送"),
}

VERBS = {
    "answer": N_("答复"),
    "apply": N_("申报参加"),
    "attest": N_("证明"),
    "claim": N_("申报"),
    "confirm": N_("确认"),
    "curate": N_("维护"),
    "decide": N_("裁定"),
    "edit": N_("修改"),
    "endorse": N_("确认"),
    "enter": N_("进入"),
    "export": N_("导出"),
    "first_review": N_("初审"),
    "hand_over": N_("移交"),
    "grant": N_("授予"),
    "import": N_("导入"),
    "introduce": N_("引荐"),
    "bid": N_("出价"),
    "judge": N_("评审"),
    "keep": N_("挂牌办理"),
    "offer": N_("应答"),
    "make": N_("编制"),
    "manage": N_("管理"),
    "name": N_("指定"),
    "negotiate": N_("洽谈"),
    "nominate": N_("提名"),
    "post": N_("发布"),
    "raise": N_("提出"),
    "read": N_("查看"),
    "recommend": N_("推荐"),
    "register": N_("登记"),
    "record": N_("登记"),
    "remove": N_("解除"),
    "review": N_("审核"),
    "revoke": N_("撤销"),
    "run": N_("运行"),
    "set": N_("设定"),
    "sign": N_("签署"),
    "submit": N_("提交"),
    "support": N_("支持"),
    "terminate": N_("终止"),
    "unmask": N_("查看"),
    "verify": N_("核实"),
}


# The offices of the union, as the roles that stand at their desks.
OFFICES = {
    "author": N_("作者"),
    "unit_union": N_("单位工会"),
    "county": N_("县级工会"),
    "city": N_("市州工会"),
    "industry_union": N_("产业工会"),
    "province_curator": N_("省总工会"),
}


# Why somebody of an office must stay away from a record.
BARS = {
    "part": N_("您参与了这项%(noun)s，须回避，由岗位的其他人或上级工会办理。"),
    "unit": N_("这项%(noun)s出自您所在的单位，您须回避，由岗位的其他人或上级工会办理。"),
    "holder": N_("您所代理的人须回避这项%(noun)s，您也不能代他办理。"),
    "decided": N_("您参与过这项%(noun)s的评定，须由上级或本级的其他人办理。"),
    "recused": N_("您已回避这项%(noun)s，由岗位的其他人或上级工会办理。"),
}


class DomainError(Exception):
    """The base of every error the domain raises on purpose."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the finished sentence, its message and the words in it translated by ``translate``."""
        words = {
            name: translate(value) if name in ("noun", "verb", "office", "state") and isinstance(value, str) else value
            for name, value in self.params.items()
        }
        message = translate(self.message)
        return message % words if words else message

    def sentences(self, translate: Callable[[str], str]) -> list[str]:
        """Return all there is to say of it where no field stands beside it."""
        return [self.text(translate)]


class NotFound(DomainError):
    """There is no such thing, or the one who asks may not know of it."""

    def __init__(self, noun: str, identity: object) -> None:
        super().__init__(N_("没有找到编号为 %(identity)s 的%(noun)s。"), noun=NOUNS.get(noun, noun), identity=identity)
        self.noun = noun
        self.identity = identity


class NotAllowed(DomainError):
    """The actor is known and may not do this."""

    def __init__(self, verb: str, noun: str) -> None:
        message = N_("您没有%(verb)s%(noun)s的权限。")
        super().__init__(message, verb=VERBS.get(verb, verb), noun=NOUNS.get(noun, noun))
        self.verb = verb
        self.noun = noun


class NotAtDesk(NotAllowed):
    """The record lies with another office, or the actor has a part in it himself."""

    def __init__(self, noun: str, identity: object, role: str) -> None:
        message = N_("%(noun)s %(identity)s 现由%(office)s办理；您不在这个岗位，或者与这一项有关联而须回避。")
        DomainError.__init__(
            self, message, noun=NOUNS.get(noun, noun), identity=identity, office=OFFICES.get(role, role)
        )
        self.verb, self.noun = "review", noun


class MustStayAway(NotAtDesk):
    """The actor stands at the desk and must leave this one to somebody else; ``bar`` says why, see ``BARS``."""

    def __init__(self, noun: str, bar: str) -> None:
        DomainError.__init__(self, BARS[bar], noun=NOUNS.get(noun, noun))
        self.verb, self.noun, self.bar = "review", noun, bar


class Invalid(DomainError):
    """What came in breaks a rule; ``fields`` gives the sentences for each field that must be mended."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(N_("请改正以下各项：%(fields)s。"), fields="、".join(fields))
        self.fields = {field: list(sentences) for field, sentences in fields.items()}

    def sentences(self, translate: Callable[[str], str]) -> list[str]:
        return [translate(sentence) for said in self.fields.values() for sentence in said]


class StaleRevision(DomainError):
    """Somebody else changed the thing since it was read; ``given`` is the revision read, ``current`` the stored one."""

    def __init__(self, noun: str, identity: object, given: int, current: int) -> None:
        message = N_(
            "%(noun)s %(identity)s 已被他人修改：您看到的是第 %(given)s 版，现在是第 %(current)s 版。请核对后再提交。"
        )
        super().__init__(message, noun=NOUNS.get(noun, noun), identity=identity, given=given, current=current)
        self.noun = noun
        self.identity = identity
        self.given = given
        self.current = current


class Conflict(DomainError):
    """The thing is in a state in which this cannot be done; the message says what can."""


class LinkSpent(DomainError):
    """A link sent by mail was used already, or is too old."""

    def __init__(self) -> None:
        super().__init__(N_("这个链接已经用过，或者过期了。"))


class Unavailable(DomainError):
    """Something the answer needs is not ready, such as the search index; the message says what to run."""
