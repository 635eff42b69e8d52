"""A page asks nothing of another host, runs nothing that stands in it and tells a stranger nothing about the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import FIXTURE, WANTED
from tests.web.conftest import Shelf
from tests.web.pages import PAGES, Page, opened

SECRET = "什么也不该写进日志的内容"


def built(sqlite_url: str, folder: Path, embedder: Embedder, **environment: str) -> FlaskClient:
    return build_app(sqlite_url, folder, embedder, **environment).test_client()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    """A visitor of a catalogue with one achievement and one demand."""
    return shelf([FIXTURE], [WANTED]).test_client()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_forbids_what_it_does_not_need(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
def test_every_page_holds_nothing_inline_and_nothing_of_another_host(visitor: FlaskClient, address: str) -> None:
    page = Page(visitor.get(address))
    assert [it for it in page.all("script") if it["type"] != "application/ld+json"] == []
    assert page.all("style") == []
    for element in page.elements:
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")], element
        for name in ("src", "href", "action"):
            # A mail about the page goes to whomever its reader writes in.
            assert re.match(r"/(?!/)|#|http://localhost/|mailto:\?|$", element[name]), element


def test_everything_a_page_refers_to_is_there(client: FlaskClient) -> None:
    page = opened(client, "/")
    for address in {link["href"] for link in page.all("link")}:
        with client.get(address) as answer:
            assert answer.status_code == 200
    assert page.one("link", rel="icon")["type"] == "image/svg+xml"


def test_the_pages_leave_out_on_paper_what_only_a_screen_needs(client: FlaskClient) -> None:
    with client.get("/static/catalogue.css") as answer:
        sheet = answer.text
    on_paper = sheet[sheet.index("@media print") :]
    hidden = re.findall(r"^ *([^{}]+) { display: none; }", on_paper, re.MULTILINE)
    assert {".masthead nav", ".search", ".facets", ".button"} <= set(", ".join(hidden).split(", "))


def test_an_error_tells_its_number_and_nothing_else(
    sqlite_url: str, tmp_path: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    app = build_app(sqlite_url, tmp_path, embedder)
    app.testing = False

    @app.get("/failing")
    def fail() -> str:
        told = SECRET
        raise RuntimeError(f"{len(told)} characters")

    page = opened(app.test_client(), "/failing", 500)
    number = page.one("code").text
    log = capsys.readouterr().err
    assert page.one("h1").text == "服务器出错"
    assert "RuntimeError" not in page.source
    assert number in log and "RuntimeError" in log
    assert SECRET not in log


@pytest.mark.parametrize(
    ("sent_on", "kept"), [("proxy-12345678", True), ("short", False), ("a\tb12345678", False), ("x" * 65, False)]
)
def test_a_request_keeps_the_name_a_proxy_gave_it_if_it_is_a_name(
    client: FlaskClient, sent_on: str, kept: bool
) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": sent_on})
    assert (answer.headers["X-Request-ID"] == sent_on) is kept
    assert len(answer.headers["X-Request-ID"]) >= 8


def test_who_asks_too_often_waits_but_may_go_on_reading(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> None:
    client = built(sqlite_url, tmp_path, embedder, RATE_LIMIT="3 per minute")
    answers = [client.get("/achievements") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "请求太频繁" in answers[-1].text
    assert client.get("/api/v1/demands").mimetype == "application/problem+json"
    assert client.get("/help").status_code == 200


def test_behind_a_proxy_each_visitor_is_counted_alone(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> None:
    client = built(sqlite_url, tmp_path, embedder, RATE_LIMIT="1 per minute", TRUSTED_PROXIES="1")
    # What a visitor writes into the header stands before what the proxy adds, and is not believed.
    visitors = ["203.0.113.1", "203.0.113.2", "203.0.113.9, 203.0.113.1"]
    answers = [client.get("/api/v1/demands", headers={"X-Forwarded-For": visitor}) for visitor in visitors]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_without_a_proxy_nobody_is_believed_to_be_somebody_else(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    client = built(sqlite_url, tmp_path, embedder, RATE_LIMIT="1 per minute")
    answers = [client.get("/api/v1/demands", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in (1, 2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_an_upload_beyond_the_bound_is_refused(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> None:
    client = built(sqlite_url, tmp_path, embedder, MAX_UPLOAD_BYTES="2048")
    refused = client.post("/demands/brief", data={"text": "长" * 4000})
    assert (refused.status_code, "最多 0.00" in refused.text) == (413, True)


def test_in_production_cookies_are_for_encrypted_requests_and_no_script(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    client = built(sqlite_url, tmp_path, embedder, MARKETPLACE_ENV="production", SECRET_KEY="k" * 40)
    cookie = client.get("/?lang=en").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_where_encryption_is_forced_a_plain_request_is_led_to_it(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    client = built(sqlite_url, tmp_path, embedder, FORCE_HTTPS="true")
    assert client.get("/about").location == "https://localhost/about"
    assert "Strict-Transport-Security" in client.get("/about", base_url="https://localhost").headers
    # A probe asks from inside, where nothing is encrypted.
    assert client.get("/healthz").status_code == 200


def test_a_page_knows_no_other_method(client: FlaskClient) -> None:
    answer = client.delete("/about")
    assert answer.status_code in (400, 405)
    assert "GET" in client.options("/about").headers["Allow"]
