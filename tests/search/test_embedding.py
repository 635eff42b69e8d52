"""The bundled model starts by itself and agrees with sentence-transformers; another model is asked for by name."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from search.analysis import terms, tokens
from search.document import SearchDocument
from search.embedding import BUNDLED, Embedder, load_embedder, passage_text
from search.errors import ModelUnavailable
from tests.services import sentence_transformers

TEXTS = ["激光切割0.02mm不锈钢薄板，毛刺去除率达到98%", "belt rip detection", "皮帶被劃穿怎麼及時停", "無 xyzzyx 此詞"]


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return load_embedder()


def test_vectors_are_of_unit_length(bundled: Embedder) -> None:
    vectors = bundled.passages(TEXTS)
    assert vectors.shape == (len(TEXTS), bundled.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_points_where_the_rows_of_all_tokens_do_as_the_files_hold_them(bundled: Embedder) -> None:
    folder = BUNDLED / "0_StaticEmbedding"
    rows = load_file(folder / "model.safetensors")["embedding.weight"].astype(np.float64)
    ids = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    for text, vector in zip(TEXTS, bundled.passages(TEXTS), strict=True):
        total = rows[[ids.get(token.text, 0) for token in tokens(text)]].sum(axis=0)
        assert np.allclose(vector, total / np.linalg.norm(total), atol=1e-6)


def test_a_text_without_a_known_word_has_no_direction(bundled: Embedder) -> None:
    assert not bundled.queries(["", "。。。", "xyzzyxyzzy"]).any()
    assert bundled.queries([]).shape == (0, bundled.dimensions)


def test_a_solution_in_other_words_is_nearer_than_a_stranger(bundled: Embedder) -> None:
    query, solution, stranger = bundled.queries(["皮带被划穿怎么及时停", "输送带纵向撕裂保护", "奶牛瘤胃酸中毒的预防"])
    assert query @ solution > query @ stranger


def test_english_finds_chinese(bundled: Embedder) -> None:
    query, right, wrong = bundled.queries(["welding robot", "焊接机器人", "水稻育种"])
    assert query @ right > query @ wrong


def test_model_files_stay_small_enough_to_keep_with_the_code() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 40 * 2**20


def test_loading_the_bundled_model_needs_no_framework() -> None:
    code = "import sys; from search.embedding import load_embedder as load; load(); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"


def test_the_fingerprint_follows_the_weights(tmp_path: Path, bundled: Embedder) -> None:
    same = shutil.copytree(BUNDLED, tmp_path / "same")
    assert load_embedder(same).fingerprint == bundled.fingerprint
    weights = same / "0_StaticEmbedding" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-2:] = b"\x00\x00"
    weights.write_bytes(content)
    assert load_embedder(same).fingerprint != bundled.fingerprint


def test_a_broken_model_folder_says_what_is_wrong(tmp_path: Path) -> None:
    broken = shutil.copytree(BUNDLED, tmp_path / "broken")
    (broken / "0_StaticEmbedding" / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json"):
        load_embedder(broken)


def test_the_passage_of_a_document_holds_its_words_and_is_bounded() -> None:
    document = SearchDocument("achievement", "1", 1, "钢轨打磨", "波磨" * 5000, keywords=("波磨", "打磨车"))
    text = passage_text(document)
    assert text.startswith("钢轨打磨\n波磨 打磨车\n波磨波磨")
    assert len(text) == 4000


@pytest.mark.filterwarnings("ignore")  # The framework warns about matters of its own.
def test_sentence_transformers_reads_the_same_folder_to_the_same_vectors(bundled: Embedder) -> None:
    model = sentence_transformers().SentenceTransformer(str(BUNDLED)).float()
    theirs = model.encode([" ".join(terms(text)) for text in TEXTS])
    assert np.abs(theirs - bundled.passages(TEXTS)).max() < 1e-4
