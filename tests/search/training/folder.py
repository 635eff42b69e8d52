"""A training folder of a few lines, with every file the real one has."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

CONCEPTS = [
    {"id": "1", "kind": "problem", "pref": "淬火软点", "alt": ["淬不硬"], "en": ["soft spot"], "broader": "",
     "related": ["淬火"], "solved_by": ["强制搅拌"], "sector": "热处理", "gloss": "淬火后局部硬度不够。"},
    {"id": "2", "kind": "technique", "pref": "强制搅拌", "alt": ["搅拌桨"], "en": ["agitation"], "broader": "",
     "related": ["淬火槽"], "sector": "热处理", "gloss": "让淬火液流动均匀冷却。"},
    {"id": "3", "kind": "problem", "pref": "离心泵汽蚀", "alt": ["汽蚀"], "en": ["cavitation"], "broader": "",
     "related": ["叶轮"], "solved_by": ["诱导轮"], "sector": "水泵", "gloss": "入口压力低，气泡打坏叶轮。"},
]  # fmt: skip
TRIPLES = [
    {"sector": "热处理", "need": "齿轮淬不硬", "need2": "淬不硬", "solution": "淬火槽加搅拌桨", "near": "淬火槽加盖"},
    {"sector": "水泵", "need": "泵里像爆豆", "need2": "泵响", "solution": "进口加装诱导轮", "near": "泵房隔音"},
]
PAIRS = [
    {"q": f"第{number}种方法", "d": f"用第{number}种方法解决了问题{number}，效果明显。", "t": "title-abs"}
    for number in range(12)
]
FILES = {
    "science_pairs.jsonl.gz": PAIRS,
    "chinaxiv_heading_passage.jsonl.gz": PAIRS,
    "chinaxiv_intro_conclusion.jsonl.gz": PAIRS,
    "need_solution_zh_human.jsonl.gz": [{"need": "汽蚀严重", "title": "诱导轮", "solution": "加装诱导轮后消除"}],
    "zh_en_terms_cedict.jsonl.gz": [{"zh": "泵", "en": ["pump"]}, {"zh": "齿轮", "en": ["gear"]}] * 4,
    "workshop_triples.jsonl": TRIPLES,
}


def training_folder(folder: Path) -> Path:
    train, concepts = folder / "train", folder / "thesaurus"
    train.mkdir()
    concepts.mkdir()
    for name, rows in FILES.items():
        _write(train / name, rows)
    _write(concepts / "trades.jsonl", CONCEPTS)
    return folder


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())
