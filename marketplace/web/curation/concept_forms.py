"""The form of a concept: names one a line, as staff write them; what a field may hold is said by the schema."""

from __future__ import annotations

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.schemas.thesaurus import NAME
from marketplace.services.thesaurus import FAULTS, FIELDS, Unsound
from marketplace.web.account.forms import DomainForm
from marketplace.web.curation.concept_names import FIELD_NAMES, KINDS
from search.thesaurus import Concept

_KINDS = [SelectChoice(code, name) for code, name in KINDS.items()]
_REASON = {"maxlength": 500, "required": True}


class Lines(wtforms.TextAreaField):
    """A list of names, each on a line of its own."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [line.strip() for text in valuelist for line in text.splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class ConceptForm(DomainForm):
    """A concept, why it is changed, and the text on which the change is tried."""

    kind = wtforms.SelectField(
        FIELD_NAMES["kind"], choices=[SelectChoice(code, name) for code, name in KINDS.items()], validate_choice=False
    )
    preferred = wtforms.StringField(FIELD_NAMES["preferred"], render_kw={"maxlength": NAME, "required": True})
    alternatives = Lines(FIELD_NAMES["alternatives"], render_kw={"rows": 5})
    english = Lines(FIELD_NAMES["english"], render_kw={"rows": 3, "lang": "en"})
    hidden = Lines(FIELD_NAMES["hidden"], render_kw={"rows": 2})
    solved_by = Lines(FIELD_NAMES["solved_by"], render_kw={"rows": 5})
    broader = wtforms.StringField(FIELD_NAMES["broader"], render_kw={"maxlength": NAME})
    related = Lines(FIELD_NAMES["related"], render_kw={"rows": 4})
    sector = wtforms.StringField(FIELD_NAMES["sector"], render_kw={"maxlength": NAME, "list": "sectors"})
    gloss = wtforms.TextAreaField(FIELD_NAMES["gloss"], render_kw={"rows": 3, "maxlength": 1000})
    reason = wtforms.StringField(_("这样改的理由"), render_kw=_REASON)
    sample = wtforms.StringField(_("用一句话试一试（可不填）"), render_kw={"maxlength": 300})
    revision = wtforms.HiddenField(default="0")
    question = wtforms.HiddenField()

    @classmethod
    def showing(cls, concept: Concept, revision: int) -> ConceptForm:
        """Return the form of a concept as it is, whatever was sent."""
        data = {name: getattr(concept, name) for name in FIELDS}
        return cls(formdata=None, data={**data, "kind": concept.kind.value, "revision": str(revision)})

    def revision_read(self) -> int:
        """Return the revision the form was made from; -1, which no concept has, for what is no number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def differences(self, stored: ConceptForm) -> list[tuple[object, str, str]]:
        """Return (label, here, there) for every field on which what was sent and what is stored do not agree."""
        told = ((name, _told(self[field]), _told(stored[field])) for field, name in FIELD_NAMES.items())
        return [(name, here, there) for name, here, there in told if here != there]

    def question_id(self) -> int | None:
        """Return the question whose word goes into the concept, where there is one."""
        text = self.question.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def refuse_unsound(self, error: Unsound) -> None:
        """Put beside the fields what a service found wrong, in the language of the page."""
        told: dict[str, list[str]] = {}
        for flaw in error.flaws:
            told.setdefault(flaw.field, []).append(gettext(FAULTS[flaw.fault], name=flaw.name))
        self.refuse(told)


class ReasonForm(DomainForm):
    reason = wtforms.StringField(_("理由"), render_kw=_REASON)
    revision = wtforms.HiddenField(default="0")

    revision_read = ConceptForm.revision_read


def _told(field: wtforms.Field) -> str:
    if isinstance(field, wtforms.SelectField):
        return str(KINDS.get(field.data, ""))
    return str(field._value()).strip()
