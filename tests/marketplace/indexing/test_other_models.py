"""Another embedding model gets an index beside the one in use; a person compares both and decides."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from safetensors.numpy import load_file

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Achievement, UnansweredQuestion
from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.embedding import BUNDLED, Embedder
from search.errors import ModelUnavailable
from search.training import saving
from tests import factories
from tests.factories import AchievementFactory, DemandFactory
from tests.marketplace.test_commands import run, write_judged
from tests.opening import build_app
from tests.services import sentence_transformers

DIMENSIONS = 64


@pytest.fixture
def smaller(tmp_path: Path) -> Path:
    """A model of another size that needs no framework: the first dimensions of the bundled one."""
    module = BUNDLED / "0_StaticEmbedding"
    rows = load_file(module / "model.safetensors")["embedding.weight"][1:, :DIMENSIONS]
    ids = json.loads((module / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    del ids["[UNK]"]
    table = np.concatenate([np.zeros((1, DIMENSIONS), np.float32), rows.astype(np.float32)])
    saving.save(tmp_path / "smaller", table, ids, floor=0.4)
    return tmp_path / "smaller"


@pytest.fixture
def stocked(app: Flask, sessions: SessionFactory) -> Flask:
    """The application on the bundled model, with what people look for."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory(title="主轴箱漏油治理", summary="改迷宫密封为组合密封，漏油停机由每月3次降为0。")
        AchievementFactory(title="皮带纵向撕裂保护", summary="托辊下设检测绳，皮带划穿时两秒内停机。")
        AchievementFactory.create_batch(3)
        DemandFactory(title="主轴箱漏油")
    run(app, "index", "sync")
    return app


