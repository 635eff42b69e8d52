"""What may be asked in a query string, and a demand as a client writes it.

A parameter nobody knows is an error: a mistyped filter would silently find too much.
"""

from __future__ import annotations

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.runtime import runtime
from marketplace.schemas.demand import DemandSchema
from marketplace.schemas.fields import Code, Many
from marketplace.schemas.outcome import OutcomeSchema
from marketplace.web.catalogue.questions import IN_ORDER
from search.document import Sort

LONGEST_PAGE = 100


class QuerySchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    error_messages = {"unknown": _("没有这个查询参数。")}


class LimitQuerySchema(QuerySchema):
    limit = ma.fields.Integer(
        load_default=lambda: runtime().settings.page_size,
        validate=ma.validate.Range(1, LONGEST_PAGE, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("最多返回几条")},
    )


class PageQuerySchema(LimitQuerySchema):
    cursor = ma.fields.String(load_default=None, metadata={"description": _("上一页给出的 next；不填为第一页")})


class AchievementQuerySchema(PageQuerySchema):
    """A question to the catalogue: values of one filter are alternatives, different filters must all hold."""

    q = ma.fields.String(
        load_default="",
        metadata={"description": _("要找什么，词语或整段话；不填则列出全部"), "examples": ["薄壁件车削变形"]},
    )
    region = Many(Code(vocabulary.regions), metadata={"description": _("地区代码，包含其下级")})
    industry = Many(Code(vocabulary.industries), metadata={"description": _("行业代码，包含其下级")})
    kind = Many(Code(vocabulary.achievement_kinds), metadata={"description": _("成果类型代码")})
    trl_band = Many(
        ma.fields.String(validate=ma.validate.OneOf(IN_ORDER["trl_band"])),
        metadata={"description": _("技术就绪度区间")},
    )
    year = Many(
        ma.fields.String(validate=ma.validate.Regexp("^[0-9]{4}$", error=_("请填写四位数年份。"))),
        metadata={"description": _("完成年份")},
    )
    transfer_mode = Many(Code(vocabulary.transfer_modes), metadata={"description": _("转化方式代码")})
    market = Many(
        ma.fields.String(validate=ma.validate.OneOf(IN_ORDER["market"])),
        metadata={"description": _("能不能得到：可以、正在洽谈、已转让或独家许可")},
    )
    licence_kind = Many(Code(vocabulary.licence_kinds), metadata={"description": _("许可种类代码")})
    price_form = Many(Code(vocabulary.price_forms), metadata={"description": _("定价方式代码")})
    price_band = Many(
        ma.fields.String(validate=ma.validate.OneOf(IN_ORDER["price_band"])),
        metadata={"description": _("价格区间，万元")},
    )
    source = Many(ma.fields.String(), metadata={"description": _("来源名称")})
    sort = ma.fields.String(
        load_default=Sort.RELEVANCE.value,
        validate=ma.validate.OneOf(tuple(Sort)),
        metadata={"description": _("排序：相关度、最新、效益")},
    )


class DemandBodySchema(DemandSchema):
    """A demand as a client writes it: nothing the product sets itself, nothing only an import knows."""

    class Meta(DemandSchema.Meta):
        exclude = ("id", "revision", "state", "access_key", "created_at", "unit", "source", "source_id", "extra")

    error_messages = {"unknown": _("没有这个字段。"), "type": _("请提交一个 JSON 对象。")}


class DemandTextSchema(DemandSchema):
    """The need in one's own words alone."""

    class Meta(DemandSchema.Meta):
        fields = ("text",)

    error_messages = {"unknown": _("没有这个字段。"), "type": _("请提交一个 JSON 对象。")}


class OutcomeBodySchema(OutcomeSchema):
    error_messages = {"unknown": _("没有这个字段。"), "type": _("请提交一个 JSON 对象。")}
