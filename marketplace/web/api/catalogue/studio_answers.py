"""What answers about studios hold, and what may be asked of them in a query string."""

from __future__ import annotations

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.models.studios.studio import STATES
from marketplace.schemas.fields import Code, Many
from marketplace.web.api import answers
from marketplace.web.api.questions import PageQuerySchema
from search.document import Sort


class StudioLineSchema(ma.Schema):
    """A studio in a list."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    aliases = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("曾用名")})
    kind = Code(vocabulary.studio_kinds, required=True)
    tier = Code(vocabulary.studio_tiers, required=True)
    delisted_on = ma.fields.Date(
        required=True, allow_none=True, metadata={"description": _("摘牌的日期；摘牌以后 tier 是失去的梯次")}
    )
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    unit = ma.fields.String(required=True)
    region = Code(vocabulary.regions, required=True, allow_none=True)
    field = ma.fields.String(required=True, metadata={"description": _("专业方向")})


class AchievementTitleSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)


class FoundStudioSchema(StudioLineSchema):
    """A studio with the newest of its achievements that are public."""

    achievements = ma.fields.List(
        ma.fields.Nested(AchievementTitleSchema), required=True, metadata={"description": _("公开的成果，最多三项")}
    )


class StudioStepSchema(ma.Schema):
    tier = Code(vocabulary.studio_tiers, required=True)
    since = ma.fields.Date(required=True)
    basis = ma.fields.String(required=True)
    plaque = ma.fields.String(required=True, metadata={"description": _("牌匾编号")})
    ended_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("摘牌的日期")})


class StudioResultSchema(ma.Schema):
    kind = Code(vocabulary.studio_results, required=True)
    object_id = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("成果或建议的编号")})
    title = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    made_on = ma.fields.Date(required=True)


class StudioGradeSchema(ma.Schema):
    year = ma.fields.Integer(required=True)
    grade = Code(vocabulary.review_grades, required=True)
    outcome = ma.fields.String(
        required=True, allow_none=True, validate=ma.validate.OneOf(("passed", "delisted")),
        metadata={"description": _("整改以后合格，或者摘牌；其余的为空")},
    )  # fmt: skip


class StudioPhotoSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    address = ma.fields.String(required=True, metadata={"description": _("照片的地址")})
    picture_text = ma.fields.String(required=True, metadata={"description": _("照片里是什么")})
    caption = ma.fields.String(required=True)


class StudioAnswerSchema(StudioLineSchema):
    """A studio as everybody sees it."""

    story = ma.fields.String(required=True)
    founded_on = ma.fields.Date(required=True, allow_none=True)
    leader = ma.fields.String(required=True, allow_none=True, metadata={"description": _("本人没有同意公开时为空")})
    members = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("同意公开的成员")})
    member_count = ma.fields.Integer(required=True)
    pair_count = ma.fields.Integer(required=True, metadata={"description": _("正在带徒的对数")})
    tiers = ma.fields.List(ma.fields.Nested(StudioStepSchema), required=True)
    results = ma.fields.List(ma.fields.Nested(StudioResultSchema), required=True)
    photos = ma.fields.List(ma.fields.Nested(StudioPhotoSchema), required=True)
    grades = ma.fields.List(
        ma.fields.Nested(StudioGradeSchema), required=True, metadata={"description": _("已结束的年度考核的等次")}
    )


class EvidenceSchema(ma.Schema):
    noun = ma.fields.String(required=True, metadata={"description": _("part 是记录里的一节，其余是记录的种类")})
    place = ma.fields.String(required=True, metadata={"description": _("节的名称，或记录的编号")})
    text = ma.fields.String(required=True)


class ConditionSchema(ma.Schema):
    name = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(("pass", "fail", "no_data")))
    params = ma.fields.Dict(required=True, metadata={"description": _("算出的数和规则的数")})
    evidence = ma.fields.List(ma.fields.Nested(EvidenceSchema), required=True)


class ConditionsSchema(ma.Schema):
    as_of = ma.fields.Date(required=True, metadata={"description": _("截止日期")})
    conditions = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)


class StudiosSchema(ma.Schema):
    studios = ma.fields.List(ma.fields.Nested(FoundStudioSchema), required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("符合条件的总数")})
    facets = answers.facets()
    suggestions = answers.suggestions()
    notice = answers.notice()
    next = ma.fields.String(required=True, allow_none=True)


class StudioQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", metadata={"description": _("要找什么，词语或整段话；不填则列出全部")})
    kind = Many(Code(vocabulary.studio_kinds), metadata={"description": _("类别")})
    tier = Many(Code(vocabulary.studio_tiers), metadata={"description": _("梯次")})
    region = Many(Code(vocabulary.regions), metadata={"description": _("地区代码，包含其下级")})
    industry = Many(Code(vocabulary.industries), metadata={"description": _("行业代码，包含其下级")})
    sort = ma.fields.String(
        load_default=Sort.RELEVANCE.value,
        validate=ma.validate.OneOf((Sort.RELEVANCE, Sort.NEWEST)),
        metadata={"description": _("排序：相关度、最新")},
    )
