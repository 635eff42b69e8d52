"""What the honour of a provincial model worker must be: named by the employer, and of a year in which it is given.

Model workers are chosen every five years; those of enterprises are called 劳动模范, those of institutions and offices
先进工作者 (rule 58).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.errors import N_, Invalid
from marketplace.models import Organisation
from marketplace.models.people.honour import MODEL_WORKERS

_CALLED = {"enterprise": "model_worker", "institution": "advanced_worker", "union_body": "advanced_worker"}
_OTHERWISE = {
    "model_worker": N_(
        "机关和事业单位的授予“先进工作者”，这个单位登记的不是企业；请核对荣誉名称，或者先更正单位的类别。"
    ),
    "advanced_worker": N_("企业职工授予“劳动模范”，这个单位登记为企业；请核对荣誉名称，或者先更正单位的类别。"),
}
_NO_YEAR = N_("省级劳动模范和先进工作者按周期评选，这一年不是评选年度；请核对年度，周期在“规则”里设定。")


def require_title(session: Session, unit: Organisation, data: Mapping[str, Any], stated_kind: str | None) -> None:
    """Raise Invalid for a provincial model worker who is called otherwise than the employer asks, or in another year.

    ``stated_kind`` is what the row itself says of the employer. Of a unit that was merely named nobody knows what it
    is, and then nothing can be told; years before the cycle began are not looked at either.
    """
    if data["level"] != "province" or data["kind"] not in MODEL_WORKERS:
        return
    problems: dict[str, list[str]] = {}
    employer = stated_kind or employer_kind(unit)
    if employer is not None and _CALLED[employer] != data["kind"]:
        problems["title"] = [_OTHERWISE[data["kind"]]]
    day = today()
    since, cycle = rules.value(session, "model_worker_since", day), rules.value(session, "model_worker_cycle", day)
    if data["year"] >= since and (data["year"] - since) % cycle:
        problems["year"] = [_NO_YEAR]
    if problems:
        raise Invalid(problems)


def employer_kind(unit: Organisation) -> str | None:
    """Return what a unit is, None where it was merely named and nobody has said."""
    return None if unit.source == "named" and unit.kind == "enterprise" else unit.kind
