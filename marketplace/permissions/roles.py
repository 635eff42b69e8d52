"""What each role may do, whose records it reads, which scope it needs and to whom it may give which role: tables."""

from __future__ import annotations

import enum

from marketplace.models.people.account import ROLES

PUBLIC = "public"
PROVINCE = "province"


class Permission(enum.StrEnum):
    ACCOUNT_MANAGE = "account:manage"
    ACHIEVEMENT_ENDORSE = "achievement:endorse"
    ACHIEVEMENT_FIRST_REVIEW = "achievement:first_review"
    ACHIEVEMENT_IMPORT = "achievement:import"
    ACHIEVEMENT_REVIEW = "achievement:review"
    ACHIEVEMENT_SUBMIT = "achievement:submit"
    AWARD_JUDGE = "award:judge"
    AWARD_RUN = "award:run"
    BENEFIT_ATTEST = "benefit:attest"
    BENEFIT_CLAIM = "benefit:claim"
    BENEFIT_VERIFY = "benefit:verify"
    CAMPAIGN_RUN = "campaign:run"
    CONTEST_JUDGE = "contest:judge"
    CURATION_ENTER = "curation:enter"
    DEAL_NEGOTIATE = "deal:negotiate"
    DEAL_REGISTER = "deal:register"
    DEMAND_EDIT = "demand:edit"
    DEMAND_IMPORT = "demand:import"
    DEMAND_POST = "demand:post"
    DEMAND_VERIFY = "demand:verify"
    FOLLOWING_MANAGE = "following:manage"
    HONOUR_RECORD = "honour:record"
    LISTING_KEEP = "listing:keep"
    LISTING_OFFER = "listing:offer"
    LISTING_RUN = "listing:run"
    MATCH_ANSWER = "match:answer"
    MATCH_INTRODUCE = "match:introduce"
    MATCH_RUN = "match:run"
    NAMING_APPLY = "naming:apply"
    NAMING_JUDGE = "naming:judge"
    NAMING_RECOMMEND = "naming:recommend"
    NAMING_RUN = "naming:run"
    OBJECTION_DECIDE = "objection:decide"
    OBJECTION_RAISE = "objection:raise"
    ORGANISATION_IMPORT = "organisation:import"
    OUTREACH_RUN = "outreach:run"
    PARTICIPATION_CONFIRM = "participation:confirm"
    PARTICIPATION_RECORD = "participation:record"
    PERSON_UNMASK = "person:unmask"
    PROPOSAL_ANSWER = "proposal:answer"
    PROPOSAL_IMPORT = "proposal:import"
    PROPOSAL_NOMINATE = "proposal:nominate"
    PROPOSAL_SUBMIT = "proposal:submit"
    RULE_SET = "rule:set"
    SHOWCASE_CURATE = "showcase:curate"
    STUDIO_RECORD = "studio:record"
    STUDIO_REVIEW = "studio:review"
    THESAURUS_CURATE = "thesaurus:curate"


# Anybody may post a demand; it stays unseen by others until staff have verified it. A match is answered only for a
# record of one's own, see ``can_answer_for``, and a deal is its parties' to negotiate, see ``side_in``. Whoever knows
# better may object to what is in publicity. Anybody with an account sees to what he follows, see ``keeper``.
OF_ANYBODY = frozenset(
    {
        Permission.DEAL_NEGOTIATE, Permission.DEMAND_POST, Permission.FOLLOWING_MANAGE, Permission.MATCH_ANSWER,
        Permission.OBJECTION_RAISE,
    }
)  # fmt: skip

# A submission is its author's, wherever it lies, and so is what he made to offer it.
OF_ITS_AUTHOR = frozenset(
    {
        Permission.ACHIEVEMENT_SUBMIT, Permission.BENEFIT_CLAIM, Permission.LISTING_KEEP, Permission.PROPOSAL_SUBMIT,
    }
)  # fmt: skip

# Whoever submits also says what he took part in himself.
_SUBMITTING = OF_ITS_AUTHOR | {Permission.PARTICIPATION_RECORD}
# What an office above does in place of a vacant one.
_OF_A_UNIT = frozenset({Permission.ACHIEVEMENT_ENDORSE, Permission.PROPOSAL_ANSWER})
# Whom an office keeps a file of, it also cares for.
_KEEPING_FILES = frozenset({Permission.HONOUR_RECORD, Permission.PERSON_UNMASK, Permission.STUDIO_RECORD})
_OFFICE = _KEEPING_FILES | {
    Permission.ACCOUNT_MANAGE,
    Permission.CAMPAIGN_RUN,
    Permission.CURATION_ENTER,
    Permission.OUTREACH_RUN,
    Permission.PARTICIPATION_CONFIRM,
    Permission.PROPOSAL_NOMINATE,
}
_UNIT = _SUBMITTING | _OF_A_UNIT | _OFFICE | {Permission.AWARD_RUN, Permission.NAMING_APPLY, Permission.PROPOSAL_IMPORT}
_TERRITORY = _OFFICE | {
    Permission.AWARD_RUN,
    Permission.BENEFIT_VERIFY,
    Permission.DEAL_REGISTER,
    Permission.DEMAND_VERIFY,
    Permission.MATCH_INTRODUCE,
    Permission.NAMING_RECOMMEND,
    Permission.NAMING_RUN,
    Permission.OBJECTION_DECIDE,
    Permission.PROPOSAL_IMPORT,
    Permission.STUDIO_REVIEW,
}
# Who runs a selection neither judges nor applies in it, who verifies a benefit does not attest it, and who sees to the
# market neither sells nor buys.
_OF_OTHERS = {
    Permission.AWARD_JUDGE, Permission.BENEFIT_ATTEST, Permission.LISTING_KEEP, Permission.LISTING_OFFER,
    Permission.NAMING_APPLY, Permission.NAMING_JUDGE, Permission.CONTEST_JUDGE,
}  # fmt: skip
_PROVINCE = frozenset(Permission) - _OF_OTHERS

