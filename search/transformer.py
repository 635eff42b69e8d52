"""Any embedding model of sentence-transformers, which is loaded only when one is used.

What a question and a passage must begin with is taken from the model's own files, or else from what the makers of its
family tell users to write. Where meaning begins to count is measured on the model itself, because the cosines of one
family begin where those of another end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from search.embedding import Embedder, fingerprint, unit
from search.engine import Vector
from search.errors import ModelUnavailable

_BGE_CHINESE = "为这个句子生成表示以用于检索相关文章："
_BGE_ENGLISH = "Represent this sentence for searching relevant passages: "
_E5_TASK = "Instruct: Given a question, retrieve the technical records that answer it\nQuery: "

# Words of a model's name, and what to write before a question and before a passage. The first that fits decides.
FAMILIES = (
    # intfloat/multilingual-e5-large-instruct, intfloat/e5-mistral-7b-instruct
    ({"e5", "instruct"}, _E5_TASK, ""),
    # intfloat/e5-small-v2, intfloat/multilingual-e5-base
    ({"e5"}, "query: ", "passage: "),
    ({"bge", "m3"}, "", ""),
    # BAAI/bge-small-zh-v1.5
    ({"bge", "zh"}, _BGE_CHINESE, ""),
    ({"bge", "en"}, _BGE_ENGLISH, ""),
    ({"mxbai", "embed"}, _BGE_ENGLISH, ""),
    ({"nomic", "embed"}, "search_query: ", "search_document: "),
)
# What model files call the side of the passages.
_PASSAGE_NAMES = ("document", "passage", "corpus")

# How many concepts of the thesaurus, taken from all trades, are held against each other to measure a model.
_MEASURED = 32
# So many standard deviations above the mean of these cosines lies the floor of the bundled model, which was measured
# on questions and answers of many kinds; what is as far above the mean counts with any model.
_DEVIATIONS = 1.63
# Enough of a file of weights to tell it from another of the same size.
_PROBE_BYTES = 65_536


class TransformerEmbedder:
    """A model in a folder or under a hub name."""

    is_swift = False

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            message = f"模型 {name} 需要 sentence-transformers，请先运行：pip install .[transformers]"
            raise ModelUnavailable(message) from error
        try:
            self._model: Any = SentenceTransformer(name)
            self._query_prompt, self._passage_prompt = prompts_for(name, self._model.prompts)
            self.dimensions = int(self._encode(["尺"], "").shape[1])
        except Exception as error:  # The library raises whatever its loaders, the hub client or the disk raise.
            raise ModelUnavailable(f"无法加载模型 {name}，请检查文件夹或名称以及网络：{error}") from error
        self.fingerprint = fingerprint(_identity(name), self._passage_prompt.encode(), self.dimensions)

    @cached_property
    def floor(self) -> float:
        """The cosine that texts with nothing in common hardly ever reach, measured when first asked for."""
        return measured_floor(self)

    def passages(self, texts: Sequence[str]) -> Vector:
        return self._encode(texts, self._passage_prompt)

    def queries(self, texts: Sequence[str]) -> Vector:
        return self._encode(texts, self._query_prompt)

    def words(self, terms: Sequence[str]) -> Vector:
        # Outside its text a word has no vector in such a model.
        return np.zeros((len(terms), self.dimensions), dtype=np.float32)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vector:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        found = self._model.encode(list(texts), prompt=prompt, show_progress_bar=False)
        return unit(np.asarray(found, dtype=np.float32))


def measured_floor(embedder: Embedder) -> float:
    """Return the cosine above which a model tells of meaning, to two places."""
    from search import thesaurus  # Here, because it is not needed to write an index.

    concepts = [concept for concept in thesaurus.bundled().concepts.values() if concept.gloss]
    chosen = concepts[:: max(1, len(concepts) // _MEASURED)][:_MEASURED]
    cosines = embedder.queries([it.preferred for it in chosen]) @ embedder.passages([it.gloss for it in chosen]).T
    strange = cosines[~np.eye(len(chosen), dtype=np.bool_)]
    return round(float(strange.mean() + _DEVIATIONS * strange.std()), 2)


def prompts_for(name: str, own: Mapping[str, str]) -> tuple[str, str]:
    """Return what to write before a question and before a passage: the model's own words, else its family's."""
    if any(own.values()):
        return own.get("query", ""), next((own[side] for side in _PASSAGE_NAMES if own.get(side)), "")
    called = set(re.split("[-_]", Path(name).name.lower()))
    for words, query, passage in FAMILIES:
        if words <= called:
            return query, passage
    return "", ""


def _identity(name: str) -> bytes:
    """Return what tells a model from another: its name, or what the files of its folder are and hold."""
    folder = Path(name)
    if not folder.is_dir():
        return name.encode()
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".json", ".safetensors", ".bin", ".model", ".txt"):
            digest.update(f"{file.relative_to(folder)} {file.stat().st_size} ".encode())
            digest.update(_probe(file))
    return digest.digest()


def _probe(file: Path) -> bytes:
    """Return the beginning, the middle and the end of a file, or all of a small one."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        if size <= 3 * _PROBE_BYTES:
            return stream.read()
        pieces = []
        for start in (0, (size - _PROBE_BYTES) // 2, size - _PROBE_BYTES):
            stream.seek(start)
            pieces.append(stream.read(_PROBE_BYTES))
        return b"".join(pieces)
