"""A page as its reader meets it: its text, its links and what a browser would send for its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

# Every kind of page, where one achievement and one demand are on record.
PAGES = [
    "/",
    "/achievements?q=夹具",
    "/achievements/1",
    "/demands",
    "/demands/new",
    "/demands/1",
    "/novelty",
    "/organisations/1",
    "/golden-ideas",
    "/golden-ideas/rounds",
    "/honours",
    "/stories",
    "/collections",
    "/studios",
    "/statistics",
    "/studios/map",
    "/naming",
    "/verify",
    "/export/achievements",
    "/about",
    "/help",
    "/api/v1/docs",
    "/account/sign-in",
    "/account/register",
    "/account/forgotten",
    "/account/sent",
    "/nothing",
]
_VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass(frozen=True)
class Element:
    """An element with the text in it, white space folded."""

    tag: str
    attributes: dict[str, str]
    text: str
    # The action of the form it stands in.
    form: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """What one answer shows; ``elements`` stand in the order in which they end."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.status, self.source = answer.status_code, answer.text
        self.elements: list[Element] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(self.source)
        assert not self._open, f"not closed: {[tag for tag, _, _ in self._open]}"
        names = [element["id"] for element in self.elements if element["id"]]
        assert len(names) == len(set(names)), f"not the only one of its name: {names}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self.elements.append(Element(tag, attributes, "", self._action()))
        else:
            self._open.append((tag, attributes, []))

    def handle_endtag(self, tag: str) -> None:
        opened, attributes, parts = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        text = " ".join("".join(parts).split()) if tag != "textarea" else "".join(parts).removeprefix("\r\n")
        self.elements.append(Element(tag, attributes, text, self._action()))
        if self._open and tag != "script":
            self._open[-1][2].extend((" ", *parts, " ") if tag in ("p", "li", "td", "th", "div") else parts)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def _action(self) -> str:
        return next((attributes.get("action", "") for tag, attributes, _ in self._open if tag == "form"), "")

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """Return the elements of a tag whose attributes are as wanted; ``class_`` stands for one of the classes."""
        return [it for it in self.elements if it.tag == tag and all(_has(it, *pair) for pair in wanted.items())]

    def one(self, tag: str, **wanted: str) -> Element:
        (element,) = self.all(tag, **wanted)
        return element

    @property
    def text(self) -> str:
        return self.one("main").text

    def link(self, text: str) -> str:
        """Return where the first link with a text in it leads."""
        return next(link["href"] for link in self.all("a") if text in link.text)

    def form(self, action: str | None = None, **filled: str) -> MultiDict[str, str]:
        """Return what a browser would send: the form of an action, or all forms there are, some fields filled in."""
        form = MultiDict(self._sent(action))
        for name, value in filled.items():
            form[name] = value
        return form

    def _sent(self, action: str | None) -> Iterator[tuple[str, str]]:
        chosen = ""
        for element in self.elements:
            if action is not None and element.form != action:
                continue
            given = element.attributes
            if element.tag == "input" and (
                given.get("type") not in ("checkbox", "radio", "search") or "checked" in given
            ):
                yield element["name"], element["value"]
            elif element.tag == "textarea":
                yield element["name"], element.text
            elif element.tag == "option" and "selected" in given:
                chosen = element["value"]
            elif element.tag == "select":
                yield element["name"], chosen
                chosen = ""


def opened(client: FlaskClient, address: str, status: int = 200, **options: Any) -> Page:
    """Open an address and return its page, which has the status expected."""
    page = Page(client.get(address, **options))
    assert page.status == status, page.source
    return page


def sent(client: FlaskClient, address: str, form: MultiDict[str, str], status: int = 200) -> Page:
    """Send a form, follow where it leads and return the page, which has the status expected."""
    page = Page(client.post(address, data=form, follow_redirects=True))
    assert page.status == status, page.source
    return page


def _has(element: Element, name: str, wanted: str) -> bool:
    return wanted in element["class"].split() if name == "class_" else element[name] == wanted
