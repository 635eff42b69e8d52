"""What the states of a round, the outcomes in it and the parts of a judged text are called on a page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask import Flask
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import AwardRound
from marketplace.services.judging.scoring import Edge
from marketplace.web.display import label, place

ROUND_STATES = {code: _(called) for code, called in state_names.AWARD.items()}

OUTCOMES = {code: _(called) for code, called in state_names.NOMINATION.items()} | {
    "revoked": lazy_pgettext("评选", "已撤销"),
}

TEXT_PARTS = {
    "present_state": _("原来的情况"),
    "measure": _("办法"),
    "expected_effect": _("预期效果"),
    "benefit_metric": _("效益指标"),
    "adopted_part": _("采纳的部分"),
    "implementation": _("实施情况"),
}

RUBRICS = {
    "A": _("标准 A：一般建议"),
    "B": _("标准 B：安全或环保效果"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        award_state_names=ROUND_STATES,
        award_outcome_names=OUTCOMES,
        edge_places=edge_places,
        rubric_names=RUBRICS,
        text_part_names=TEXT_PARTS,
        scope_of_award=scope_of_award,
    )
    app.add_template_filter(points)
    app.add_template_filter(unique_places)


def scope_of_award(award: AwardRound) -> str:
    """Return for what place a round is held: its level, and the region, industry or unit."""
    parts = [label(award.level, "award_levels")]
    if award.organisation is not None:
        parts.append(award.organisation.name)
    else:
        parts += [place(path.rsplit("/", 1)[-1], codes) for path, codes in _paths(award) if path]
    return " ".join(parts)


def points(value: Decimal | int) -> str:
    """Return points without the decimals they do not need."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def edge_places(edge: Edge) -> str:
    """Return the places equals share, in words."""
    named = [label(grade, "award_grades") if grade else gettext("不入选") for grade in edge.places]
    return gettext("、").join(f"{name} × {named.count(name)}" for name in dict.fromkeys(named))


def unique_places(places: Iterable[str | None]) -> list[str]:
    """Return the grades among places once each, "" for none."""
    return list(dict.fromkeys(grade or "" for grade in places))


def _paths(award: AwardRound) -> tuple[tuple[str, str], ...]:
    return (award.region_path, "regions"), (award.industry_path, "industries")
