"""What anybody may read of golden ideas, the verification of a certificate, and what an author learns of a round."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models.proposals.award import LEVELS
from marketplace.runtime import runtime
from marketplace.services.award import certificate as certificates
from marketplace.services.award import deciding, granting, promotion, results, rounds
from marketplace.services.contest import certificates as contest_certificates
from marketplace.web.actor import actor, sign_in_first

blueprint = Blueprint("awards", __name__)

_PAGE = 50


@blueprint.get("/golden-ideas")
def golden_ideas() -> str:
    after, year = (request.args.get(name, type=int) for name in ("after", "year"))
    level = request.args.get("level")
    level = level if level in LEVELS else None
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = granting.golden_ideas(session, limit=_PAGE + 1, after=after, year=year, level=level)
        return render_template(
            "awards/golden_ideas.html",
            ideas=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            years=granting.years(session),
            levels=list(vocabulary.award_levels),
            asked={"year": year, "level": level},
        )


@blueprint.get("/golden-ideas/rounds")
def award_rounds() -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        found = rounds.listed(session, limit=_PAGE + 1, after=after)
        return render_template(
            "awards/rounds.html",
            rounds=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/golden-ideas/rounds/<int:award_id>")
def award_round(award_id: int) -> str:
    with runtime().sessions() as session:
        award = rounds.get(session, award_id)
        return render_template(
            "awards/round.html", award=award, lists=deciding.lists_of(session, award),
            ideas=granting.of_round(session, award),
        )  # fmt: skip


@blueprint.get("/verify")
def verify_form() -> ResponseReturnValue:
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for(".verify", number=number[:40]), 303)
    return render_template("awards/verify.html", number="", found=None)


@blueprint.get("/verify/<number>")
def verify(number: str) -> ResponseReturnValue:
    """Say whether a certificate number is valid, revoked or unknown, and what the certificate states."""
    with runtime().sessions() as session:
        found = granting.verify(session, number)
        if found is None and contest_certificates.verify(session, number) is not None:
            return redirect(url_for("contests.verify", number=number), 303)
        may_take = found is not None and found.is_valid and certificates.may_take(actor(), found.nomination)
        page = render_template("awards/verify.html", number=number, found=found, may_take=may_take)
        return page, 200 if found else 404


@blueprint.get("/verify/<number>/certificate.pdf")
def certificate(number: str) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    address = url_for(".verify", number=number, _external=True)
    with runtime().sessions() as session:
        answer = Response(certificates.pdf(session, actor(), number, address), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    answer.cache_control.private = True
    return answer


@blueprint.get("/proposals/<int:proposal_id>/award")
def result(proposal_id: int) -> ResponseReturnValue:
    """Tell the authors of a proposal, their unit and its offices how it fared in its rounds."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        proposal, found = results.of_proposal(session, actor(), proposal_id)
        can_promote = proposal.state == "awarded" and proposal.achievement_id is None
        return render_template(
            "awards/result.html",
            proposal=proposal,
            results=found,
            may_promote=can_promote and promotion.may_promote(actor(), proposal),
        )


@blueprint.post("/proposals/<int:proposal_id>/promote")
def promote(proposal_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with unit_of_work(runtime().sessions) as session:
        achievement_id = promotion.promote(session, actor(), proposal_id).id
    flash(_("已据此起草一项成果，作者、份额和效益都已带入。请核对补充后提交。"))
    return redirect(url_for("catalogue.achievement", achievement_id=achievement_id), 303)
