"""Every sentence for people has its English, and the catalogue holds none that nobody says any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
# Questions to try and words to search with stay in the language of the records.
LEFT_IN_CHINESE = (
    "薄壁件车削变形",
    "皮带划破了怎么及时停机",
    "焊接烟尘怎么收集",
    "三爪卡盘夹薄壁件，松开后内孔变成三棱形",
    "换一种说法，写出工件、设备和现象，例如“机床主轴轴端漏油”",
)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ROOT / "marketplace/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, "en")


def said() -> Iterator[tuple[str | None, str]]:
    """Yield (context, sentence) for every sentence of the product, found as ``make translations`` finds them."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for package in ("marketplace", "ingest"):
        for _file, _line, message, _comments, context in extract_from_dir(str(ROOT / package), methods, options):
            yield context, message[0] if isinstance(message, tuple) else message


def translated(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def source(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_the_catalogue_holds_what_the_product_says_and_nothing_else(english: Catalog) -> None:
    held = {(message.context, source(message)) for message in translated(english)}
    assert held == set(said()), "run make translations, then fill in what is empty"


def test_every_sentence_has_its_english(english: Catalog) -> None:
    assert [source(m) for m in translated(english) if m.fuzzy or not all(forms(m))] == []


def test_english_is_english(english: Catalog) -> None:
    chinese = {source(m) for m in translated(english) if any(map(CHINESE.search, forms(m)))}
    assert chinese == set(LEFT_IN_CHINESE)


def test_a_translation_fills_in_what_its_source_fills_in(english: Catalog) -> None:
    for message in translated(english):
        for form in forms(message):
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source(message))), form
