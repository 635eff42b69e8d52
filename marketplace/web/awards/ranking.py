"""From the locked sheets to the awards: counting, the meeting, the public list, granting, and revoking."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.db import unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.runtime import runtime
from marketplace.services.award import deciding, granting, tallying
from marketplace.web.actor import actor
from marketplace.web.awards.office import blueprint, round_page


@blueprint.post("/<int:award_id>/tally")
def tally(award_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        award = tallying.tally(session, actor(), award_id)
        is_again = award.state == "second_round"
    flash(_("有几项分差过大，已开始第二轮评分。") if is_again else _("评分已汇总。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/decide")
def decide(award_id: int) -> ResponseReturnValue:
    sent = request.form
    choices = {
        int(name.removeprefix("grade-")): grade or None
        for name, grade in sent.items()
        if name.startswith("grade-") and name.removeprefix("grade-").isdigit()
    }
    revision = sent.get("revision", -1, type=int)
    try:
        with unit_of_work(runtime().sessions) as session:
            deciding.decide(session, actor(), award_id, revision, choices, sent.get("reason", "")[:2000])
    except Invalid as error:
        return round_page(award_id, {"decide": " ".join(error.sentences(_))}), 422
    except StaleRevision as error:
        return round_page(award_id, {"decide": error.text(_)}), 409
    flash(_("入选名单已确定，可以开始公示。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/announce")
def announce(award_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        begun = deciding.announce(session, actor(), award_id, request.form.get("channel", "").strip()[:200])
    flash(_("公示已开始。") if begun else _("没有入选的建议，评选到此结束。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/grant")
def grant(award_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        results = granting.grant(session, actor(), award_id)
        held_up = [error.text(_) for error in results.values() if error is not None]
    given = len(results) - len(held_up)
    flash(ngettext("已授予 %(num)d 项。", "已授予 %(num)d 项。", given))
    for sentence in dict.fromkeys(held_up):
        flash(_("还有 %(count)s 项不能授予：%(why)s", count=held_up.count(sentence), why=sentence))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/nominations/<int:nomination_id>/revoke")
def revoke(nomination_id: int) -> ResponseReturnValue:
    award_id = request.form.get("award", 0, type=int)
    try:
        with unit_of_work(runtime().sessions) as session:
            found = granting.revoke(session, actor(), nomination_id, request.form.get("reason", "")[:500])
            award_id = found.award_round_id
    except Invalid as error:
        told = " ".join(error.sentences(_))
        return round_page(award_id, {f"revoke-{nomination_id}": told}), 422
    flash(_("已撤销，证书核验页会写明。"))
    return redirect(url_for(".show", award_id=award_id), 303)
