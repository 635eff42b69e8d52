"""What the story of a deal says, a template a language: paragraphs that are each a fact of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from marketplace.models import Benefit, Deal
from marketplace.services.deal.income import yuan
from marketplace.vocabulary import contract_kinds

# What the two sides say themselves stands under this line, so that nobody takes it for a verified fact.
MARK = "以下由双方撰写，未经核验："
MARK_IN_ENGLISH = "Written by the two sides and not verified:"
_LONGEST_TITLE = 120


def chinese(deal: Deal, benefit: Benefit, own_words: str) -> dict[str, str]:
    """Return title and text in Chinese."""
    facts = [
        f"{deal.party('enterprise')}与{deal.party('owner')}于{deal.signed_on}签订"
        f"{contract_kinds.label(deal.contract_kind or '')}合同，使用成果《{deal.achievement.title}》。",
        f"合同已经认定登记，登记号 {deal.registration_no}。" if deal.registration_no else "",
        f"{deal.first_used_on}启用。" if deal.first_used_on else "",
        f"衡量的是：{benefit.metric}。以前：{benefit.baseline}。",
        f"十二个月净效益经核验为 {yuan(benefit.verified)} 元。" if benefit.verified is not None else "",
        f"经核验的效果：{benefit.safety_effect}" if benefit.safety_effect else "",
    ]
    title = f"{deal.party('enterprise')}用上《{deal.achievement.title}》"
    return _told(title, facts, MARK, own_words)


def english(deal: Deal, benefit: Benefit, own_words: str) -> dict[str, str]:
    """Return title and text in English; names, and what the two wrote into the record, stay in their language."""
    kind = contract_kinds.label(deal.contract_kind or "", "en")
    facts = [
        f"On {_day(deal.signed_on)}, {deal.party('enterprise')} and {deal.party('owner')} signed a contract "
        f"({kind}) on the use of “{deal.achievement.title}”.",
        f"The contract is registered under no. {deal.registration_no}." if deal.registration_no else "",
        f"It has been in use since {_day(deal.first_used_on)}." if deal.first_used_on else "",
        f"What was measured: {benefit.metric}. Before: {benefit.baseline}.",
        f"The net benefit of twelve months was verified as CNY {yuan(benefit.verified)}."
        if benefit.verified is not None
        else "",
        f"Effect that was verified: {benefit.safety_effect}" if benefit.safety_effect else "",
    ]
    title = f"{deal.party('enterprise')} uses “{deal.achievement.title}”"
    return _told(title, facts, MARK_IN_ENGLISH, own_words)


def _told(title: str, facts: Iterable[str], mark: str, own_words: str) -> dict[str, str]:
    own = [mark, own_words] if own_words else []
    return {"title": title[:_LONGEST_TITLE], "text": "\n\n".join(it for it in (*facts, *own) if it)}


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day is not None else ""
