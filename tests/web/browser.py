"""A real Chromium before a real server that holds the sample records."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright
from werkzeug.serving import make_server

from ingest.cli import ingest
from tests.services import missing
from tests.serving import answering

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"
SCREENS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
LOCALES = {"zh_Hans": "zh-CN", "en": "en-GB"}
# What Chromium would otherwise ask other hosts about by itself.
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


def load_sample(app: Flask) -> None:
    """Bring the sample records in as ``make demo`` does."""
    runner = app.test_cli_runner()
    brought = [
        runner.invoke(ingest, [noun, str(SAMPLE / file)])
        for noun, file in (
            ("organisations", "organisations.csv"),
            ("achievements", "achievements.csv"),
            ("demands", "demands.xlsx"),
            ("studios", "studios.csv"),
        )
    ]
    for result in (*brought, runner.invoke(args=["index", "sync"])):
        assert result.exit_code == 0, result.output


def closing(app: Flask) -> WSGIApplication:
    """Return an application that closes the file it sends also where the browser has gone on to another page.

    The server closes what it was given after it has read what the browser still sends, and not at all where that fails.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        sent = app(environ, start_response)
        try:
            yield from sent
        finally:
            if (close := getattr(sent, "close", None)) is not None:
                close()

    return answer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port and give its address."""
    # The application writes its own line for each request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, closing(app), threaded=True)
    with answering(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of the machine."""
    program = shutil.which("chromium")
    if program is None:
        missing("BROWSER", "chromium is not installed")
    with sync_playwright() as playwright:
        # A container has no user namespaces for Chromium's own sandbox; the pages it opens are ours.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *_QUIET])
        yield browser
        browser.close()


def press(pressed: Locator) -> None:
    """Press a button or follow a link, and wait until the page it leads to holds all it shows."""
    with pressed.page.expect_navigation():
        pressed.click()


@dataclass
class Visit:
    """A visitor with a screen and a language; what a page did wrong is kept in ``complaints``."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def of(cls, browser: Browser, home: str, screen: str, language: str, **options: Any) -> Iterator[Visit]:
        context = browser.new_context(
            viewport=SCREENS[screen], is_mobile=screen == "phone", locale=LOCALES[language], **options
        )
        visit = cls(context.new_page(), home)
        visit.page.on("console", visit._hear)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", visit._see)
        visit.page.on("requestfailed", visit._miss)
        yield visit
        context.close()

    def sign_in(self, client: FlaskClient) -> None:
        """Let this browser go on as the one of a test client, with its session."""
        cookie = client.get_cookie("session")
        assert cookie is not None
        self.page.context.add_cookies([{"name": "session", "value": cookie.value, "url": self.home}])

    def open(self, address: str) -> Page:
        """Open a page and wait until it holds all it shows."""
        self.page.goto(self.home + address)
        return self.page

    def width(self) -> int:
        """Return how wide the page is, however little of that the screen shows."""
        self.page.wait_for_load_state()
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium reports it when the page itself is answered with an error, which some are on purpose.
        if message.type in ("error", "warning") and message.location["url"] != self.page.url:
            self.complaints.append(message.text)

    def _miss(self, request: Request) -> None:
        # What is still on its way when a page is left is broken off, which is nobody's fault.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.complaints.append(f"another host: {request.url}")
