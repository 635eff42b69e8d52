"""Who is named in which place, with which share and part, and which answers a change of that leaves standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from marketplace.models import Achievement, Agreeing, AmendedContributor

Person = TypeVar("Person", bound=Agreeing)

# What somebody agrees to.
_TERMS = ("position", "share", "part")


def arranged(listed: Sequence[Person], rows: Sequence[Mapping[str, Any]], kind: type[Person]) -> list[Person]:
    """Return the persons of the rows; whoever was listed by that name keeps the answer to the same terms."""
    left, found = list(listed), []
    for place, row in enumerate(rows, start=1):
        data = {"position": place, **row}
        person = next((it for it in left if it.name == data["name"]), None)
        if person is None:
            person = kind(**data)
        else:
            left.remove(person)
            _change(person, data)
        found.append(person)
    return found


def affected(achievement: Achievement, rows: Sequence[Mapping[str, Any]]) -> list[AmendedContributor]:
    """Return those a new list of completers adds, takes out, or gives another place, share or part."""
    left, found = list(achievement.contributors), []
    for place, row in enumerate(rows, start=1):
        data = {"position": place, "part": "", **row}
        known = next((it for it in left if it.name == data["name"]), None)
        if known is not None:
            left.remove(known)
        if known is None or any(getattr(known, name) != data[name] for name in _TERMS):
            terms = {name: data[name] for name in ("name", *_TERMS)}
            email = data.get("email") or (known.email if known else "")
            found.append(AmendedContributor(**terms, email=email, account_id=known.account_id if known else None))
    return found + [
        AmendedContributor(
            position=it.position, name=it.name, share=it.share, part=it.part, email=it.email,
            account_id=it.account_id, leaves=True,
        )
        for it in left
    ]  # fmt: skip


def settle(achievement: Achievement, agreed: Sequence[AmendedContributor]) -> None:
    """Keep with the completers, as they are named now, what each answered before the change was made."""
    named = {(person.position, person.name): person for person in achievement.contributors}
    for answer in agreed:
        person = named.get((answer.position, answer.name))
        if person is not None and not answer.leaves:
            person.take_answer_of(answer)
            person.account_id = person.account_id or answer.account_id


def _change(person: Agreeing, data: Mapping[str, Any]) -> None:
    had, has_moved = {name: getattr(person, name) for name in _TERMS}, data.get("email", "") != person.email
    for name, value in data.items():
        setattr(person, name, value)
    if had != {name: getattr(person, name) for name in _TERMS}:
        person.forget_answer()
    elif has_moved and person.answer == "asked":
        person.asked_at = person.secret_hash = None
