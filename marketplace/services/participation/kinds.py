"""What kinds of campaign there are and what each counts at first: data, so that a new kind needs no code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("campaign_items.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of campaign; ``items`` are the fields of ``CampaignItem`` that its host may change before it opens."""

    items: tuple[Mapping[str, Any], ...]
    has_class: bool = False


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by their codes in ``vocabulary.campaign_kinds``."""
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {code: Kind(tuple(it["items"]), it.get("has_class", False)) for code, it in table.items()}
