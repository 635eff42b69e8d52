"""A demand and achievements for the tests of matching, with what matters set and the rest left open."""

from __future__ import annotations

from search.document import Candidate, SearchDocument

DEMAND_TEXT = (
    "用三爪卡盘夹紧薄壁壳体车内孔，松开卡爪后孔变成三棱形。要求松夹后圆度不超过0.02mm，合格率达到98%以上。预算30万元。"
)
FIXTURE_TEXT = "设计液性塑料夹具，薄壁套均匀涨开。松夹后圆度稳定在0.015mm，合格率由71%升至95%。"


def demand(**fields: object) -> SearchDocument:
    given = {"id": "d", "title": "薄壁壳体车削后圆度超差", "body": DEMAND_TEXT, **fields}
    return SearchDocument(kind="demand", **{"revision": 1, **given})  # type: ignore[arg-type]


def achievement(identity: str = "a", **fields: object) -> SearchDocument:
    given = {"id": identity, "title": "薄壁壳体车削用液性塑料夹具", "body": FIXTURE_TEXT, **fields}
    return SearchDocument(kind="achievement", **{"revision": 1, **given})  # type: ignore[arg-type]


def found(document: SearchDocument, rank: int = 1, score: float = 10.0, cosine: float = 0.5) -> Candidate:
    """Return a document as a search gives it: at one place in both rankings."""
    return Candidate(document, rank, rank, score / rank, cosine / rank)
