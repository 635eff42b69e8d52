"""The verbs of a question the catalogue could not answer: note it without whoever asked, list it, settle it, forget it.

What looks like a telephone number, an identity number, an address or a number plate is masked before anything is kept.
A name cannot be told from other words, which is why only staff see the list and why it can be switched off.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import NotFound
from marketplace.models import ThesaurusEntry, UnansweredQuestion
from marketplace.permissions import Actor, Permission, require
from search import analysis
from search.document import Page, SearchRequest

Found = Literal["nothing", "weak"]

LONGEST = 120
# A meaning not this far above the floor of the model is no answer, unless words are shared. Of the questions that found
# something among the sample records and have no answer there, four in five lay below (0.34 to 0.41, one at 0.50; the
# bundled model, floor 0.34).
_WEAK = 0.15

_PERSONAL = re.compile(
    r"""[\w.+-]+@[\w-]+(?:\.[\w-]+)+            # an address of mail
    | (?:https?://|www\.)\S+                     # a page, which may be somebody's
    | \+?\d(?:[-\s.()]{0,2}\d){6,}x?             # a telephone, identity, bank or account number
    | [一二三四五六七八九零〇幺两]{7,}           # the same in Chinese numerals
    | [京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·\s]?(?=[a-z\d]*\d)[a-z\d]{5,6}(?![a-z\d])
    """,
    re.VERBOSE,
)
_MASK = "***"


def how_found(request: SearchRequest, page: Page, floor: float) -> Found | None:
    """Say how a question failed; None where it was answered, or asked for less than the whole catalogue.

    ``floor`` is the cosine under which the embedding model counts nothing as found.
    """
    if request.filters or request.offset or not analysis.terms(request.text):
        return None
    if not page.total:
        return "nothing"
    for hit in page.hits:
        reason = hit.reason
        if reason.solution or any(len(word) > 1 for word in reason.words):
            return None
        if reason.similarity is not None and reason.similarity >= floor + _WEAK:
            return None
    return "weak"


def kept_text(text: str) -> str:
    """Return a question as it is kept: folded, masked, cut short; "" where nothing is left."""
    folded = analysis.normalise(_PERSONAL.sub(_MASK, analysis.normalise(text)))[:LONGEST].strip()
    return folded if re.search(r"\w", folded.replace(_MASK, "")) else ""


def note(session: Session, text: str, language: str, found: Found, *, most: int) -> None:
    """Count a question that was not answered; of more than ``most`` the least asked makes room for a new one."""
    kept, day = kept_text(text), today()
    if not kept:
        return
    again = (
        sa.update(UnansweredQuestion)
        .where(UnansweredQuestion.text == kept, UnansweredQuestion.language == language)
        .values(count=UnansweredQuestion.count + 1, last_on=day, found=found)
    )
    if session.connection().execute(again).rowcount:
        return
    if (session.scalar(sa.select(sa.func.count()).select_from(UnansweredQuestion)) or 0) >= most:
        order = (UnansweredQuestion.count, UnansweredQuestion.last_on, UnansweredQuestion.id)
        least = sa.select(UnansweredQuestion.id).order_by(*order).limit(1).scalar_subquery()
        session.execute(sa.delete(UnansweredQuestion).where(UnansweredQuestion.id == least))
    session.add(UnansweredQuestion(text=kept, language=language, found=found, first_on=day, last_on=day))
    session.flush()


def listed(
    session: Session, actor: Actor, *, is_settled: bool, limit: int, offset: int = 0
) -> Sequence[UnansweredQuestion]:
    """Return the questions not answered, those asked most often first."""
    require(actor, Permission.THESAURUS_CURATE)
    query = (
        sa.select(UnansweredQuestion)
        .where(UnansweredQuestion.settled_at.is_not(None) if is_settled else UnansweredQuestion.settled_at.is_(None))
        .order_by(UnansweredQuestion.count.desc(), UnansweredQuestion.last_on.desc(), UnansweredQuestion.id)
        .limit(limit)
        .offset(offset)
    )
    return session.scalars(query).all()


def get(session: Session, actor: Actor, question_id: int) -> UnansweredQuestion:
    """Return a question; raise NotFound, also where it was forgotten meanwhile."""
    require(actor, Permission.THESAURUS_CURATE)
    question = session.get(UnansweredQuestion, question_id)
    if question is None:
        raise NotFound("unanswered_question", question_id)
    return question


def settle(session: Session, actor: Actor, question_id: int, entry: ThesaurusEntry | None = None) -> None:
    """Note that a question is dealt with: its word went into a concept, or needs nothing."""
    question = get(session, actor, question_id)
    question.settled_at, question.settled_by, question.entry_id = now(), actor.name, entry.id if entry else None
    audit.record(session, actor, "settle", "unanswered_question", question.id)
    session.flush()


def reopen(session: Session, actor: Actor, question_id: int) -> None:
    """Put a question back among those to deal with."""
    question = get(session, actor, question_id)
    question.settled_at = question.settled_by = question.entry_id = None
    audit.record(session, actor, "reopen", "unanswered_question", question.id)
    session.flush()


def forget(session: Session, days: int) -> int:
    """Delete the questions that nobody asked for so many days, settled or not; return how many."""
    before = today() - dt.timedelta(days=days)
    deleted = session.execute(sa.delete(UnansweredQuestion).where(UnansweredQuestion.last_on < before))
    return deleted.rowcount  # type: ignore[attr-defined,no-any-return]
