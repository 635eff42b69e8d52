"""Filling in a sheet, and staying away from what it is about; who may do it is checked by whoever knows the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.db import now
from marketplace.errors import N_, Invalid
from marketplace.models.review.sheet import Sheet

_OUT_OF_BOUNDS = N_("应为 0 到该项满分之间的整数。")
_MISSING = N_("锁定前请给每一项打分。")
_UNKNOWN = N_("评分标准里没有这一项。")


def fill(sheet: Sheet, criteria: Mapping[str, int], data: Mapping[str, Any], *, lock: bool) -> None:
    """Keep the points given so far, and with ``lock`` for good.

    ``data`` holds ``scores`` (points by criterion, None where nothing is given yet) and ``comment``. Raises Invalid for
    points outside of a criterion or of none there is, and on locking where one is missing.
    """
    scores = {name: data["scores"].get(name) for name in criteria}
    wrong = {name: _OUT_OF_BOUNDS for name, most in criteria.items() if not _fits(scores[name], most)}
    wrong |= {name: _UNKNOWN for name in data["scores"] if name not in criteria}
    if lock:
        wrong |= {name: _MISSING for name, points in scores.items() if points is None}
    if wrong:
        raise Invalid({name: [sentence] for name, sentence in wrong.items()})
    sheet.scores = {name: points for name, points in scores.items() if points is not None}
    sheet.comment = data.get("comment", "")
    if lock:
        sheet.total, sheet.locked_at = sum(sheet.scores.values()), now()


def close(sheet: Sheet, reason: str) -> None:
    """Close a sheet whose judge stays away."""
    sheet.recused_because, sheet.locked_at, sheet.scores, sheet.total = reason, now(), {}, None


def declared(ties: Mapping[str, str], tie: str, reason: str) -> str:
    """Return why a judge says himself that he stays away; raise Invalid for an unknown tie or without a reason."""
    if tie not in ties:
        raise Invalid({"tie": [N_("请选择回避的情形。")]})
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    return f"{ties[tie]}：{reason.strip()}"


def _fits(points: object, most: int) -> bool:
    return points is None or (isinstance(points, int) and not isinstance(points, bool) and 0 <= points <= most)
