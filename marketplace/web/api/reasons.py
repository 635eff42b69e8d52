"""A match in an answer: the features, and each clause of the demand beside the achievement's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.models import Match
from marketplace.permissions import can_see_match
from marketplace.web.api import answers
from marketplace.web.api.parsing import actor
from marketplace.web.quotations import passages
from search.matching.calibration import Chance


class ComparedSchema(ma.Schema):
    """A value wanted beside the one offered, both as written."""

    name = ma.fields.String(required=True)
    wanted = ma.fields.String(required=True)
    offered = ma.fields.String(required=True)
    met = ma.fields.Boolean(required=True)


class ReasonSchema(ma.Schema):
    """One clause of the demand, and the passage of the achievement that answers it."""

    clause = ma.fields.String(required=True, metadata={"description": _("需求中的一个分句")})
    clause_field = ma.fields.String(required=True, metadata={"description": _("分句出自需求的哪个字段")})
    clause_start = ma.fields.Integer(required=True, metadata={"description": _("分句在该字段中的起点")})
    clause_end = ma.fields.Integer(required=True)
    field = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("引文出自成果的哪个字段；没有引文时为空")}
    )
    quote = ma.fields.String(required=True, metadata={"description": _("成果原文的引文")})
    start = ma.fields.Integer(required=True, metadata={"description": _("引文在该字段中的起点")})
    end = ma.fields.Integer(required=True)
    met = ma.fields.Boolean(
        required=True, allow_none=True, metadata={"description": _("指标是否满足；没有可比的指标时为空")}
    )
    indicators = ma.fields.List(
        ma.fields.Nested(ComparedSchema), required=True, metadata={"description": _("要求与成果的指标对照")}
    )
    path = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": _("叙词表中从问题到引文所说技术的路径；不知道时为空")},
    )


class ChanceSchema(ma.Schema):
    """How many matches of such a score found interest, by the answers given so far."""

    p = ma.fields.Float(required=True)
    low = ma.fields.Float(required=True, metadata={"description": _("95% 区间的下端")})
    high = ma.fields.Float(required=True, metadata={"description": _("95% 区间的上端")})
    n = ma.fields.Integer(required=True, metadata={"description": _("依据多少次答复")})


class MatchSchema(ma.Schema):
    """What was found between two records; the offsets hold for the revisions named."""

    rank = ma.fields.Integer(required=True, metadata={"description": _("在这条需求的匹配中的名次，从 1 起")})
    features = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(),
        required=True,
        metadata={"description": _("排序所用的各项特征值")},
    )
    reasons = ma.fields.List(ma.fields.Nested(ReasonSchema), required=True)
    state = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("所处状态；只告诉双方和引荐人，对别人为空")}
    )
    chance = ma.fields.Nested(
        ChanceSchema,
        required=True,
        allow_none=True,
        metadata={"description": _("引起企业兴趣的概率；答复还不够多时为空")},
    )
    fingerprint = ma.fields.String(required=True, metadata={"description": _("所用的语义模型")})
    matched_at = ma.fields.DateTime(required=True)
    demand_revision = ma.fields.Integer(required=True)
    achievement_revision = ma.fields.Integer(required=True)


class MatchOfDemandSchema(MatchSchema):
    achievement = ma.fields.Nested(answers.ReferenceSchema, required=True)


class MatchesOfDemandSchema(ma.Schema):
    matches = ma.fields.List(ma.fields.Nested(MatchOfDemandSchema), required=True)


class MatchOfAchievementSchema(MatchSchema):
    demand = ma.fields.Nested(answers.ReferenceSchema, required=True)


class MatchesOfAchievementSchema(ma.Schema):
    matches = ma.fields.List(ma.fields.Nested(MatchOfAchievementSchema), required=True)


def match_answer(match: Match, chance: Chance | None = None) -> dict[str, Any]:
    """Return what ``MatchSchema`` describes, with both sides; what the record no longer says is not quoted."""
    texts = passages(match.achievement)
    return {
        **{name: getattr(match, name) for name in MatchSchema().fields if name not in ("reasons", "chance", "state")},
        # What becomes of it is nobody else's business.
        "state": match.state if can_see_match(actor(), match) else None,
        "chance": chance,
        "reasons": [_reason(reason, texts) for reason in match.reasons],
        "achievement": match.achievement,
        "demand": match.demand,
    }


def _reason(reason: Mapping[str, Any], texts: Mapping[str, str]) -> Mapping[str, Any]:
    if texts.get(reason["field"], "")[reason["start"] : reason["end"]] == reason["quote"]:
        # What was matched by an earlier release has no path.
        return {"path": [], **reason}
    return {**reason, "field": None, "quote": "", "start": 0, "end": 0, "met": None, "indicators": [], "path": []}
