"""The nouns of the product as SQLAlchemy models: one file a noun, in packages by whom they serve."""

from marketplace.models.audit import AuditEntry, SubmittedText, TimeStamp
from marketplace.models.curation.showcase import Collection, CollectionItem, ShowcaseVersion, Slot, Story
from marketplace.models.curation.thesaurus import ThesaurusEntry, ThesaurusVersion
from marketplace.models.curation.unanswered import UnansweredQuestion
from marketplace.models.export import Export
from marketplace.models.following.favourite import Favourite
from marketplace.models.following.notice import Notice, NoticePreference
from marketplace.models.following.saved_search import ChangedRecord, SavedSearch, SavedSearchHit
from marketplace.models.following.webhook import Webhook, WebhookDelivery
from marketplace.models.mail import Mail
from marketplace.models.market.auction import Auction, AuctionBid, AuctionBidder
from marketplace.models.market.clearance import FirstRefusal, FirstRefusalAnswer, PriceNotice
from marketplace.models.market.deal import Deal, OwnerShare
from marketplace.models.market.deal_income import DealPayment, DealStory, IncomeShare, OwnerIncome
from marketplace.models.market.deal_room import CalendarFeed, DealMessage, DealReading, DealTask, TermSheet
from marketplace.models.market.demand_check import DemandCheck
from marketplace.models.market.listing import Listing, ListingOffer
from marketplace.models.market.match import Match
from marketplace.models.market.nda import DisclosureView, MatchMessage, Nda
from marketplace.models.market.open_bid import OpenBid, OpenBidMilestone, OpenCall
from marketplace.models.market.outcome import Outcome
from marketplace.models.outbox import OutboxEntry
from marketplace.models.participation.campaign import Campaign, CampaignItem, CampaignTarget
from marketplace.models.participation.competition import (
    CompetitionAbsence,
    CompetitionEvaluation,
    CompetitionIndicator,
    CompetitionRegistration,
    CompetitionShowcase,
    CompetitionValue,
)
from marketplace.models.participation.contest import Contest, ContestGroup, ContestJudge, ContestStage
from marketplace.models.participation.contestant import Contestant, ContestResult, ContestSheet
from marketplace.models.participation.entry import ParticipationEntry, PeriodClose, PeriodErratum
from marketplace.models.participation.headcount import DesignatedSize, Headcount, YearlyTarget
from marketplace.models.participation.report import FrozenReport, Report
from marketplace.models.participation.tally import (
    ParticipationMover,
    ParticipationObject,
    ParticipationOverlap,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
    ParticipationUnit,
)
from marketplace.models.people.account import Account, RoleGrant
from marketplace.models.people.credentials import ApiToken, OneTimeLink, RecoveryCode, SignIn
from marketplace.models.people.crew import Crew, CrewFinding, CrewHonour, CrewInnovation
from marketplace.models.people.deputation import Deputation
from marketplace.models.people.honour import Honour
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.outreach import Outreach, OutreachAttendance, OutreachInvitation, OutreachSpeaker
from marketplace.models.people.person import AidRecord, Management, Person
from marketplace.models.proposals.award import AwardRound, Nomination, PanelMember, ScoreSheet
from marketplace.models.proposals.benefit import ApplicationBlock, Benefit, BenefitReference
from marketplace.models.proposals.proposal import Proposal, ProposalAuthor, ProposalVote
from marketplace.models.records.achievement import Achievement
from marketplace.models.records.achievement_parts import (
    AppliedSite,
    Attachment,
    Contributor,
    Indicator,
    IntellectualProperty,
)
from marketplace.models.records.agreement import Agreeing
from marketplace.models.records.amendment import AmendedContributor, Amendment
from marketplace.models.records.demand import Demand
from marketplace.models.records.file import Evidence, StoredFile
from marketplace.models.records.personal_data import PersonalDataClearance
from marketplace.models.records.relation import Improvement, JoinRequest
from marketplace.models.review.publicity import Objection, Publicity, PublicityEntry
from marketplace.models.review.task import Recusal, Task
from marketplace.models.rule import RuleValue
from marketplace.models.studios.annual_review import ReviewAppeal, ReviewYear, StudioReview
from marketplace.models.studios.naming_batch import NamingBatch, NamingJudge, NamingMeeting, NamingNotice
from marketplace.models.studios.photo import StudioPhoto
from marketplace.models.studios.studio import Studio, StudioTier
from marketplace.models.studios.studio_application import NamingSheet, StudioApplication
from marketplace.models.studios.studio_parts import (
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
    "Auction",
    "AuctionBid",
    "AuctionBidder",
    "AuditEntry",
    "AwardRound",
    "Benefit",
    "BenefitReference",
    "CalendarFeed",
    "Campaign",
    "CampaignItem",
    "CampaignTarget",
    "ChangedRecord",
    "Collection",
    "CollectionItem",
    "CompetitionAbsence",
    "CompetitionEvaluation",
    "CompetitionIndicator",
    "CompetitionRegistration",
    "CompetitionShowcase",
    "CompetitionValue",
    "Contest",
    "ContestGroup",
    "ContestJudge",
    "ContestResult",
    "ContestSheet",
    "ContestStage",
    "Contestant",
    "Contributor",
    "Crew",
    "CrewFinding",
    "CrewHonour",
    "CrewInnovation",
    "Deal",
    "DealMessage",
    "DealPayment",
    "DealReading",
    "DealStory",
    "DealTask",
    "Demand",
    "DemandCheck",
    "Deputation",
    "DesignatedSize",
    "DisclosureView",
    "Evidence",
    "Export",
    "Favourite",
    "FirstRefusal",
    "FirstRefusalAnswer",
    "FrozenReport",
    "GrantUse",
    "Headcount",
    "Honour",
    "Improvement",
    "IncomeShare",
    "Indicator",
    "IntellectualProperty",
    "JoinRequest",
    "Listing",
    "ListingOffer",
    "Mail",
    "Management",
    "Match",
    "MatchMessage",
    "NamingBatch",
    "NamingJudge",
    "NamingMeeting",
    "NamingNotice",
    "NamingSheet",
    "Nda",
    "Nomination",
    "Notice",
    "NoticePreference",
    "Objection",
    "OneTimeLink",
    "OpenBid",
    "OpenBidMilestone",
    "OpenCall",
    "Organisation",
    "OutboxEntry",
    "Outcome",
    "Outreach",
    "OutreachAttendance",
    "OutreachInvitation",
    "OutreachSpeaker",
    "OwnerIncome",
    "OwnerShare",
    "PanelMember",
    "ParticipationEntry",
    "ParticipationMover",
    "ParticipationObject",
    "ParticipationOverlap",
    "ParticipationPerson",
    "ParticipationPlace",
    "ParticipationTally",
    "ParticipationUnit",
    "PeriodClose",
    "PeriodErratum",
    "Person",
    "PersonalDataClearance",
    "PriceNotice",
    "Proposal",
    "ProposalAuthor",
    "ProposalVote",
    "Publicity",
    "PublicityEntry",
    "RecoveryCode",
    "Recusal",
    "Report",
    "ReviewAppeal",
    "ReviewYear",
    "RoleGrant",
    "RuleValue",
    "SavedSearch",
    "SavedSearchHit",
    "ScoreSheet",
    "ShowcaseVersion",
    "SignIn",
    "Slot",
    "StoredFile",
    "Story",
    "Studio",
    "StudioApplication",
    "StudioDossier",
    "StudioGrant",
    "StudioLeader",
    "StudioMember",
    "StudioMove",
    "StudioPhoto",
    "StudioResult",
    "StudioReview",
    "StudioTier",
    "StudioYear",
    "SubmittedText",
    "Task",
    "TermSheet",
    "ThesaurusEntry",
    "ThesaurusVersion",
    "TimeStamp",
    "UnansweredQuestion",
    "Webhook",
    "WebhookDelivery",
    "YearlyTarget",
]
