"""What an answer holds beyond one record: pages, hits, matches, code lists, problems.

The records themselves are described by ``marketplace.schemas``. A subclass here leaves out what an answer never holds,
so that the OpenAPI document promises no field that does not come.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.indexing.finding import Answer
from marketplace.indexing.market import STANDINGS
from marketplace.models import Achievement
from marketplace.models.market.listing import STATES as LISTING_STATES
from marketplace.schemas.achievement import UnitSchema
from marketplace.schemas.demand import BRIEF, DemandSchema
from marketplace.schemas.fields import Code
from marketplace.schemas.organisation import OrganisationSchema
from marketplace.schemas.outcome import OutcomeSchema
from marketplace.services.listing import exclusivity, reading
from search.asking.ranking import FITTED, contributions
from search.document import Hit, Span


def _next() -> ma.fields.String:
    return ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


def facets() -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.Nested(FacetCountSchema)),
        required=True,
        metadata={"description": _("各筛选项下有多少条")},
    )


def suggestions() -> ma.fields.List:
    return ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("一条也没找到时，可以改问什么")}
    )


def notice() -> ma.fields.String:
    return ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": _("检索服务不可用、改在数据库中按词语查找时的说明；平时为空")},
    )


def said(answer: Answer) -> str | None:
    """Return what must be said of an answer that was found without the index."""
    sentence = gettext("检索服务暂时不可用，这是在数据库中按词语直接查到的，最新的在前，可能不全。")
    return sentence if answer.is_plain else None


class SpanSchema(ma.Schema):
    start = ma.fields.Integer(required=True)
    end = ma.fields.Integer(required=True)


class HighlightsSchema(ma.Schema):
    title = ma.fields.List(ma.fields.Nested(SpanSchema), required=True)
    snippet = ma.fields.List(ma.fields.Nested(SpanSchema), required=True)


class FoundBecauseSchema(ma.Schema):
    words = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("问题中在记录里出现的词")})
    similarity = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": _("语义相似度（余弦）；只按词找到时为空")}
    )
    solution = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": _("从问题中的难题到这项成果所用技术的路径，都是叙词的名称；没有已知解法时为空")},
    )
    features = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(),
        required=True,
        metadata={"description": _("排序所用的各项特征值；名次只由词语和语义两个名次合成时为空")},
    )
    contributions = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(),
        required=True,
        metadata={"description": _("各项特征对 score 的贡献，即数值乘以权重；相加就是 score")},
    )


class StudioNameSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class OfferedSchema(ma.Schema):
    listing_id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(LISTING_STATES))
    mode = Code(vocabulary.transfer_modes, required=True)
    price_form = Code(vocabulary.price_forms, required=True)
    price = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("标价，单位分")})


class HitSchema(ma.Schema):
    rank = ma.fields.Integer(required=True, metadata={"description": _("在全部结果中的名次，从 1 起")})
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    snippet = ma.fields.String(required=True, metadata={"description": _("最相关的一段原文")})
    highlights = ma.fields.Nested(
        HighlightsSchema, required=True, metadata={"description": _("标题和片段中应标出的位置，按字符计，含头不含尾")}
    )
    score = ma.fields.Float(
        required=True, metadata={"description": _("排序的得分，只在同一次检索的结果之间可比，不是概率")}
    )
    reason = ma.fields.Nested(FoundBecauseSchema, required=True)
    studios = ma.fields.List(
        ma.fields.Nested(StudioNameSchema), required=True, metadata={"description": _("完成这项成果的创新工作室")}
    )
    market = ma.fields.String(
        required=True, allow_none=True, validate=ma.validate.OneOf(STANDINGS),
        metadata={"description": _("能不能得到：可以、正在洽谈、已转让或独家许可；没有挂牌时为空")},
    )  # fmt: skip
    offers = ma.fields.List(
        ma.fields.Nested(OfferedSchema), required=True,
        metadata={"description": _("按哪些方式提供；已转让或独家许可的，只有成交的那一项")},
    )  # fmt: skip


class HitsSchema(ma.Schema):
    hits = ma.fields.List(ma.fields.Nested(HitSchema), required=True)


class FacetCountSchema(ma.Schema):
    value = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)


class CataloguePageSchema(HitsSchema):
    total = ma.fields.Integer(required=True, metadata={"description": _("共有多少条")})
    facets = facets()
    suggestions = suggestions()
    notice = notice()
    next = _next()


class DemandAnswerSchema(DemandSchema):
    """A demand as it is given out; its contact comes only with its key."""

    class Meta(DemandSchema.Meta):
        exclude = ("access_key", "organisation_name")

    # The schema of the noun works the unit out; this says what the answer looks like.
    unit = ma.fields.Nested(UnitSchema, dump_only=True, allow_none=True, data_key="organisation")


class PostedDemandSchema(DemandAnswerSchema):
    class Meta(DemandSchema.Meta):
        exclude = ("organisation_name",)

    access_key = ma.fields.String(
        required=True, dump_only=True, metadata={"description": _("这条需求的密钥，只在发布时给出一次，请保存")}
    )


class BriefFieldsSchema(DemandAnswerSchema):
    """What a text states, each field in the form in which it is posted; null or empty where it says nothing."""

    class Meta(DemandSchema.Meta):
        fields = ("title", *BRIEF)


class BriefAnswerSchema(ma.Schema):
    brief = ma.fields.Nested(BriefFieldsSchema, required=True, metadata={"description": _("可核对后原样提交")})
    unsure = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("原文没有说清、值得补充的字段")}
    )


class OutcomeAnswerSchema(OutcomeSchema):
    state = ma.fields.String(required=True, metadata={"description": _("匹配所处的状态")})


class DemandPageSchema(ma.Schema):
    demands = ma.fields.List(ma.fields.Nested(DemandAnswerSchema), required=True)
    next = _next()


class ReferenceSchema(ma.Schema):
    """A record by number and title; the rest is at its own address."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)


