"""A training run leaves a folder that the product and sentence-transformers can read, the same each time."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from search.embedding import load_embedder
from search.training import __main__ as training
from search.training.pairs import Pair, sources
from search.training.texts import Texts, encoded, vocabulary
from tests.search.training.folder import training_folder

SMALL = ("--dimensions", "8", "--passes", "2", "--tokens", "200")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return training_folder(tmp_path)


def test_one_command_makes_a_model_that_finds(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    training.main([str(data), "--folder", str(folder), *SMALL])
    embedder = load_embedder(folder)
    assert embedder.dimensions == 8
    assert np.linalg.norm(embedder.queries(["汽蚀"])) == pytest.approx(1, abs=1e-5)
    card = (folder / "README.md").read_text("utf-8")
    assert "workshop" in card
    assert "library_name: sentence-transformers" in card


def test_the_same_seed_makes_the_same_model(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        training.main([str(data), "--folder", str(tmp_path / name), *SMALL])
    assert load_embedder(tmp_path / "one").fingerprint == load_embedder(tmp_path / "two").fingerprint


def test_pairs_of_the_trades_follow_one_another_by_sector(data: Path) -> None:
    texts = Texts()
    (workshop,) = [source for source in sources(data, texts) if source.name == "workshop"]
    pairs = workshop.draw(random.Random(1))
    first = {number for pair in pairs[:3] for number in pair.question}
    assert first.isdisjoint({number for pair in pairs[3:] for number in pair.question})
    assert all(isinstance(pair, Pair) and pair.answer for pair in pairs)


def test_no_word_of_the_trades_is_too_rare_for_a_vector(data: Path) -> None:
    texts = Texts()
    found = sources(data, texts)
    tokens = texts.tokens()
    ids = vocabulary(tokens, (number for source in found for number in source.trades), 5)
    assert "诱导轮" in ids or {"诱导", "轮"} <= ids.keys()
    assert 0 not in ids.values()
    assert all(len(one) <= len(text) for one, text in zip(encoded(tokens, ids), tokens, strict=True))


def test_a_text_has_one_number_however_often_it_is_added() -> None:
    texts = Texts()
    assert texts.add("漏油") == texts.add("漏油") == 0
    assert texts.add("漏水") == 1
