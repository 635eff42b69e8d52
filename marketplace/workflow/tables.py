"""Who may take a record from which state to which, as tables.

A transition names its action, the states it leaves, the state it reaches, the permission it needs and whether a reason
must be given. One ``at_desk`` is taken by the office the record lies with, which ``DESKS`` names for each state. One
that is part of a ``process`` (a publicity, an award, a merge) is taken by the service of that name alone, which keeps
the facts of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.permissions import Permission


@dataclass(frozen=True, slots=True)
class Transition:
    action: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    needs_reason: bool = False
    at_desk: bool = False
    process: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a record waits in a state: an office of ``desks.CHAINS``, and the rule that says for how long."""

    office: str
    period: str | None = None


def _step(
    action: str, source: str, target: str, permission: Permission, *, needs_reason: bool = False, process: str = ""
) -> Transition:
    return Transition(action, (source,), target, permission, needs_reason, at_desk=True, process=process)


_SHOWN = ("publicity", "objected")


def _objections(permission: Permission, upheld: str) -> tuple[Transition, ...]:
    """Return what an objection does to a record in publicity: anybody raises it, an office decides."""
    return (
        Transition("object", ("publicity",), "objected", Permission.OBJECTION_RAISE, process="publicity"),
        Transition("dismiss_objection", ("objected",), "publicity", permission, True, process="publicity"),
        Transition("uphold_objection", ("objected",), upheld, permission, True, process="publicity"),
    )


_SUBMIT, _ENDORSE = Permission.ACHIEVEMENT_SUBMIT, Permission.ACHIEVEMENT_ENDORSE
_FIRST, _FINAL = Permission.ACHIEVEMENT_FIRST_REVIEW, Permission.ACHIEVEMENT_REVIEW
_IN_REVIEW = {"submitted": _ENDORSE, "unit_endorsed": _FIRST, "first_review": _FINAL, "final_review": _FINAL}

ACHIEVEMENT = (
    Transition("submit", ("draft", "returned"), "submitted", _SUBMIT),
    _step("endorse", "submitted", "unit_endorsed", _ENDORSE),
    _step("pass_first_review", "unit_endorsed", "first_review", _FIRST),
    _step("pass_final_review", "first_review", "final_review", _FINAL),
    _step("announce", "final_review", "publicity", _FINAL, process="publicity"),
    _step("publish", "publicity", "published", _FINAL, process="publicity"),
    Transition("archive", ("published",), "archived", _FINAL),
    *(_step("return", state, "returned", it, needs_reason=True) for state, it in _IN_REVIEW.items()),
    *(_step("reject", state, "rejected", it, needs_reason=True) for state, it in _IN_REVIEW.items()),
    *_objections(_FINAL, "rejected"),
    Transition("withdraw", ("draft", *_IN_REVIEW, "returned"), "withdrawn", _SUBMIT),
    Transition("amend", ("published",), "final_review", _SUBMIT, needs_reason=True, process="amendment"),
    Transition("refuse_amendment", ("final_review", "objected"), "published", _FINAL, True, process="amendment"),
    Transition("take_back_amendment", ("final_review",), "published", _SUBMIT, process="amendment"),
    Transition("revoke", ("published", "archived"), "revoked", _FINAL, needs_reason=True),
)

_VERIFY = Permission.DEMAND_VERIFY

DEMAND = (
    Transition("submit", ("draft",), "submitted", Permission.DEMAND_POST),
    Transition("verify", ("submitted",), "verified", _VERIFY),
    Transition("open", ("verified",), "open", _VERIFY),
    Transition("begin_talks", ("open",), "in_talks", _VERIFY),
    Transition("solve", ("open", "in_talks"), "solved", _VERIFY),
    Transition("close", ("submitted", "verified", "open", "in_talks"), "closed_unsolved", _VERIFY, needs_reason=True),
    Transition("expire", ("open",), "expired", _VERIFY),
    # The two sides of a match may have begun to talk before the bids were opened.
    Transition("award_bid", ("open", "in_talks"), "in_talks", Permission.DEMAND_POST, process="open_bid"),
    Transition("renew", ("expired",), "open", Permission.DEMAND_POST, process="renewal"),
)

_PROPOSED = ("suggested", "seen")
_MATCH_ANSWER = Permission.MATCH_ANSWER
_DEAL, _REGISTER = Permission.DEAL_NEGOTIATE, Permission.DEAL_REGISTER

_BEFORE_A_DEAL = ("interest_e", "interest_o", "mutual", "introduced", "nda", "disclosed")

