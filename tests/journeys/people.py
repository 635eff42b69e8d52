"""The people of a journey, each at a browser of their own, before one server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.db import today, unit_of_work
from marketplace.models import Publicity
from search.embedding import Embedder
from tests.accounts import opened_account, signed_in
from tests.opening import build_app
from tests.web.browser import Visit, served
from tests.web.staff import at_the_province

UNIT = "德阳示例机械厂"


@dataclass
class Province:
    """A server with its data, and whoever has come to it by name."""

    app: Flask
    home: str
    browser: Browser
    stack: ExitStack
    visits: dict[str, Visit] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def served(cls, browser: Browser, database: Path, folder: Path, embedder: Embedder) -> Iterator[Province]:
        url = f"sqlite:///{folder / 'marketplace.db'}"
        (folder / "marketplace.db").write_bytes(database.read_bytes())
        app = build_app(url, folder, embedder, SIGN_IN_RATE_LIMIT="1000 per minute")
        with served(app) as home, ExitStack() as stack:
            yield cls(app, home, browser, stack)
        app.extensions["marketplace"].catalogue.close()
        app.extensions["marketplace"].engine.dispose()

    def comes(self, name: str, role: str | None, screen: str = "desktop", **scope: str) -> Page:
        """Let somebody come, with a role or as a visitor, and return the page of his browser."""
        visit = self.stack.enter_context(Visit.of(self.browser, self.home, screen, "zh_Hans"))
        email = f"{name}@example.cn"
        if role == "province_curator":
            visit.sign_in(at_the_province(self.app, email))
        elif role is not None:
            opened_account(self.app, email, role, **scope)
            visit.sign_in(signed_in(self.app, email))
        self.visits[name] = visit
        return visit.page

    def open(self, name: str, address: str) -> Page:
        return self.visits[name].open(address)

    def let_publicity_end(self) -> None:
        """Let all that is in publicity have been shown until yesterday."""
        day = dt.timedelta(days=1)
        with unit_of_work(self.app.extensions["marketplace"].sessions) as session:
            session.execute(sa.update(Publicity).values(starts_on=today() - 9 * day, ends_on=today() - day))

    def run(self, *command: str) -> None:
        """Run a command of the operator."""
        result = self.app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output

    @property
    def complaints(self) -> list[str]:
        return [f"{name}: {told}" for name, visit in self.visits.items() for told in visit.complaints]
