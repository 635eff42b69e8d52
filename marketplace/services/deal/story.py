"""The story of a deal whose benefit was verified: told from the record, published once both sides agreed to it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import Benefit, Deal, DealStory, Story
from marketplace.permissions import SYSTEM, Actor
from marketplace.services.deal import benefits, rooms, story_texts
from marketplace.services.showcase import stories

_OPEN = {"lead": "", "picture_text": "", "consent": "open", "appearing": "", "agreed_on": None}


def of(session: Session, deal: Deal) -> tuple[DealStory, Story] | None:
    """Return the story of a deal; the caller has read the deal."""
    held = session.get(DealStory, deal.id)
    story = session.get(Story, held.story_id) if held is not None else None
    return None if held is None or story is None else (held, story)


def in_english(session: Session, held: DealStory) -> Story | None:
    """Return the same story as it is told in English; None where it was written before there was one."""
    return session.get(Story, held.english_id) if held.english_id is not None else None


def write(session: Session, actor: Actor, deal_id: int, own_words: str, own_words_english: str = "") -> Story:
    """Write the story of a verified deal in both languages, or write it anew, with what one side adds in its own words.

    The facts are always those of the record. Both agree anew to every wording. Raises NotFound, NotAllowed, and
    Conflict before the benefit is verified or once the story is published.
    """
    deal, _side = rooms.hold(session, actor, deal_id)
    benefit = _verified(session, deal)
    known = of(session, deal)
    if known is not None and known[1].shown_from is not None:
        raise Conflict(N_("成功案例已经公布；要改，请联系展示工作台。"))
    english = in_english(session, known[0]) if known is not None else None
    chinese = _told(session, actor, known[1] if known else None, "zh", story_texts.chinese(deal, benefit, own_words))
    told = story_texts.english(deal, benefit, own_words_english)
    english = _told(session, actor, english, "en", told)
    held = known[0] if known is not None else DealStory(deal_id=deal.id, story_id=chinese.id)
    held.english_id, held.own_words, held.own_words_english = english.id, own_words, own_words_english
    held.wording = _wording(chinese, english)
    held.enterprise_agreed_by = held.owner_agreed_by = None
    session.add(held)
    session.flush()
    payload = {"story": chinese.id, "english": english.id, "wording": held.wording}
    audit.record(session, actor, "write_story", "deal", deal.id, payload=payload)
    rooms.tell_others(session, actor, deal, "deal_story")
    return chinese


def _told(session: Session, actor: Actor, known: Story | None, language: str, said: dict[str, str]) -> Story:
    desk = replace(SYSTEM, name=actor.name)
    if known is None:
        return stories.add(session, desk, {**said, **_OPEN, "language": language})
    return stories.revise(session, desk, known.id, known.revision, said)


def agree(session: Session, actor: Actor, deal_id: int, wording: str) -> Story:
    """Agree, for one's side, to the wording one has read; with the second side's word the story is published.

    Raises NotFound, NotAllowed, and Conflict where there is no story, it reads otherwise by now, was agreed to, or its
    benefit was found false since.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    _verified(session, deal)
    known = of(session, deal)
    if known is None:
        raise Conflict(N_("还没有成功案例。"))
    held, story = known
    english = in_english(session, held)
    if not wording == held.wording == _wording(story, english):
        raise Conflict(N_("成功案例的文字已经改过，请看现在的文字再同意。"))
    if getattr(held, f"{side}_agreed_by") is not None:
        raise Conflict(N_("你方已经同意。"))
    setattr(held, f"{side}_agreed_by", actor.name)
    session.flush()
    audit.record(session, actor, "agree_story", "deal", deal.id, payload={"story": story.id, "wording": wording})
    if held.enterprise_agreed_by is not None and held.owner_agreed_by is not None:
        desk = replace(SYSTEM, name=actor.name)
        who = "、".join((deal.party("enterprise"), deal.party("owner")))
        agreed = {"consent": "given", "appearing": who, "agreed_on": today()}
        for it in (story, english):
            if it is not None:
                it = stories.revise(session, desk, it.id, it.revision, agreed)
                stories.publish(session, desk, it.id, {"shown_from": None, "shown_until": None})
        held.wording = _wording(story, english)
        session.flush()
    return story


def _verified(session: Session, deal: Deal) -> Benefit:
    benefit = benefits.of(session, deal)
    if deal.state != "verified" or benefit is None or benefit.verified_at is None or benefit.revoked_at is not None:
        raise Conflict(N_("效益核验以后才能写成功案例。"))
    return benefit


def _wording(chinese: Story, english: Story | None) -> str:
    told = [it for it in (chinese, english) if it is not None]
    return hashlib.sha256("\n".join(f"{it.title}\n{it.text}" for it in told).encode()).hexdigest()
