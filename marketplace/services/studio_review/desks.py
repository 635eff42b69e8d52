"""Who grades a studio and who decides an appeal: an office of its tier, or the next above where that one is vacant."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.errors import MustStayAway, NotAllowed, NotAtDesk
from marketplace.models import Account, ReviewAppeal, Studio, StudioReview
from marketplace.permissions import Actor, Grant, Permission, can, can_report, grades_at, signed_by
from marketplace.postbox import post
from marketplace.services.studio import offices
from marketplace.workflow import offices as staffed


def grading(session: Session, review: StudioReview) -> Grant:
    """Return the office that grades a review now."""
    unit = review.studio.organisation
    return offices.standing(session, unit, offices.chain(unit, review.tier))


def appealing(session: Session, review: StudioReview, appealed_from: str) -> Grant:
    """Return the office that decides an appeal against another: the next above, for the province itself."""
    unit = review.studio.organisation
    places = offices.chain(unit, review.tier)
    above = [it for number, it in enumerate(places) if appealed_from in {place.role for place in places[:number]}]
    return offices.standing(session, unit, above or [offices.PROVINCE])


def may_report(session: Session, actor: Actor, studio: Studio) -> bool:
    """Say whether the actor reports for a studio: the union of its unit, or an office above where nobody holds that."""
    if not can_report(actor, studio):
        return False
    unit = studio.organisation_id
    is_its_own = any(
        it.role == "admin" or (it.role == "unit_union" and it.organisation_id == unit) for it in actor.grants
    )
    return is_its_own or session.execute(staffed.staff(offices.union_of(unit)).limit(1)).first() is None


def require_reporter(session: Session, actor: Actor, studio: Studio) -> None:
    """Raise NotAllowed for whoever never reports for a studio, NotAtDesk where its own union does."""
    if not can_report(actor, studio):
        raise NotAllowed("submit", "studio_review")
    if not may_report(session, actor, studio):
        raise NotAtDesk("studio", studio.id, "unit_union")


def may_grade(session: Session, actor: Actor, review: StudioReview) -> bool:
    """Say whether the actor grades a review: in its office, with no part in the studio or its report."""
    return _office(session, actor, review) is not None and _bar(actor, review) is None


def may_decide(session: Session, actor: Actor, appeal: ReviewAppeal) -> bool:
    """Say whether the actor decides an appeal: in the office above, and not who graded the studio."""
    review, place = appeal.review, appealing(session, appeal.review, appeal.appealed_from)
    is_another = _account(actor.name) not in {_account(review.graded_by), _account(review.checked_by)}
    return grades_at(actor, place) is not None and is_another and _bar(actor, review) is None


def grader(session: Session, actor: Actor, review: StudioReview) -> tuple[Actor, str]:
    """Return who signs at the desk of a review, with the role; raise NotAllowed, NotAtDesk or MustStayAway."""
    if not can(actor, Permission.STUDIO_REVIEW):
        raise NotAllowed("review", "studio_review")
    held = _office(session, actor, review)
    if held is None:
        raise NotAtDesk("studio_review", review.id, grading(session, review).role)
    if (bar := _bar(actor, review)) is not None:
        raise MustStayAway("studio_review", bar)
    return _signing(actor, held), held.role


def decider(session: Session, actor: Actor, appeal: ReviewAppeal) -> Actor:
    """Return who signs the decision of an appeal; raise NotAtDesk or MustStayAway where it is not the actor's."""
    place = appealing(session, appeal.review, appeal.appealed_from)
    held = grades_at(actor, place)
    if held is None:
        raise NotAtDesk("review_appeal", appeal.id, place.role)
    if not may_decide(session, actor, appeal):
        raise MustStayAway("review_appeal", _bar(actor, appeal.review) or "decided")
    return _signing(actor, held)


def tell_unit(session: Session, kind: str, review: StudioReview, day: str = "") -> None:
    """Queue a mail about a review to the unit of a studio, whoever leads it, and the office that grades it."""
    graders = staffed.readers_of_mail(session, grading(session, review))
    tell(session, {*offices.of_unit(session, review.studio), *graders}, kind, review, day)


def tell_office(session: Session, place: Grant, review: StudioReview, day: str = "") -> None:
    """Queue a mail to an office that something of a review waits for it."""
    tell(session, staffed.readers_of_mail(session, place), "review_waits", review, day)


def tell(session: Session, accounts: Iterable[Account], kind: str, review: StudioReview, day: str = "") -> None:
    """Queue a mail about a review to some accounts."""
    for account in sorted(accounts, key=lambda it: it.id):
        post(session, account, kind, noun="studio", number=str(review.studio_id), review=str(review.id), day=day)


def _office(session: Session, actor: Actor, review: StudioReview) -> Grant | None:
    return grades_at(actor, grading(session, review))


def _bar(actor: Actor, review: StudioReview) -> str | None:
    """Say why the actor must stay away: he leads or belongs to the studio, handed the report in, or is of its unit."""
    studio = review.studio
    leaders = [it.person.account_id for it in studio.leaders if it.until is None]
    people = leaders + [it.person.account_id for it in studio.members if it.until is None]
    if actor.account_id is not None and actor.account_id in people:
        return "part"
    if actor.account_id is not None and _account(actor.name) in {
        _account(review.submitted_by),
        _account(review.mended_by),
    }:
        return "part"
    return "unit" if studio.organisation_id in actor.unit_ids else None


def _account(name: str | None) -> str | None:
    return signed_by(name)[0] if name else None


def _signing(actor: Actor, held: Grant) -> Actor:
    desk = next((it for it in actor.deputised if it.grant == held), None)
    return actor if desk is None or held in actor.grants else actor.as_deputy(desk)
