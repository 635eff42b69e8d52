"""Write a model as a sentence-transformers folder that ``search.embedding`` reads without that library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

_MODULES = [
    {"idx": 0, "name": "0", "path": "0_StaticEmbedding", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def save(folder: Path, rows: NDArray[np.float32], ids: Mapping[str, int], floor: float) -> None:
    """Write weights (half precision), tokens, modules and the floor measured for the model."""
    module = folder / "0_StaticEmbedding"
    module.mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": rows.astype(np.float16)}, module / "model.safetensors")
    _write(module / "tokenizer.json", _tokenizer(ids))
    _write(folder / "modules.json", _MODULES)
    _write(folder / "search.json", {"floor": floor})


def _tokenizer(ids: Mapping[str, int]) -> dict[str, object]:
    """Return a tokenizer for texts that ``search.analysis`` has cut: it splits at blanks and looks words up."""
    nothing = dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder"))
    vocabulary = {"[UNK]": 0, **ids}
    return {
        "version": "1.0",
        **nothing,
        "added_tokens": [],
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
