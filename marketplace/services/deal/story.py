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
from marketplace.services.deal import benefits, rooms
from marketplace.services.deal.income import yuan
from marketplace.services.showcase import stories
from marketplace.vocabulary import contract_kinds

# What the two sides say themselves stands under this line, so that nobody takes it for a verified fact.
MARK = "以下由双方撰写，未经核验："


def of(session: Session, deal: Deal) -> tuple[DealStory, Story] | None:
    """Return the story of a deal; the caller has read the deal."""
    held = session.get(DealStory, deal.id)
    story = session.get(Story, held.story_id) if held is not None else None
    return None if held is None or story is None else (held, story)


def write(session: Session, actor: Actor, deal_id: int, own_words: str) -> Story:
    """Write the story of a verified deal, or write it anew, with what one side adds in words of its own.

    The facts are always those of the record. Both agree anew to every wording. Raises NotFound, NotAllowed, and
    Conflict before the benefit is verified or once the story is published.
    """
    deal, _side = rooms.hold(session, actor, deal_id)
    benefit = _verified(session, deal)
    known = of(session, deal)
    if known is not None and known[1].shown_from is not None:
        raise Conflict(N_("成功案例已经公布；要改，请联系展示工作台。"))
    said = {
        "title": f"{deal.party('enterprise')}用上《{deal.achievement.title}》"[:120],
        "text": _text(deal, benefit, own_words),
    }
    desk = replace(SYSTEM, name=actor.name)
    if known is None:
        fixed = {
            "lead": "",
            "language": "zh",
            "picture_text": "",
            "consent": "open",
            "appearing": "",
            "agreed_on": None,
        }
        story = stories.add(session, desk, {**said, **fixed})
        held = DealStory(deal_id=deal.id, story_id=story.id, wording=_wording(story))
        session.add(held)
    else:
        held, story = known
        story = stories.revise(session, desk, story.id, story.revision, said)
    held.own_words, held.wording = own_words, _wording(story)
    held.enterprise_agreed_by = held.owner_agreed_by = None
    session.flush()
    audit.record(session, actor, "write_story", "deal", deal.id, payload={"story": story.id, "wording": held.wording})
    rooms.tell_others(session, actor, deal, "deal_story")
    return story


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
    if not wording == held.wording == _wording(story):
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
        story = stories.revise(session, desk, story.id, story.revision, agreed)
        story = stories.publish(session, desk, story.id, {"shown_from": None, "shown_until": None})
        held.wording = _wording(story)
        session.flush()
    return story


def _verified(session: Session, deal: Deal) -> Benefit:
    benefit = benefits.of(session, deal)
    if deal.state != "verified" or benefit is None or benefit.verified_at is None or benefit.revoked_at is not None:
        raise Conflict(N_("效益核验以后才能写成功案例。"))
    return benefit


def _text(deal: Deal, benefit: Benefit, own_words: str) -> str:
    """Return the text of the story in paragraphs, each a fact of the record."""
    facts = [
        f"{deal.party('enterprise')}与{deal.party('owner')}于{deal.signed_on}签订"
        f"{contract_kinds.label(deal.contract_kind or '')}合同，使用成果《{deal.achievement.title}》。",
        f"合同已经认定登记，登记号 {deal.registration_no}。" if deal.registration_no else "",
        f"{deal.first_used_on}启用。" if deal.first_used_on else "",
        f"衡量的是：{benefit.metric}。以前：{benefit.baseline}。",
        f"十二个月净效益经核验为 {yuan(benefit.verified)} 元。" if benefit.verified is not None else "",
        f"经核验的效果：{benefit.safety_effect}" if benefit.safety_effect else "",
    ]
    own = [MARK, own_words] if own_words else []
    return "\n\n".join(it for it in (*facts, *own) if it)


def _wording(story: Story) -> str:
    return hashlib.sha256(f"{story.title}\n{story.text}".encode()).hexdigest()
