"""Two requests of one person at the same moment never pass a limit."""

from __future__ import annotations

from marketplace import outbox
from marketplace.db import make_engine, make_session_factory, today, unit_of_work
from marketplace.permissions import SYSTEM, Actor
from marketplace.services import favourite, rule
from marketplace.services.saved_search import keeping as searches
from marketplace.services.webhook import keeping as webhooks
from tests import factories
from tests.at_once import meanwhile
from tests.factories import AccountFactory, AchievementFactory

ASKED = {"name": "薄壁件", "kind": "achievement", "text": "薄壁件", "filters": {}, "frequency": "daily"}
HOOK = {"address": "http://127.0.0.1:9/", "events": ["search.found"]}


def test_two_at_once_pass_no_limit(database_url: str) -> None:
    engine = make_engine(database_url)
    sessions = make_session_factory(engine)
    outbox.listen(sessions)
    with unit_of_work(sessions) as session:
        factories.use(session)
        person, records = AccountFactory(), [AchievementFactory().id for _ in range(2)]
        for name in ("favourites", "saved_searches", "webhooks"):
            rule.set_value(session, SYSTEM, name, "1", today(), "试行")
    actor = Actor(f"account:{person.id}", account_id=person.id)
    meanwhile(
        sessions,
        lambda session: favourite.mark(session, actor, "achievement", records[0]),
        lambda session: favourite.mark(session, actor, "achievement", records[1]),
    )
    for act in (
        lambda session: searches.save(session, actor, ASKED),
        lambda session: webhooks.register(session, actor, HOOK, allows_private=True),
    ):
        meanwhile(sessions, act, act)
    engine.dispose()
