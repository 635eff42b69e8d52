"""The nouns of the product as SQLAlchemy models, one file a noun."""

from marketplace.models.account import Account, RoleGrant
from marketplace.models.achievement import Achievement
from marketplace.models.achievement_parts import AppliedSite, Attachment, Contributor, Indicator, IntellectualProperty
from marketplace.models.agreement import Agreeing
from marketplace.models.amendment import AmendedContributor, Amendment
from marketplace.models.audit import AuditEntry, SubmittedText, TimeStamp
from marketplace.models.award import AwardRound, Nomination, PanelMember, ScoreSheet
from marketplace.models.benefit import ApplicationBlock, Benefit, BenefitReference
from marketplace.models.credentials import ApiToken, OneTimeLink, RecoveryCode, SignIn
from marketplace.models.demand import Demand
from marketplace.models.deputation import Deputation
from marketplace.models.export import Export
from marketplace.models.file import Evidence, StoredFile
from marketplace.models.honour import Honour
from marketplace.models.mail import Mail
from marketplace.models.match import Match
from marketplace.models.organisation import Organisation
from marketplace.models.outbox import OutboxEntry
from marketplace.models.outcome import Outcome
from marketplace.models.person import AidRecord, Person
from marketplace.models.personal_data import PersonalDataClearance
from marketplace.models.proposal import Proposal, ProposalAuthor, ProposalVote
from marketplace.models.publicity import Objection, Publicity, PublicityEntry
from marketplace.models.relation import Improvement, JoinRequest
from marketplace.models.rule import RuleValue
from marketplace.models.showcase import Collection, CollectionItem, ShowcaseVersion, Slot, Story
from marketplace.models.studio import Studio, StudioTier
from marketplace.models.studio_parts import (
    AllianceMember,
    Apprenticeship,
    GrantUse,
    StudioDossier,
    StudioGrant,
    StudioLeader,
    StudioMember,
    StudioMove,
    StudioResult,
    StudioYear,
)
from marketplace.models.task import Recusal, Task
from marketplace.models.thesaurus import ThesaurusEntry, ThesaurusVersion
from marketplace.models.unanswered import UnansweredQuestion

__all__ = [
    "Account",
    "Achievement",
    "Agreeing",
    "AidRecord",
    "AllianceMember",
    "AmendedContributor",
    "Amendment",
    "ApiToken",
    "ApplicationBlock",
    "AppliedSite",
    "Apprenticeship",
    "Attachment",
    "AuditEntry",
    "AwardRound",
    "Benefit",
    "BenefitReference",
    "Collection",
    "CollectionItem",
    "Contributor",
    "Demand",
    "Deputation",
    "Evidence",
    "Export",
    "GrantUse",
    "Honour",
    "Improvement",
    "Indicator",
    "IntellectualProperty",
    "JoinRequest",
    "Mail",
    "Match",
    "Nomination",
    "Objection",
    "OneTimeLink",
    "Organisation",
    "OutboxEntry",
    "Outcome",
    "PanelMember",
    "Person",
    "PersonalDataClearance",
    "Proposal",
    "ProposalAuthor",
    "ProposalVote",
    "Publicity",
    "PublicityEntry",
    "RecoveryCode",
    "Recusal",
    "RoleGrant",
    "RuleValue",
    "ScoreSheet",
    "ShowcaseVersion",
    "SignIn",
    "Slot",
    "StoredFile",
    "Story",
    "Studio",
    "StudioDossier",
    "StudioGrant",
    "StudioLeader",
    "StudioMember",
    "StudioMove",
    "StudioResult",
    "StudioTier",
    "StudioYear",
    "SubmittedText",
    "Task",
    "ThesaurusEntry",
    "ThesaurusVersion",
    "TimeStamp",
    "UnansweredQuestion",
]