# Both sides must want it: the second interest makes it mutual, and either side may decline. A third brings them
# together, both sign an agreement on secrecy, and what it covers is opened; long silence ends it (rules 18 to 20).
MATCH = (
    Transition("see", ("suggested",), "seen", _MATCH_ANSWER, process="match"),
    Transition("interest_of_enterprise", _PROPOSED, "interest_e", _MATCH_ANSWER),
    Transition("interest_of_enterprise", ("interest_o",), "mutual", _MATCH_ANSWER),
    Transition("interest_of_owner", _PROPOSED, "interest_o", _MATCH_ANSWER),
    Transition("interest_of_owner", ("interest_e",), "mutual", _MATCH_ANSWER),
    Transition("decline", (*_PROPOSED, *_BEFORE_A_DEAL), "declined", _MATCH_ANSWER, True),
    Transition("introduce", ("mutual",), "introduced", Permission.MATCH_INTRODUCE, process="match"),
    Transition("agree_on_secrecy", ("introduced",), "nda", _MATCH_ANSWER, process="match"),
    Transition("disclose", ("nda",), "disclosed", _MATCH_ANSWER, process="match"),
    Transition("expire", ("seen", *_BEFORE_A_DEAL), "expired", Permission.MATCH_RUN, process="match"),
    # Either side begins again what silence ended; once the other wants it too, it goes on from the introduction it had.
    Transition("take_up_by_enterprise", ("expired",), "interest_e", _MATCH_ANSWER, process="match"),
    Transition("take_up_by_owner", ("expired",), "interest_o", _MATCH_ANSWER, process="match"),
    Transition("go_on", ("mutual",), "introduced", _MATCH_ANSWER, process="match"),
    # From here on a match goes the way of its deal, see ``services.deal.opening``.
    Transition("negotiate", ("introduced", "nda", "disclosed"), "negotiating", _DEAL, process="deal"),
    Transition("agree_intent", ("negotiating",), "letter_of_intent", _DEAL, process="deal"),
    Transition("sign", ("negotiating", "letter_of_intent"), "signed", _DEAL, process="deal"),
    Transition("register", ("signed",), "registered", _DEAL, process="deal"),
    Transition("put_to_use", ("signed", "registered"), "implemented", _DEAL, process="deal"),
    Transition("verify_benefit", ("implemented",), "verified", _DEAL, process="deal"),
    Transition(
        "terminate",
        ("negotiating", "letter_of_intent", "signed", "registered", "implemented"),
        "declined",
        _DEAL,
        needs_reason=True,
        process="deal",
    ),
)

# A contract may be registered late, or never: it is in use all the same, and its amount is shown apart until it is.
DEAL = (
    Transition("agree_intent", ("negotiating",), "letter_of_intent", _DEAL, process="deal"),
    Transition("sign", ("negotiating", "letter_of_intent"), "signed", _DEAL, process="deal"),
    Transition("register", ("signed",), "registered", _REGISTER, process="deal"),
    Transition("put_to_use", ("signed", "registered"), "implemented", _DEAL, process="deal"),
    Transition("verify_benefit", ("implemented",), "verified", Permission.BENEFIT_VERIFY, process="deal"),
    Transition(
        "terminate",
        ("negotiating", "letter_of_intent", "signed", "registered", "implemented"),
        "terminated",
        _DEAL,
        needs_reason=True,
        process="deal",
    ),
)

_KEEP, _TRADE, _RUN = Permission.LISTING_KEEP, Permission.DEAL_NEGOTIATE, Permission.LISTING_RUN

# An exclusive listing is reserved for one who negotiates, and taken or set free by what becomes of his deal; any other
# stays open to all, and is licensed again and again.
LISTING = (
    Transition("list", ("unlisted", "expired", "withdrawn"), "listed", _KEEP),
    Transition("withdraw", ("unlisted", "listed", "licensed_ordinary"), "withdrawn", _KEEP),
    Transition("take_down", ("unlisted", "listed", "licensed_ordinary"), "withdrawn", _RUN, needs_reason=True),
    Transition("expire", ("listed", "licensed_ordinary"), "expired", _RUN, process="listing"),
    Transition("list_for_deal", ("unlisted",), "listed", _TRADE, process="listing"),
    Transition("reserve", ("listed",), "in_negotiation", _TRADE, process="listing"),
    Transition("set_free", ("in_negotiation",), "listed", _TRADE, process="listing"),
    # Who has a licence alone may go on to have the right itself.
    Transition("transfer", ("in_negotiation", "licensed_exclusive"), "transferred", _TRADE, process="listing"),
    Transition("license_exclusively", ("in_negotiation",), "licensed_exclusive", _TRADE, process="listing"),
    Transition("license_ordinarily", ("listed",), "licensed_ordinary", _TRADE, process="listing"),
    # What an auction did not sell, and what is left once somebody has the achievement to himself.
    Transition("fall_through", ("listed",), "expired", _TRADE, process="listing"),
    Transition("close", ("unlisted", "listed", "licensed_ordinary"), "withdrawn", _TRADE, process="listing"),
)

