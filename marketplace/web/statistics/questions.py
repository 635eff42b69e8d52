"""The question of a page of figures: read from its address, and shown again with what else may be chosen."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import Invalid
from marketplace.models import Organisation
from marketplace.schemas.statistics import StatisticsQuerySchema
from marketplace.services.statistics import scope
from marketplace.services.statistics.asking import Question, question
from marketplace.web.actor import actor
from marketplace.web.demands.forms import sentences

_YEARS = 10
_SECTIONS = [code for code in vocabulary.industries if vocabulary.industries.level(code) == 1]


def asked_of(session: Any) -> tuple[Question | None, list[str]]:
    """Read the address; return why it cannot be read where it cannot."""
    names = StatisticsQuerySchema().fields
    given = {name: value for name, value in request.args.items() if name in names}
    try:
        return question(session, actor(), StatisticsQuerySchema().load(given)), []
    except ma.ValidationError as error:
        return None, [it for found in error.normalized_messages().values() for it in sentences(found)]
    except Invalid as error:
        return None, error.sentences(_)


def refused(errors: list[str]) -> ResponseReturnValue:
    """Say why a question cannot be answered."""
    return render_template("statistics/refused.html", errors=errors), 422


def shown(session: Any, asked: Question) -> dict[str, Any]:
    """Return what every page shows of the question: its own parameters, and what else may be chosen."""
    unit = session.get(Organisation, asked.scope.organisation_id) if asked.scope.organisation_id is not None else None
    year = today().year
    parameters = {
        "year": asked.period.year, "first": asked.period.first, "last": asked.period.last,
        "region": asked.scope.region if "/" in asked.scope.region_path and unit is None else None,
        "industry": asked.scope.industry if unit is None else None, "unit": unit.id if unit else None,
        "measure": asked.measure, "versus": asked.other.year if asked.other else 0,
        "versus_first": asked.other.first if asked.other and asked.other.first != asked.period.first else None,
        "versus_last": asked.other.last if asked.other and asked.other.last != asked.period.last else None,
    }  # fmt: skip
    held = scope.own(actor())
    return {
        "asked": asked, "unit": unit,
        "parameters": {name: it for name, it in parameters.items() if it not in (None, "")},
        "years": sorted({*range(year - _YEARS + 1, year + 1), asked.period.year, asked.period.year - 1}, reverse=True),
        "regions": [] if held.organisation_id is not None else _regions(held.region),
        "branches": [] if held.organisation_id is not None or held.industry else _SECTIONS,
    }  # fmt: skip


def _regions(code: str) -> list[str]:
    """Return the places one may choose from: the own one, and what lies in it."""
    within = vocabulary.regions.children(code)
    if code != scope.PROVINCE:
        return [code, *within]
    return [code, *(it for city in within for it in (city, *vocabulary.regions.children(city)))]