@pytest.fixture
def another(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> Iterator[Callable[[str], Flask]]:
    """Opens the same installation with another setting of the model."""
    opened: list[Flask] = []

    def open_with(model: str) -> Flask:
        opened.append(build_app(sqlite_url, tmp_path, embedder, EMBEDDING_MODEL=model))
        return opened[-1]

    yield open_with
    for app in opened:
        app.extensions["marketplace"].catalogue.close()
        app.extensions["marketplace"].engine.dispose()


def held(app: Flask) -> Runtime:
    runtime: Runtime = app.extensions["marketplace"]
    return runtime


def found(app: Flask, text: str) -> list[str]:
    page = held(app).catalogue.search(SearchRequest(kind="achievement", text=text))
    return [hit.document.title for hit in page.hits]


def live_dimensions(app: Flask) -> int:
    live = held(app).catalogue.editions.arrangement().live
    assert live is not None
    return live.dimensions


def test_with_another_model_set_the_index_in_use_goes_on_with_its_own(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path, embedder: Embedder
) -> None:
    changed = another(str(smaller))
    assert found(changed, "主轴箱漏油")[0] == "主轴箱漏油治理"
    assert held(changed).catalogue.embedder.fingerprint == embedder.fingerprint
    with unit_of_work(held(changed).sessions) as session:
        session.get_one(Achievement, 2).title = "道口栏杆防撞装置"
    run(changed, "index", "sync")
    assert found(changed, "道口栏杆")[0] == "道口栏杆防撞装置"
    assert changed.test_client().get("/readyz").status_code == 200
    said = run(changed, "index", "status")
    assert "自带的模型，256 维" in said
    assert f"EMBEDDING_MODEL 现为 {smaller}" in said
    assert "flask index rebuild" in said
    assert "EMBEDDING_MODEL" not in run(stocked, "index", "status")


def test_another_model_is_built_beside_compared_and_used_only_on_command(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path
) -> None:
    changed = another(str(smaller))
    said = run(changed, "index", "rebuild")
    assert "建在旁边" in said
    assert "flask index swap" in said
    assert live_dimensions(changed) == 256
    compared = run(changed, "index", "compare")
    assert "overlap@10" in compared
    assert "nDCG@10" in compared
    assert live_dimensions(changed) == 256
    with unit_of_work(held(changed).sessions) as session:
        session.get_one(Achievement, 2).title = "道口栏杆防撞装置"
    assert "已启用新索引" in run(changed, "index", "swap")
    assert live_dimensions(changed) == DIMENSIONS
    assert held(changed).catalogue.embedder.dimensions == DIMENSIONS
    assert found(changed, "道口栏杆")[0] == "道口栏杆防撞装置"
    run(changed, "index", "check")
    # A process that still has the old setting learns of it at its next question.
    assert found(stocked, "道口栏杆")[0] == "道口栏杆防撞装置"
    assert held(stocked).catalogue.embedder.dimensions == DIMENSIONS


def test_going_back_to_the_old_model_brings_what_changed_since(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path
) -> None:
    changed = another(str(smaller))
    run(changed, "index", "rebuild")
    run(changed, "index", "swap")
    with unit_of_work(held(changed).sessions) as session:
        session.get_one(Achievement, 2).title = "道口栏杆防撞装置"
    run(changed, "index", "sync")
    said = run(changed, "index", "rollback")
    assert "EMBEDDING_MODEL 仍是另一个模型" in said
    assert live_dimensions(changed) == 256
    assert found(changed, "道口栏杆")[0] == "道口栏杆防撞装置"
    run(stocked, "index", "check")


def test_both_indexes_answer_the_questions_of_a_file(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path, tmp_path: Path
) -> None:
    changed = another(str(smaller))
    run(changed, "index", "rebuild")
    questions = tmp_path / "questions.txt"
    questions.write_text("主轴箱漏油\n\n皮带划穿\n", "utf-8")
    (row, by_meaning) = json.loads(run(changed, "index", "compare", "--questions", questions, "--json"))
    assert (row["leg"], by_meaning["leg"], row["questions"], row["ndcg"]) == ("hybrid", "vector", 2, None)
    assert 0 < row["overlap"] <= 1
    questions.write_bytes("主轴箱漏油".encode("gb18030"))
    assert "UTF-8" in run(changed, "index", "compare", "--questions", questions, status=1)


def test_two_models_are_compared_on_judgements_before_anything_is_built(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path, tmp_path: Path
) -> None:
    write_judged(tmp_path)
    row, _by_meaning = json.loads(run(another(str(smaller)), "index", "compare", tmp_path, "--json"))
    assert (row["questions"], row["judged"], row["ndcg"], row["overlap"]) == (1, 1, [1.0, 1.0], 1.0)


def test_the_title_of_a_record_is_a_question_whose_answer_is_known(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path
) -> None:
    changed = another(str(smaller))
    with unit_of_work(held(changed).sessions) as session:
        day = factories.today()
        session.add(
            UnansweredQuestion(text="栏杆老被撞", language="zh_Hans", found="nothing", first_on=day, last_on=day)
        )
    run(changed, "index", "rebuild")
    row, _by_meaning = json.loads(run(changed, "index", "compare", "--json"))
    # What found nothing, one demand and five achievements.
    assert (row["questions"], row["judged"]) == (7, 5)
    assert min(row["ndcg"]) > 0.5


def test_without_an_index_beside_there_is_nothing_to_compare(stocked: Flask) -> None:
    assert "flask index rebuild --beside" in run(stocked, "index", "compare", status=1)
    assert "flask index rebuild --beside" in run(stocked, "index", "swap", status=1)
    assert "无法回退" in run(stocked, "index", "rollback", status=1)
    assert "无需删除" in run(stocked, "index", "discard", status=1)


def test_an_index_beside_is_discarded_and_the_one_in_use_stays(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path
) -> None:
    changed = another(str(smaller))
    run(changed, "index", "rebuild")
    assert "建在旁边" in run(changed, "index", "status")
    run(changed, "index", "discard")
    assert "建在旁边" not in run(changed, "index", "status")
    assert live_dimensions(changed) == 256


def test_a_model_that_is_gone_is_named_and_a_rebuild_helps(
    stocked: Flask, another: Callable[[str], Flask], smaller: Path, tmp_path: Path
) -> None:
    changed = another(str(smaller))
    run(changed, "index", "rebuild")
    run(changed, "index", "swap")
    shutil.rmtree(smaller)
    bundled = another("")
    with pytest.raises(ModelUnavailable, match="smaller"):
        held(bundled).catalogue.live()
    assert "smaller" in run(bundled, "search", "query", "漏油", status=1)
    assert "索引已重建并启用（自带的模型）" in run(bundled, "index", "rebuild")
    assert found(bundled, "主轴箱漏油")[0] == "主轴箱漏油治理"


def tiny_transformer(folder: Path) -> Path:
    """A transformer with random weights, saved by the library; its questions and passages begin differently."""
    framework = sentence_transformers()
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    known = sorted(set("主轴箱漏油治理皮带纵向撕裂保护划穿道口栏杆防装置问答：，。"))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *known]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    inner = folder / "inner"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(inner)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(inner)
    layers = framework.models
    model = framework.SentenceTransformer(
        modules=[layers.Transformer(str(inner), max_seq_length=64), layers.Pooling(32)],
        prompts={"query": "问：", "document": "答："},
        device="cpu",
    )
    model.save(str(folder / "tiny"))
    return folder / "tiny"


@pytest.mark.filterwarnings("ignore")  # The framework warns about matters of its own.
def test_a_transformer_made_here_is_built_beside_compared_and_used(
    stocked: Flask, another: Callable[[str], Flask], tmp_path: Path
) -> None:
    changed = another(str(tiny_transformer(tmp_path)))
    run(changed, "index", "rebuild")
    assert "overlap@10" in run(changed, "index", "compare")
    run(changed, "index", "swap")
    assert live_dimensions(changed) == 32
    embedder = held(changed).catalogue.embedder
    assert embedder.queries(["漏油"]) @ embedder.passages(["漏油"]).T < 0.9999
    assert "主轴箱漏油治理" in found(changed, "主轴箱漏油")
    run(changed, "index", "check")
    run(changed, "index", "rollback")
    assert live_dimensions(changed) == 256
