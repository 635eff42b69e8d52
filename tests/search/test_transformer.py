"""Any model of sentence-transformers can be used: with its prefixes, and its cosines measured on its own scale."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from search.embedding import BUNDLED, Embedder, load_embedder
from search.engine import Vector
from search.errors import ModelUnavailable
from search.transformer import measured_floor
from tests.search.indexes import vector_of
from tests.services import sentence_transformers

CHINESE = "为这个句子生成表示以用于检索相关文章："
ENGLISH = "Represent this sentence for searching relevant passages: "


class Recorder:
    """Notes what it is given to embed, and returns vectors that follow from the text and are not of unit length."""

    own: ClassVar[Mapping[str, str]] = {}

    def __init__(self, name: str) -> None:
        if "broken" in name:
            raise OSError("no such model")
        self.prompts = dict(self.own)
        self.given: list[str] = []

    def encode(self, texts: Sequence[str], *, prompt: str, show_progress_bar: bool) -> Vector:
        self.given += [prompt + text for text in texts]
        return np.stack([5 * vector_of(prompt + text, 12) for text in texts])


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> type[Recorder]:
    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Recorder))
    monkeypatch.setattr(Recorder, "own", {"query": "", "document": ""})
    return Recorder


def given(embedder: Any) -> list[str]:
    """Return what the model was asked to embed for a question and a passage."""
    embedder._model.given.clear()
    embedder.queries(["漏油"])
    embedder.passages(["密封"])
    found: list[str] = embedder._model.given
    return found


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("models/multilingual-e5-large", "query: ", "passage: "),
        (
            "intfloat/multilingual-e5-large-instruct",
            "Instruct: Given a question, retrieve the technical records that answer it\nQuery: ",
            "",
        ),
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-small-zh-v1.5", CHINESE, ""),
        ("BAAI/bge-large-zh", CHINESE, ""),
        ("BAAI/bge-base-en-v1.5", ENGLISH, ""),
        ("mixedbread-ai/mxbai-embed-large-v1", ENGLISH, ""),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", "", ""),
        ("thenlper/gte-large-zh", "", ""),
    ],
)
def test_a_family_gets_the_words_its_makers_ask_for(name: str, query: str, passage: str) -> None:
    assert given(load_embedder(name)) == [f"{query}漏油", f"{passage}密封"]


@pytest.mark.parametrize(
    ("own", "query", "passage"),
    [
        ({"query": "问：", "document": "答："}, "问：", "答："),
        ({"query": "问：", "passage": "文："}, "问：", "文："),
        ({"query": "问：", "document": "", "corpus": "库："}, "问：", "库："),
        ({"query": "问："}, "问：", ""),
    ],
)
def test_what_the_files_of_a_model_say_goes_before_its_family(
    recorder: type[Recorder], monkeypatch: pytest.MonkeyPatch, own: Mapping[str, str], query: str, passage: str
) -> None:
    monkeypatch.setattr(recorder, "own", own)
    assert given(load_embedder("intfloat/e5-small")) == [f"{query}漏油", f"{passage}密封"]


@pytest.mark.usefixtures("recorder")
def test_its_vectors_are_made_of_unit_length_and_of_its_own_dimensions() -> None:
    embedder = load_embedder("some/model")
    vectors = embedder.passages(["漏油", "密封"])
    assert (vectors.shape, embedder.dimensions, vectors.dtype) == ((2, 12), 12, np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert embedder.queries([]).shape == (0, 12)
    assert not embedder.words(["漏油"]).any()


@pytest.mark.usefixtures("recorder")
def test_the_fingerprint_follows_the_name_and_what_is_written_before_a_passage() -> None:
    prints = [load_embedder(name).fingerprint for name in ("some/model", "other/model", "some/e5-model")]
    assert len(set(prints)) == 3
    assert load_embedder("some/model").fingerprint == prints[0]


@pytest.mark.usefixtures("recorder")
def test_the_fingerprint_of_a_folder_follows_what_it_holds_and_not_where_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    weights = np.random.default_rng(1).bytes(400_000)
    (folder / "model.safetensors").write_bytes(weights)
    before = load_embedder(folder).fingerprint
    assert load_embedder(folder.rename(tmp_path / "two")).fingerprint == before
    (tmp_path / "two" / "model.safetensors").write_bytes(weights[::-1])
    assert load_embedder(tmp_path / "two").fingerprint != before


@pytest.mark.usefixtures("recorder")
def test_a_model_whose_vectors_say_nothing_finds_nothing_by_meaning_alone() -> None:
    embedder = load_embedder("some/model")
    cosines = embedder.queries(["漏油"]) @ embedder.passages([f"密封{number}" for number in range(400)]).T
    assert (cosines >= embedder.floor).mean() < 0.1


def test_the_measure_of_where_meaning_begins_agrees_with_that_of_the_bundled_model(embedder: Embedder) -> None:
    assert measured_floor(embedder) == pytest.approx(embedder.floor, abs=0.01)


def test_a_model_that_cannot_be_loaded_is_named(recorder: type[Recorder]) -> None:
    with pytest.raises(ModelUnavailable, match=r"broken/model.*no such model"):
        load_embedder("broken/model")


def test_without_the_framework_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelUnavailable, match=r"pip install \.\[transformers\]"):
        load_embedder("some/model")


@pytest.mark.filterwarnings("ignore")  # The framework warns about matters of its own.
def test_any_sentence_transformers_folder_can_be_used(tmp_path: Path) -> None:
    sentence_transformers()
    other = shutil.copytree(BUNDLED, tmp_path / "other", ignore=shutil.ignore_patterns("search.json"))
    embedder = load_embedder(other)
    vectors = embedder.queries(["激光 切割", "焊接 机器人"])
    assert vectors.shape == (2, embedder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert embedder.fingerprint != load_embedder().fingerprint


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence_transformers()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="nowhere"):
        load_embedder(tmp_path / "nowhere")