# The lots, the stages and the scores of a contest change no state of who takes part in it.
CONTESTANT = (
    Transition("withdraw", ("registered",), "withdrawn", Permission.PARTICIPATION_RECORD, True, process="contest"),
    Transition("disqualify", ("registered",), "disqualified", Permission.CAMPAIGN_RUN, True, process="contest"),
    Transition("return", ("withdrawn",), "registered", Permission.PARTICIPATION_RECORD, process="contest"),
    Transition("announce", ("registered",), "publicity", Permission.CAMPAIGN_RUN, process="contest"),
    *_objections(Permission.OBJECTION_DECIDE, "struck"),
    Transition("strike", ("publicity", "objected"), "struck", Permission.CAMPAIGN_RUN, True, process="contest"),
    Transition("award", ("publicity",), "awarded", Permission.CAMPAIGN_RUN, process="contest"),
    Transition("revoke", ("awarded",), "revoked", Permission.CAMPAIGN_RUN, True, process="contest"),
)

# Who leaves the competition leaves the list as well. Without days of publicity a grade is told when it is given.
COMPETITION_REGISTRATION = (
    Transition(
        "grade", ("registered", "graded", "struck", "announced", "revoked"), "graded", Permission.CAMPAIGN_RUN,
        process="competition",
    ),
    Transition("announce", ("graded",), "publicity", Permission.CAMPAIGN_RUN, process="competition"),
    *_objections(Permission.OBJECTION_DECIDE, "struck"),
    Transition("strike", _SHOWN, "struck", Permission.CAMPAIGN_RUN, True, process="competition"),
    Transition("withdraw", _SHOWN, "struck", Permission.PARTICIPATION_CONFIRM, True, process="competition"),
    Transition("publish", ("graded", "publicity"), "announced", Permission.CAMPAIGN_RUN, process="competition"),
    Transition("revoke", ("announced",), "revoked", Permission.CAMPAIGN_RUN, True, process="competition"),
    Transition(
        "return", ("graded", "struck", "announced", "revoked"), "registered", Permission.PARTICIPATION_CONFIRM,
        process="competition",
    ),
)  # fmt: skip

COMPETITION_SHOWCASE = (
    Transition("announce", ("proposed",), "publicity", Permission.CAMPAIGN_RUN, process="competition"),
    *_objections(Permission.OBJECTION_DECIDE, "struck"),
    Transition("strike", ("proposed", *_SHOWN), "struck", Permission.CAMPAIGN_RUN, True, process="competition"),
    Transition("name", ("proposed", "publicity"), "named", Permission.CAMPAIGN_RUN, process="competition"),
    Transition("revoke", ("named",), "revoked", Permission.CAMPAIGN_RUN, True, process="competition"),
)

PRICE_NOTICE = (
    *_objections(Permission.OBJECTION_DECIDE, "struck"),
    Transition("replace", ("publicity", "objected", "passed"), "replaced", _TRADE, process="listing"),
    Transition("pass", ("publicity",), "passed", _TRADE, process="listing"),
)

_PROPOSE, _ANSWER = Permission.PROPOSAL_SUBMIT, Permission.PROPOSAL_ANSWER
_NOMINATE, _AWARD = Permission.PROPOSAL_NOMINATE, Permission.AWARD_RUN
_UNANSWERED = ("submitted", "screened", "unit_review")

