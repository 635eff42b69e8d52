"""An achievement as schema.org knows it, so that search engines and other catalogues can read the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def linked_data(plain: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return JSON-LD for what a reader may see of an achievement; nothing that is not on the page enters it."""
    described = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "url": address,
        "name": plain["title"],
        "identifier": str(plain["id"]),
        "inLanguage": plain.get("language"),
        "abstract": plain.get("teaser") or plain.get("summary"),
        "keywords": plain.get("keywords"),
        "datePublished": (plain.get("published_at") or "")[:10],
        "dateCreated": plain.get("completed_on"),
        "sourceOrganization": [{"@type": "Organization", "name": unit["name"]} for unit in plain.get("units", ())],
        "creator": [{"@type": "Person", "name": person["name"]} for person in plain.get("completers", ())],
    }
    return {name: value for name, value in described.items() if value}