# What a role holds beside that, for the records its scope covers.
PERMISSIONS: dict[str, frozenset[Permission]] = {
    "admin": _PROVINCE,
    "province_curator": _PROVINCE,
    "auditor": frozenset({Permission.CURATION_ENTER}),
    "city": _TERRITORY | _OF_A_UNIT | {Permission.ACHIEVEMENT_FIRST_REVIEW},
    "industry_union": _TERRITORY | {Permission.ACHIEVEMENT_FIRST_REVIEW},
    "county": _TERRITORY | _OF_A_UNIT,
    "unit_union": _UNIT,
    "enterprise": _SUBMITTING | {Permission.LISTING_OFFER},
    "broker": frozenset({Permission.MATCH_INTRODUCE}),
    "judge": frozenset({Permission.AWARD_JUDGE, Permission.CONTEST_JUDGE, Permission.NAMING_JUDGE}),
    "finance_attestor": frozenset({Permission.BENEFIT_ATTEST}),
    "studio_leader": _SUBMITTING,
    "worker": _SUBMITTING,
}

# Of which level the honours are that a role records and revokes; the province records those of every level.
HONOURS_GIVEN: dict[str, frozenset[str]] = {
    "unit_union": frozenset({"unit"}),
    "county": frozenset({"unit", "county"}),
    "city": frozenset({"unit", "county", "city"}),
    "industry_union": frozenset({"unit", "industry"}),
}

# Whoever holds one of these reads every record of the province.
PROVINCE_STAFF = ("admin", "province_curator")
# These read what was submitted anywhere in the region or the industry of their scope.
TERRITORIAL = ("auditor", "city", "industry_union", "county")
# These act for an organisation: they read, and own, its records.
OF_AN_ORGANISATION = ("unit_union", "enterprise")
# These work in a unit, and submit and support proposals there.
WORKING_IN_A_UNIT = ("unit_union", "studio_leader", "worker")
# These are in force only where a code was given beside the password.
NEEDS_SECOND_FACTOR = PROVINCE_STAFF

_BELOW_PROVINCE = frozenset(ROLES) - set(PROVINCE_STAFF)
_OF_UNITS = frozenset({"unit_union", "enterprise", "worker", "studio_leader", "finance_attestor"})

# Which roles a role may give and take back, within its own scope.
GRANTABLE: dict[str, frozenset[str]] = {
    "admin": frozenset(ROLES),
    "province_curator": _BELOW_PROVINCE,
    "city": _OF_UNITS | {"county", "broker"},
    "industry_union": _OF_UNITS,
    "county": _OF_UNITS,
    # A unit names who attests for its finance; an attestor from outside is named by an office above it.
    "unit_union": frozenset({"worker", "studio_leader", "finance_attestor"}),
}

# Who may be named to see to the desk of a role while its holder is away: the same office or one above it, in the
# order in which one stands in for another. What is no desk (to judge, to attest, to audit) is seen to by nobody else.
DEPUTIES: dict[str, tuple[str, ...]] = {
    "unit_union": ("unit_union", "county", "city", "province_curator"),
    "county": ("county", "city", "province_curator"),
    "city": ("city", "province_curator"),
    "industry_union": ("industry_union", "province_curator"),
    "province_curator": ("province_curator",),
}

# What the scope of a role must, may or must not state: (region, industry, organisation). The number is the level of
# the region: 2 for a city, 3 for a county.
_ANY, _NONE, _MUST = "any", "none", "must"
SCOPES: dict[str, tuple[str | int, str, str]] = {
    "admin": (_NONE, _NONE, _NONE),
    "province_curator": (_NONE, _NONE, _NONE),
    "auditor": (_ANY, _ANY, _NONE),
    "city": (2, _NONE, _NONE),
    "industry_union": (_ANY, _MUST, _NONE),
    "county": (3, _NONE, _NONE),
    "unit_union": (_NONE, _NONE, _MUST),
    "enterprise": (_NONE, _NONE, _MUST),
    "broker": (_ANY, _ANY, _NONE),
    "judge": (_ANY, _ANY, _NONE),
    "finance_attestor": (_ANY, _NONE, _ANY),
    "studio_leader": (_NONE, _NONE, _ANY),
    "worker": (_NONE, _NONE, _ANY),
}
