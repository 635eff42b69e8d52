"""Stories and collections as schema.org knows them; nothing that is not on the page enters it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.models import Collection, Story
from marketplace.services.showcase.collections import Member
from marketplace.services.showcase.items import has_picture
from marketplace.web.showcase.names import card_url


def of_story(story: Story) -> dict[str, Any]:
    address = url_for("showcase.story", story_id=story.id, _external=True)
    picture = url_for("showcase.picture", story_id=story.id, _external=True) if has_picture(story) else None
    return _stated(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "@id": address,
            "url": address,
            "headline": story.title,
            "abstract": story.lead,
            "articleBody": story.text,
            "inLanguage": story.language,
            "image": picture,
            "datePublished": story.shown_from.date().isoformat() if story.shown_from else None,
            "publisher": _publisher(),
        }
    )


def of_collection(collection: Collection, members: Sequence[Member]) -> dict[str, Any]:
    address = url_for("showcase.collection", collection_id=collection.id, _external=True)
    listed = [
        {
            "@type": "ListItem", "position": place,
            "name": member.card.title, "url": card_url(member.card, _external=True),
        }
        for place, member in enumerate(members, start=1)
    ]  # fmt: skip
    return _stated(
        {
            "@context": "https://schema.org",
            "@type": "CollectionPage",
            "@id": address,
            "url": address,
            "name": collection.title,
            "abstract": collection.lead,
            "inLanguage": collection.language,
            "datePublished": collection.shown_from.date().isoformat() if collection.shown_from else None,
            "publisher": _publisher(),
            "mainEntity": {"@type": "ItemList", "numberOfItems": len(listed), "itemListElement": listed},
        }
    )


def _publisher() -> dict[str, str]:
    return {"@type": "Organization", "name": _("职工创新成果转化平台")}


def _stated(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value}
