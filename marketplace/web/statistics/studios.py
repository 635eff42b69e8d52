"""What studios come to, for union staff: by tier and growth, reviews, results, people, money and benefit."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.runtime import runtime
from marketplace.services.statistics import studio_entries, studios
from marketplace.web import language
from marketplace.web.actor import actor
from marketplace.web.statistics import drawing
from marketplace.web.statistics.pages import blueprint
from marketplace.web.statistics.questions import asked_of, refused, shown

_PAGE = 50
# What each figure counts, see ``services.statistics.studio_entries``; of a tier or a grade its name is added.
_COUNTED = {
    "holding": _("有梯次的工作室"), "named": _("命名（升级）"), "graded": _("年度考核"), "delisted": _("摘牌"),
    "closed": _("撤销的工作室"), "results": _("工作室的成果"), "pairs": _("师徒结对"), "grants": _("收到的经费"),
    "used": _("使用的经费"), "benefits": _("工作室成果核验的效益"), "claimed": _("申报的效益"),
    "attested": _("证明的效益"), "verified": _("核验的效益"),
}  # fmt: skip


def counted_name(figure: str) -> str:
    """Return what a figure counts, in the language of the page."""
    name, _dash, of = figure.partition("-")
    codes = vocabulary.review_grades if name == "graded" else vocabulary.studio_tiers
    called = str(_COUNTED[name])
    return f"{called} · {codes.label(of, language.current())}" if of else called


@blueprint.get("/studios")
def of_studios() -> ResponseReturnValue:
    """Show what studios come to in a period, and the benefits of the scope beside it."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        found = studios.figures(session, actor(), asked.scope, asked.period, asked.other)
        tiers = {tier: it.now for tier, it in found.by_tier.items()}
        return render_template(
            "statistics/studios.html", figures=found, chart=drawing.bars(tiers), **shown(session, asked)
        )


@blueprint.get("/studios/<figure>")
def behind_studios(figure: str) -> ResponseReturnValue:
    """List what a figure of studios counts, a page at a time."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        after = request.args.get("after", type=int)
        found = studio_entries.listing(
            session, actor(), figure, asked.scope, asked.period, limit=_PAGE, after=after
        )  # fmt: skip
        return render_template("statistics/studio_entries.html", figure=figure, found=found, **shown(session, asked))
