"""How a person wants to be told of each topic."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Invalid
from marketplace.models import NoticePreference
from marketplace.models.following.notice import MAILS
from marketplace.permissions import Actor, keeper
from marketplace.postbox import ALWAYS_MAILED, TOPICS

# A saved search says itself how often it tells of news, so its mail goes out at once or not at all.
CHOICES: Mapping[str, tuple[str, ...]] = {
    topic: ("at_once", "never") if topic == "searches" else MAILS for topic in TOPICS if topic != ALWAYS_MAILED
}


def chosen(session: Session, actor: Actor) -> dict[str, NoticePreference]:
    """Return what the actor chose for each topic, and what holds where he never did."""
    held = {it.topic: it for it in session.scalars(sa.select(NoticePreference).filter_by(account_id=keeper(actor)))}
    return {
        topic: held.get(topic) or NoticePreference(topic=topic, in_product=True, mail="at_once") for topic in CHOICES
    }


def choose(session: Session, actor: Actor, wanted: Mapping[str, tuple[bool, str]]) -> None:
    """Keep what the actor wants for topics: whether it is shown in the product, and which mail; raise Invalid."""
    held = chosen(session, actor)
    for topic, (in_product, mail) in wanted.items():
        if topic not in CHOICES or mail not in CHOICES[topic]:
            raise Invalid({topic: [N_("请选择列出的一种方式。")]})
        preference = held[topic]
        preference.in_product, preference.mail = in_product, mail
        if preference.id is None:
            preference.account_id = keeper(actor)
            session.add(preference)
    session.flush()
