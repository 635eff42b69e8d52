"""The pages of the thesaurus: found, read, added, changed, tried before it is saved, retired and brought back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, StaleRevision
from marketplace.models import ThesaurusEntry, UnansweredQuestion
from marketplace.permissions import Permission, require
from marketplace.runtime import runtime
from marketplace.schemas.account import ReasonSchema
from marketplace.schemas.thesaurus import ConceptSchema
from marketplace.services import thesaurus, unanswered
from marketplace.services.account import people
from marketplace.services.thesaurus import FAULTS, Preview, Unsound
from marketplace.web.actor import actor
from marketplace.web.curation.concept_forms import ConceptForm, ReasonForm
from marketplace.web.curation.concept_names import FIELD_NAMES, KINDS, STEPS
from marketplace.web.curation.home import blueprint
from search.thesaurus import Concept
from search.thesaurus.skos import Format, export

_PAGE = 50
_SCHEMA = ConceptSchema(exclude=("id", "revision"))


@blueprint.get("/thesaurus")
def concepts() -> str:
    require(actor(), Permission.THESAURUS_CURATE)
    text, kind, only = (request.args.get(name, "").strip()[:60] for name in ("q", "kind", "only"))
    first = max(request.args.get("from", 0, type=int), 0)
    overlaid = runtime().thesaurus.now()
    with runtime().sessions() as session:
        touched = thesaurus.touched(session)
        found = thesaurus.retired(session) if only == "retired" else overlaid.thesaurus.like(text)
    if only == "changed":
        found = [concept for concept in found if concept.id in touched]
    found = [concept for concept in found if kind not in KINDS or concept.kind == kind]
    return render_template(
        "curation/concepts.html",
        concepts=found[first : first + _PAGE],
        total=len(found),
        first=first,
        size=_PAGE,
        touched=touched,
        refused=[(overlaid_id, flaws) for overlaid_id, flaws in overlaid.refused.items()],
        asked={name: value for name, value in (("q", text), ("kind", kind), ("only", only)) if value},
        question=_question(),
        kinds=KINDS,
        faults=FAULTS,
        formats=Format,
    )


@blueprint.get("/thesaurus/<concept_id>")
def concept(concept_id: str) -> str:
    return _concept_page(concept_id, ReasonForm(formdata=None))


@blueprint.route("/thesaurus/new", methods=["GET", "POST"])
def new_concept() -> ResponseReturnValue:
    require(actor(), Permission.THESAURUS_CURATE)
    if request.method == "GET":
        return _form_page(_with_question(ConceptForm(formdata=None), "preferred"))
    return _saved(ConceptForm(), None)


@blueprint.route("/thesaurus/<concept_id>/edit", methods=["GET", "POST"])
def edit_concept(concept_id: str) -> ResponseReturnValue:
    require(actor(), Permission.THESAURUS_CURATE)
    kept, revision = _kept(concept_id)
    if request.method == "GET":
        return _form_page(_with_question(ConceptForm.showing(kept, revision), "alternatives"), concept_id)
    return _saved(ConceptForm(), concept_id)


@blueprint.post("/thesaurus/<concept_id>/<any(retire, restore):verb>")
def use_concept(concept_id: str, verb: str) -> ResponseReturnValue:
    """Take a concept out of use, or bring it back."""
    form = ReasonForm()
    data = form.load(ReasonSchema())
    if data is None:
        return _concept_page(concept_id, form), 422
    act = {"retire": thesaurus.retire, "restore": thesaurus.restore}[verb]
    try:
        with unit_of_work(runtime().sessions) as session:
            act(session, actor(), concept_id, form.revision_read(), data["reason"])
    except Unsound as error:
        told = [str(_(FAULTS[flaw.fault], name=flaw.name)) for flaw in error.flaws]
        form.refuse({"reason": told})
        return _concept_page(concept_id, form), 422
    flash(_("已停用，新的检索和匹配不再用它。") if verb == "retire" else _("已恢复使用。"))
    return redirect(url_for(".concept", concept_id=concept_id), 303)


@blueprint.get("/thesaurus/download")
def download_thesaurus() -> Response:
    """Give out the whole thesaurus, as it is now, in SKOS."""
    require(actor(), Permission.THESAURUS_CURATE)
    wanted = request.args.get("format", Format.TURTLE)
    form = Format(wanted) if wanted in list(Format) else Format.TURTLE
    answer = Response(export(runtime().thesaurus.now().thesaurus, form), content_type=form.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename=thesaurus{form.suffix}"
    return answer


def _saved(form: ConceptForm, concept_id: str | None) -> ResponseReturnValue:
    """Keep what the form says, or show it again: to try it, or because something is wrong with it."""
    data = form.load(_SCHEMA)
    is_tried = request.form.get("step") == "preview"
    if data is not None and is_tried:
        return _tried(form, concept_id, data)
    reason = None if is_tried else form.load(ReasonSchema())
    if data is None or reason is None:
        return _form_page(form, concept_id), 422
    try:
        entry_id = _keep(form, concept_id, data, reason["reason"])
    except Unsound as error:
        form.refuse_unsound(error)
        return _form_page(form, concept_id), 422
    except Conflict as error:
        form.form_errors = [error.text(_)]
        return _form_page(form, concept_id), 409
    except StaleRevision as error:
        return _form_page(form, concept_id, stale=error), 409
    flash(_("已保存，几秒之内对新的检索和匹配生效；以前保存的匹配不变。"))
    return redirect(url_for(".concept", concept_id=entry_id), 303)


def _keep(form: ConceptForm, concept_id: str | None, data: dict[str, Any], reason: str) -> str:
    """Keep a concept, settle the question it came from, and return its id."""
    with unit_of_work(runtime().sessions) as session:
        entry: ThesaurusEntry = (
            thesaurus.add(session, actor(), data, reason)
            if concept_id is None
            else thesaurus.revise(session, actor(), concept_id, form.revision_read(), data, reason)
        )
        if (question_id := form.question_id()) is not None:
            unanswered.settle(session, actor(), question_id, entry)
        return entry.concept_id


def _tried(form: ConceptForm, concept_id: str | None, data: dict[str, Any]) -> ResponseReturnValue:
    proposed = thesaurus.proposed(concept_id or "", data)
    known = runtime().thesaurus.now().thesaurus
    try:
        with runtime().sessions() as session:
            thesaurus.check(session, proposed, known.concepts.get(proposed.id))
    except Unsound as error:
        form.refuse_unsound(error)
    return _form_page(form, concept_id, preview=thesaurus.preview(known, proposed, form.sample.data or ""))


def _form_page(
    form: ConceptForm,
    concept_id: str | None = None,
    *,
    preview: Preview | None = None,
    stale: StaleRevision | None = None,
) -> str:
    differences = []
    if stale is not None and concept_id is not None:
        kept, revision = _kept(concept_id)
        differences = form.differences(ConceptForm.showing(kept, revision))
        form.revision.data = str(revision)
    known = runtime().thesaurus.now().thesaurus
    return render_template(
        "curation/concept_form.html",
        form=form,
        concept_id=concept_id,
        preview=preview,
        is_stale=stale is not None,
        differences=differences,
        sectors=sorted({it.sector for it in known.concepts.values() if it.sector}),
    )


def _concept_page(concept_id: str, form: ReasonForm) -> str:
    require(actor(), Permission.THESAURUS_CURATE)
    known = runtime().thesaurus.now().thesaurus
    with runtime().sessions() as session:
        entry = thesaurus.entry_of(session, concept_id)
        kept = thesaurus.as_kept(concept_id, entry)
        form.revision.data = str(entry.revision if entry else 0)
        narrower, solves = thesaurus.below(known, kept)
        history = thesaurus.history(concept_id, entry)
        return render_template(
            "curation/concept.html",
            concept=kept,
            entry=entry,
            known=known,
            shipped=thesaurus.shipped(concept_id),
            narrower=narrower,
            solves=solves,
            history=history,
            people=people.called(session, (step.version.event.actor for step in history)),
            form=form,
            kinds=KINDS,
            field_names=FIELD_NAMES,
            steps=STEPS,
        )


def _kept(concept_id: str) -> tuple[Concept, int]:
    """Return a concept as it is kept and its revision; raise NotFound."""
    with runtime().sessions() as session:
        entry = thesaurus.entry_of(session, concept_id)
        return thesaurus.as_kept(concept_id, entry), entry.revision if entry else 0


def _with_question(form: ConceptForm, field: str) -> ConceptForm:
    """Put the words of the question a concept is made or changed for into a field of the form."""
    question = _question()
    if question is not None:
        text = question.text
        form[field].data = [*form.alternatives.data, text] if field == "alternatives" else text
        form.sample.data, form.question.data = text, str(question.id)
    return form


def _question() -> UnansweredQuestion | None:
    """Return the question for whose word a concept is looked for or made."""
    question_id = request.args.get("question", type=int)
    if question_id is None:
        return None
    with runtime().sessions() as session:
        return unanswered.get(session, actor(), question_id)
