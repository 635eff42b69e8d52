"""Who judges a round, and which of its nominations each of them stays away from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict
from marketplace.models import Account, AwardRound, Nomination, PanelMember, Proposal, ScoreSheet
from marketplace.permissions import PUBLIC, Actor, Permission, can, can_judge, readers_of
from marketplace.services.account.signing_in import grants_in_force
from marketplace.services.award import rounds
from marketplace.services.judging import seating

AUTHOR = N_("是作者，或与作者同名")
SAME_UNIT = N_("与作者同一单位")
KNOWS_AUTHOR = N_("在其他岗位上能看到作者")


def may_be_added(session: Session, actor: Actor, award_id: int) -> list[Account]:
    """Return who may still be called to the panel of a round, by name."""
    award = rounds.run_by(session, actor, award_id)
    return seating.may_be_called(session, award.panel, lambda judge: can_judge(judge, award))


def add(session: Session, actor: Actor, award_id: int, account_id: int) -> PanelMember:
    """Call a judge to the panel; while scores are being given he gets his sheets at once.

    Raises Conflict for whoever sits there already and once scoring has ended, NotAllowed for whoever is no judge for
    the place of the round, or runs it.
    """
    award = rounds.run_by(session, actor, award_id)
    if award.state not in ("open", "scoring", "second_round"):
        raise Conflict(N_("评分已经结束，不能再增加评审专家。"))
    account = seating.to_be_called(session, account_id, award.panel, lambda it: can_judge(it, award), "award")
    member = PanelMember(account=account)
    award.panel.append(member)
    session.flush()
    if award.state != "open":
        hand_out(session, award, scoring_of(award), [account], in_scoring(award))
    audit.record(session, actor, "call_judge", "award", award.id, payload={"account": account_id})
    return member


def remove(session: Session, actor: Actor, award_id: int, account_id: int) -> None:
    """Take a judge off the panel before scoring begins."""
    award = rounds.run_by(session, actor, award_id)
    if award.state != "open":
        raise Conflict(N_("评分已经开始，评审组不能再减人。"))
    award.panel.remove(seating.seat_of(award.panel, account_id))
    session.flush()
    audit.record(session, actor, "release_judge", "award", award.id, payload={"account": account_id})


def begin(session: Session, actor: Actor, award_id: int) -> AwardRound:
    """Close the round to nominations and hand out the sheets.

    Raises Conflict before the last day of the window is over, without nominations, and where a nomination would have
    fewer judges than the round needs once those have stayed away who must.
    """
    award = rounds.run_by(session, actor, award_id)
    if award.state != "open":
        raise Conflict(N_("评分已经开始。"))
    if today() <= award.closes_on:
        raise Conflict(N_("提名到 %(day)s 截止，之后才能开始评分。"), day=award.closes_on)
    nominations = rounds.alive(award)
    if not nominations:
        raise Conflict(N_("还没有提名，不能开始评分。"))
    judges = [member.account for member in award.panel]
    for nomination in nominations:
        require_enough(award, nomination, sum(exclusion(it, nomination.proposal) is None for it in judges))
    hand_out(session, award, 1, judges, nominations)
    rounds.to_state(session, actor, award, "scoring", "begin_scoring", panel=[it.account_id for it in award.panel])
    return award


def hand_out(
    session: Session, award: AwardRound, scoring: int, judges: Iterable[Account], nominations: list[Nomination]
) -> None:
    """Give each judge a sheet for each nomination, and tell him by mail.

    One he must stay away from is closed with the reason.
    """
    seating.hand_out(session, award.title, judges, nominations, lambda judge, it: _sheet(judge, it, scoring))


def exclusion(judge: Account, proposal: Proposal) -> str | None:
    """Return why a judge must stay away from a proposal, None where he need not.

    He is an author, belongs to the unit of the authors, or holds another office in which he may read who they are.
    """
    persons = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    if judge.id in persons or judge.name in {author.name for author in proposal.authors}:
        return AUTHOR
    units = {held.organisation_id for held in grants_in_force(judge)} | {judge.claimed_organisation_id}
    if proposal.organisation_id is not None and proposal.organisation_id in units:
        return SAME_UNIT
    actor = seating.acting(judge)
    reads = not (readers_of(proposal) & actor.tokens) <= {PUBLIC}
    return KNOWS_AUTHOR if reads or can(actor, Permission.BENEFIT_ATTEST, proposal) else None


@dataclass(frozen=True, slots=True)
class Seat:
    """A judge of the panel: how many of his sheets are locked, and what he stays away from, by alias and reason."""

    judge: Account
    locked: int
    count: int
    away: tuple[tuple[str, str], ...]


def standing(session: Session, award: AwardRound) -> list[Seat]:
    """Return how far each judge has come in the present round of scoring; it tells no points."""
    sheets = (
        sa.select(ScoreSheet.account_id, sa.func.count(ScoreSheet.locked_at), sa.func.count())
        .join(ScoreSheet.nomination)
        .where(Nomination.award_round_id == award.id, ScoreSheet.scoring == scoring_of(award))
    )
    given = sheets.where(ScoreSheet.recused_because.is_(None)).group_by(ScoreSheet.account_id)
    come = {judge: (locked, count) for judge, locked, count in session.execute(given)}
    away: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    kept_away = sheets.with_only_columns(ScoreSheet.account_id, Nomination.alias, ScoreSheet.recused_because)
    for judge, alias, reason in session.execute(
        kept_away.where(ScoreSheet.recused_because.is_not(None)).order_by(Nomination.id)
    ):
        away[judge].append((alias, reason or ""))
    return [
        Seat(it.account, *come.get(it.account_id, (0, 0)), tuple(away.get(it.account_id, ()))) for it in award.panel
    ]


def scoring_of(award: AwardRound) -> int:
    """Return which round of scoring is held, 1 or 2."""
    return 2 if award.state == "second_round" else 1


def in_scoring(award: AwardRound) -> list[Nomination]:
    """Return the nominations whose sheets are being filled in: in the second round those that had to go there."""
    found = rounds.alive(award)
    return found if scoring_of(award) == 1 else [it for it in found if _sheets(it, 2)]


def counting(nomination: Nomination, scoring: int) -> list[ScoreSheet]:
    """Return the sheets of those who do not stay away."""
    return [sheet for sheet in _sheets(nomination, scoring) if sheet.recused_because is None]


def require_enough(award: AwardRound, nomination: Nomination, count: int) -> None:
    """Raise Conflict where a nomination has fewer judges, without those who stay away, than the round needs."""
    if count < award.judges_needed:
        message = N_("%(alias)s 回避后只有 %(count)s 位评审专家，至少要 %(needed)s 位，请增加专家。")
        raise Conflict(message, alias=nomination.alias, count=count, needed=award.judges_needed)


def _sheet(judge: Account, nomination: Nomination, scoring: int) -> ScoreSheet:
    reason = exclusion(judge, nomination.proposal) or _declared(nomination, judge)
    sheet = ScoreSheet(account=judge, scoring=scoring, recused_because=reason, locked_at=now() if reason else None)
    nomination.sheets.append(sheet)
    return sheet


def _sheets(nomination: Nomination, scoring: int) -> list[ScoreSheet]:
    return [sheet for sheet in nomination.sheets if sheet.scoring == scoring]


def _declared(nomination: Nomination, judge: Account) -> str | None:
    """Return why a judge stayed away in the first round: it holds for the second."""
    return next((it.recused_because for it in nomination.sheets if it.account_id == judge.id), None)
