"""Both sides' programs hear of what they agree on, nobody else's do, and who sees to a unit's address is a table."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Webhook, WebhookDelivery
from marketplace.models.following.webhook import OF_ORGANISATIONS
from marketplace.models.people.account import ROLES
from marketplace.permissions import VISITOR, Actor, Permission, can_keep_webhook, webhooks_of
from marketplace.permissions.roles import SCOPES
from marketplace.services import outcome as outcomes
from marketplace.services.deal import signing
from marketplace.services.webhook import delivering, keeping
from tests import factories
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.deals.tables import laid, registration, signed
from tests.marketplace.following.test_webhooks import Receiver, acting, of_organisation, receiver, sessions
from tests.marketplace.matches.sides import YES, proposed
from tests.marketplace.officers import acting as officer

__all__ = ["receiver", "sessions"]

# Who acts for a unit sees to its addresses; all others see to their own alone.
KEEPERS = {"unit_union", "enterprise"}


def test_a_webhook_is_seen_to_by_its_person_or_by_who_acts_for_its_unit(sqlite_session: Session) -> None:
    unit, other = OrganisationFactory(), OrganisationFactory()
    of_unit = of_organisation(sqlite_session, officer("enterprise", unit))
    of_other = of_organisation(sqlite_session, officer("enterprise", other))
    for role in ROLES:
        actor = officer(role, unit if SCOPES[role][2] != "none" else None)
        own = keeping.register(
            sqlite_session, actor, {"address": "http://127.0.0.1:9/", "events": ["search.found"]}, allows_private=True
        )
        table = {own: True, of_unit: role in KEEPERS, of_other: False}
        assert {it: can_keep_webhook(actor, it) for it in table} == table, role
        seen = set(sqlite_session.scalars(sa.select(Webhook).where(webhooks_of(actor))))
        assert seen == {it for it, is_kept in table.items() if is_kept}
        sqlite_session.delete(own)
    program = Actor("account:1", account_id=1, limits=frozenset({Permission.MATCH_ANSWER}))
    for nobody in (VISITOR, program):
        with pytest.raises(NotAllowed):
            can_keep_webhook(nobody, of_unit)


def verified_by(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Say whether one of the signatures is by a secret, as a receiver checks who knows the format alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed_text = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = "v1," + base64.b64encode(hmac.digest(key, signed_text, hashlib.sha256)).decode()
    return expected in headers["webhook-signature"].split(" ")


def test_both_sides_are_told_signed_until_they_take_it_and_nobody_else_is(
    sessions: SessionFactory, receiver: str
) -> None:
    secrets: dict[str, str] = {}
    with unit_of_work(sessions) as session:
        factories.use(session)
        sides, table = proposed(session), laid(session)
        signed(session, table)
        everybody = {
            "wants": sides.enterprise, "made": sides.owner, "stranger": sides.stranger,
            "buyer": table.enterprise, "seller": table.owner,
        }  # fmt: skip
        for name, actor in everybody.items():
            webhook = of_organisation(session, actor)
            webhook.address, secrets[name] = f"{receiver}/{name}", webhook.secret
        outcomes.answer(session, sides.enterprise, sides.match, "enterprise", YES)
        outcomes.answer(session, sides.owner, sides.match, "owner", YES)
        signing.register(session, officer("admin"), table.deal.id, table.deal.revision, registration())
        match, deal = str(sides.match.id), {"noun": "deal", "number": str(table.deal.id)}
    Receiver.status = 503
    assert delivering.deliver_due(sessions, allows_private=True) == 4
    with unit_of_work(sessions) as session:
        session.execute(sa.update(WebhookDelivery).where(WebhookDelivery.due_at.is_not(None)).values(due_at=now()))
    Receiver.status = 200
    assert delivering.deliver_due(sessions, allows_private=True) == 4
    assert delivering.deliver_due(sessions, allows_private=True) == 0
    heard = {}
    for headers, body in Receiver.heard[4:]:
        (name,) = [it for it, secret in secrets.items() if verified_by(secret, headers, body)]
        heard[name] = (json.loads(body)["type"], json.loads(body)["data"])
    both = dict.fromkeys(("wants", "made"), ("match.mutual", {"match": match}))
    assert heard == both | dict.fromkeys(("buyer", "seller"), ("deal.registered", deal))


def test_another_secret_signs_beside_the_former_one_for_a_while(sessions: SessionFactory, receiver: str) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        actor = officer("unit_union", OrganisationFactory())
        webhook = of_organisation(session, actor)
        webhook.address, former = receiver, webhook.secret
        for nobody in (acting(AccountFactory()), officer("enterprise", OrganisationFactory())):
            for verb in (keeping.rotate, keeping.test):
                with pytest.raises(NotFound):
                    verb(session, nobody, webhook.id)
        secret = keeping.rotate(session, actor, webhook.id).secret
        assert secret != former
        keeping.test(session, actor, webhook.id)
        with pytest.raises(Conflict):
            keeping.test(session, actor, webhook.id)
        number = webhook.id
    delivering.deliver_due(sessions, allows_private=True)
    with unit_of_work(sessions) as session:
        session.get_one(Webhook, number).former_until = now()
        keeping.test(session, actor, number)
    delivering.deliver_due(sessions, allows_private=True)
    signed_by = [[verified_by(it, *told) for it in (secret, former)] for told in Receiver.heard]
    assert signed_by == [[True, True], [True, False]]
    assert [json.loads(body)["type"] for _headers, body in Receiver.heard] == ["webhook.test"] * 2
    assert "webhook.test" not in OF_ORGANISATIONS
