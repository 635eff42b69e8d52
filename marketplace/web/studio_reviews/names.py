"""What the states of a review are called on a page, and how the numbers of an indicator are said."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import errors, state_names
from marketplace.errors import N_
from marketplace.models.studios.studio_parts import RESULTS
from marketplace.web.display import label, number, yuan

REVIEW_STATES = {code: _(called) for code, called in state_names.STUDIO_REVIEW.items()}
APPEAL_STATES = {code: _(called) for code, called in state_names.REVIEW_APPEAL.items()}
APPEALED = {"grade": _("等次"), "delisting": _("摘牌")}
OFFICES = {role: _(called) for role, called in errors.OFFICES.items()}

# The numbers of each indicator, in the order in which they are said; those of results come before, by kind.
_SAID = {
    "total": N_("成果 %(n)s 项"),
    "filed": N_("成果在当年申请的专利 %(n)s 件"),
    "count": N_("当年核验的效益 %(n)s 项"),
    "verified": N_("核验的年净效益 %(n)s"),
    "pairs": N_("师徒 %(n)s 对"),
    "apprentices": N_("徒弟 %(n)s 人"),
    "finished": N_("当年出师 %(n)s 对"),
    "contracts": N_("当年签订的转化合同 %(n)s 份"),
    "sites": N_("当年新增应用单位 %(n)s 个"),
    "published": N_("当年公布的成果 %(n)s 项"),
    "alliances": N_("参加的联盟 %(n)s 个"),
    "entries": N_("当年的记录 %(n)s 条"),
    "months": N_("有记录的月份 %(n)s 个"),
    "plans": N_("年度计划 %(n)s 份"),
    "received": N_("当年到账经费 %(n)s"),
    "left": N_("经费余额 %(n)s"),
}
_MONEY = ("verified", "received", "left")


def figures(numbers: Mapping[str, int]) -> list[str]:
    """Return the numbers of an indicator, each as a phrase in the language of the page."""
    kinds = [f"{label(it, 'studio_results')} {number(numbers[it])}" for it in RESULTS if numbers.get(it)]

    def shown(name: str) -> str:
        return (yuan if name in _MONEY else number)(numbers[name])

    said = [gettext(sentence) % {"n": shown(name)} for name, sentence in _SAID.items() if name in numbers]
    return said[:1] + kinds + said[1:] if "total" in numbers else said