class OrganisationAnswerSchema(OrganisationSchema):
    """A unit with its newest records that the reader may see."""

    class Meta(OrganisationSchema.Meta):
        exclude = ("parent_name", "extra")

    achievements = ma.fields.List(ma.fields.Nested(ReferenceSchema), dump_only=True)
    demands = ma.fields.List(ma.fields.Nested(ReferenceSchema), dump_only=True)


class EntrySchema(ma.Schema):
    code = ma.fields.String(required=True)
    zh_Hans = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    parent = ma.fields.String(required=True, allow_none=True, metadata={"description": _("上级代码")})


class VocabularySchema(ma.Schema):
    name = ma.fields.String(required=True)
    entries = ma.fields.List(ma.fields.Nested(EntrySchema), required=True)


class ProblemSchema(ma.Schema):
    """An error, as RFC 9457 has it."""

    type = ma.fields.String(required=True, metadata={"description": _("问题的种类，一个地址")})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(metadata={"description": _("发生了什么，怎么办")})
    instance = ma.fields.String(metadata={"description": _("出错的请求地址")})
    given = ma.fields.Integer(metadata={"description": _("修改所依据的版本")})
    current = ma.fields.Integer(metadata={"description": _("现在的版本")})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": _("要改的字段，以及每个字段的说明")},
    )


def market_answer(achievement: Achievement) -> dict[str, Any]:
    """Return what ``HitSchema`` says of the market beside a hit."""
    terms = ("state", "mode", "price_form", "price")
    return {
        "market": exclusivity.standing(it.state for it in achievement.listings),
        "offers": [
            {"listing_id": it.id, **{name: getattr(it, name) for name in terms}} for it in reading.told_of(achievement)
        ],
    }


def hit_answer(hit: Hit) -> dict[str, Any]:
    """Return what ``HitSchema`` describes; the highlights count from the start of the title and of the snippet."""
    start, end = hit.snippet.start, hit.snippet.end
    shown = [span for span in hit.body_highlights if start <= span.start and span.end <= end]
    return {
        "rank": hit.rank,
        "score": hit.score,
        "id": hit.document.id,
        "title": hit.document.title,
        "snippet": hit.document.body[start:end],
        "highlights": {
            "title": hit.title_highlights,
            "snippet": [Span(span.start - start, span.end - start) for span in shown],
        },
        "reason": {**asdict(hit.reason), "contributions": contributions(hit.reason.features, FITTED["question"])},
    }
