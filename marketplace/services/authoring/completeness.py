"""What an achievement still lacks before it can be submitted, each said at its field."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.errors import N_, Invalid
from marketplace.models import Achievement
from marketplace.models.records.achievement import FILED
from marketplace.permissions import Actor
from marketplace.services import submission
from marketplace.services.authoring import secrecy

# What a draft is called until its author has named it.
UNTITLED = N_("未命名的成果")
LEAST_KEYWORDS, MOST_KEYWORDS = 3, 8
# What an author declares (domain rule 7); the last only where a campaign is named.
DECLARATIONS = ("no_state_secret", "no_dispute", "not_counted_elsewhere")

_NEEDED = {
    "summary": N_("请用几句话说清楚成果是什么、效果如何。"),
    "problem": N_("请写明解决了什么问题。"),
    "principle": N_("请写明原理和做法。"),
    "difference": N_("请写明与现有做法有什么不同。"),
    "kind": N_("请选择类型。"),
    "achievement_class": N_("请选择类别。"),
    "industry": N_("请选择行业。"),
    "region": N_("请选择地区，办理的工会由它决定。"),
    "trl": N_("请选择技术就绪度。"),
    "trl_evidence": N_("请写明就绪度的依据：论文或实验记录、试验、样机、用户证明。"),
    "rights_holder": N_("请写明权利归谁。"),
    "protection": N_("请回答有没有申请专利：由它决定哪些内容可以公开。"),
    "contact_name": N_("请填写联系人。"),
    "contact_phone": N_("请填写联系电话，只有办理的工会看得到。"),
}
_TITLE = N_("请给成果起个名称。")
_KEYWORDS = N_("关键词请填 3 到 8 个。")
_INDICATORS = N_("请至少填写一项关键指标，写明数值。")
_DUTY = N_("请选择是不是职务成果。")
_UNITS = N_("职务成果请填写完成单位，由它的工会确认。")
_COMPLETERS = N_("请填写完成人。")
_SHARES = N_("请写明每位完成人的份额，合计 100%。")
_PARTS = N_("请写明每位完成人的创造性贡献。")
_USERS = N_("就绪度 8–9 级要有用户证明：请填写应用单位和证明。")
_STANDING = N_("第一完成人是单位负责人、有高级职称或博士学位的，不能以职工成果申报；请核对次序。")
NO_PATENT = N_("答了“已经申请”，请先在知识产权里写上专利的申请号或申请日期。")
_DECLARE = {
    "no_state_secret": N_("请确认内容不涉及国家秘密；涉密成果不能在这里提交。"),
    "no_dispute": N_("请确认权属没有争议；有争议的成果不能提交。"),
    "not_counted_elsewhere": N_("请确认没有作为政府计划项目统计过。"),
}


def require(session: Session, _actor: Actor, achievement: Achievement) -> None:
    """Raise Invalid while something is missing, or where a text bears a mark of secrecy."""
    secrecy.refuse(session, submission.content(achievement))
    lacking = missing(session, achievement)
    if lacking:
        raise Invalid(lacking)


def missing(session: Session, achievement: Achievement) -> dict[str, list[str]]:
    """Return what must still be written, by the name its field has in ``AchievementSchema``.

    Sources: domain rules 5 (completers and shares), 6 (type and class), 7 (excluded material), 9 (evidence of
    readiness) and 30 (who may be the first completer); the patent question is that of the layers of disclosure.
    """
    found: dict[str, list[str]] = defaultdict(list)
    if achievement.title == UNTITLED:
        found["title"].append(_TITLE)
    for name, message in _NEEDED.items():
        if getattr(achievement, name) in (None, ""):
            found[name].append(message)
    if not LEAST_KEYWORDS <= len(achievement.keywords) <= MOST_KEYWORDS:
        found["keywords"].append(_KEYWORDS)
    if not any(indicator.value for indicator in achievement.indicators):
        found["indicators"].append(_INDICATORS)
    if achievement.is_duty is None:
        found["is_duty"].append(_DUTY)
    elif achievement.is_duty and not achievement.units:
        found["completing_units"].append(_UNITS)
    if achievement.protection == FILED and not achievement.names_a_patent:
        found["protection"].append(NO_PATENT)
    is_certified = any(site.certificate for site in achievement.sites)
    if not is_certified and (achievement.trl or 0) >= rules.value(session, "user_certificate_from", today()):
        found["applied_sites"].append(_USERS)
    found["completers"].extend(_of_completers(session, achievement))
    needed = DECLARATIONS if achievement.campaign_name else DECLARATIONS[:-1]
    found["statements"].extend(_DECLARE[code] for code in needed if code not in achievement.statements)
    return {name: messages for name, messages in found.items() if messages}


def _of_completers(session: Session, achievement: Achievement) -> list[str]:
    people = achievement.contributors
    if not people:
        return [_COMPLETERS]
    found = []
    shares = [person.share for person in people]
    if None in shares or sum(share for share in shares if share is not None) != Decimal(100):
        found.append(_SHARES)
    if not all(person.part for person in people):
        found.append(_PARTS)
    if not set(people[0].standing).isdisjoint(rules.value(session, "first_completer_bars", today())):
        found.append(_STANDING)
    return found
