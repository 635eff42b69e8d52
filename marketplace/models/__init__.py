"""The nouns of the product as SQLAlchemy models, one file a noun."""

from marketplace.models.account import Account, RoleGrant
from marketplace.models.achievement import Achievement
from marketplace.models.achievement_parts import AppliedSite, Attachment, Contributor, Indicator, IntellectualProperty
from marketplace.models.audit import AuditEntry, SubmittedText
from marketplace.models.credentials import ApiToken, OneTimeLink, SignIn
from marketplace.models.demand import Demand
from marketplace.models.mail import Mail
from marketplace.models.match import Match
from marketplace.models.organisation import Organisation
from marketplace.models.outbox import OutboxEntry
from marketplace.models.outcome import Outcome
from marketplace.models.thesaurus import ThesaurusEntry, ThesaurusVersion
from marketplace.models.unanswered import UnansweredQuestion

__all__ = [
    "Account",
    "Achievement",
    "ApiToken",
    "AppliedSite",
    "Attachment",
    "AuditEntry",
    "Contributor",
    "Demand",
    "Indicator",
    "IntellectualProperty",
    "Mail",
    "Match",
    "OneTimeLink",
    "Organisation",
    "OutboxEntry",
    "Outcome",
    "RoleGrant",
    "SignIn",
    "SubmittedText",
    "ThesaurusEntry",
    "ThesaurusVersion",
    "UnansweredQuestion",
]