# What a unit decides is its own; a record is nominated, scored and awarded by the office that runs the round.
PROPOSAL = (
    Transition("submit", ("draft", "returned"), "submitted", _PROPOSE),
    _step("screen", "submitted", "screened", _ANSWER),
    _step("reject", "submitted", "rejected", _ANSWER, needs_reason=True),
    _step("take_up", "screened", "unit_review", _ANSWER),
    _step("adopt", "unit_review", "adopted", _ANSWER),
    _step("adopt_partly", "unit_review", "partly_adopted", _ANSWER, needs_reason=True, process="answer"),
    _step("shelve", "unit_review", "shelved", _ANSWER, needs_reason=True),
    _step("decline", "unit_review", "not_adopted", _ANSWER, needs_reason=True),
    *(_step("return", state, "returned", _ANSWER, needs_reason=True) for state in _UNANSWERED),
    Transition("reoffer", ("shelved",), "unit_review", _ANSWER),
    _step("begin", "adopted", "implementing", _ANSWER),
    _step("begin", "partly_adopted", "implementing", _ANSWER),
    _step("complete", "implementing", "implemented", _ANSWER, process="answer"),
    _step("verify_benefit", "implemented", "benefit_verified", Permission.BENEFIT_VERIFY, process="benefit"),
    Transition("revoke", ("benefit_verified",), "revoked", Permission.BENEFIT_VERIFY, True, process="benefit"),
    # What was awarded at one level may go on to a higher one, and keeps its award where it is not chosen there.
    Transition("nominate", ("benefit_verified", "awarded"), "nominated", _NOMINATE, process="award"),
    Transition("keep_award", ("benefit_verified",), "awarded", _AWARD, process="award"),
    Transition("score", ("nominated",), "scored", _AWARD, process="award"),
    Transition("pass_over", ("nominated", "scored", "publicity"), "benefit_verified", _AWARD, True, process="award"),
    Transition("announce", ("scored",), "publicity", _AWARD, process="award"),
    *_objections(Permission.OBJECTION_DECIDE, "benefit_verified"),
    Transition("award", ("publicity",), "awarded", _AWARD, process="award"),
    Transition("revoke", ("awarded",), "revoked", _AWARD, True, process="award"),
    Transition("withdraw", ("draft", *_UNANSWERED, "returned", "shelved"), "withdrawn", _PROPOSE),
    Transition("merge", (*_UNANSWERED, "shelved"), "merged", _ANSWER, True, process="merge"),
    *(
        Transition("undo_merge", ("merged",), state, _ANSWER, True, process="merge")
        for state in (*_UNANSWERED, "shelved")
    ),
)

_APPLY, _RECOMMEND, _NAMING = Permission.NAMING_APPLY, Permission.NAMING_RECOMMEND, Permission.NAMING_RUN

# Whose an application is at each step, and until when, is told by its batch: it lies on no desk.
STUDIO_APPLICATION = (
    Transition("reapply", ("returned", "withdrawn"), "applied", _APPLY, process="naming"),
    Transition("withdraw", ("applied", "returned", "recommended"), "withdrawn", _APPLY, process="naming"),
    Transition("recommend", ("applied",), "recommended", _RECOMMEND, process="naming"),
    Transition("not_recommend", ("applied",), "not_recommended", _RECOMMEND, True, process="naming"),
    Transition("return", ("applied",), "returned", _RECOMMEND, True, process="naming"),
    Transition(
        "set_aside", ("applied", "returned", "recommended", "proposed"), "not_selected", _NAMING, True, process="naming"
    ),
    # A later meeting may decide otherwise, and whoever is next takes the place of one that was struck.
    Transition("pass_over", ("recommended", "proposed"), "not_selected", _NAMING, True, process="naming"),
    Transition("propose", ("recommended", "not_selected"), "proposed", _NAMING, process="naming"),
    Transition("announce", ("proposed",), "publicity", _NAMING, process="naming"),
    *_objections(Permission.OBJECTION_DECIDE, "struck"),
    # What cannot be named any more leaves the list without an objection: a studio that was closed, or gave up.
    Transition("strike", ("publicity", "objected"), "struck", _NAMING, True, process="naming"),
    Transition("name", ("publicity",), "named", _NAMING, process="naming"),
    Transition("revoke", ("named",), "revoked", _NAMING, True, process="naming"),
)

DESKS: Mapping[str, Mapping[str, Desk]] = {
    "achievement": {
        "submitted": Desk("unit", "unit_endorsement"),
        "unit_endorsed": Desk("territory", "first_review"),
        "first_review": Desk("province", "final_review"),
        "final_review": Desk("province", "final_review"),
        "publicity": Desk("province"),
        "objected": Desk("province", "objection_handling"),
        "returned": Desk("author", "author_correction"),
    },
    "proposal": {
        "submitted": Desk("unit", "proposal_screening"),
        "screened": Desk("unit", "unit_answer"),
        "unit_review": Desk("unit", "unit_answer"),
        "adopted": Desk("unit", "implementation_report"),
        "partly_adopted": Desk("unit", "implementation_report"),
        "implementing": Desk("unit", "implementation_report"),
        "implemented": Desk("county", "benefit_verification"),
        "returned": Desk("author", "author_correction"),
    },
}
