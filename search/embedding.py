"""Turn text into vectors whose cosine says how near two meanings are.

The bundled model is a table with one row a token, so a text's vector is the mean of its tokens' rows: read here with
numpy alone, it starts in a fraction of a second and needs no deep-learning framework. The folder is at the same time
an ordinary sentence-transformers model. Any other model goes through sentence-transformers, which is loaded only then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from safetensors.numpy import load

from search import analysis
from search.document import SearchDocument
from search.engine import Vector
from search.errors import ModelUnavailable

BUNDLED = Path(__file__).parent / "model"

# Raise it whenever ``passage_text`` changes: every index must then be rebuilt.
RECIPE = 1

# Vectors say little about what stands far down in a long text, and a hostile record must not stall indexing.
_LONGEST_PASSAGE = 4000

# Cosine under which an unknown model's hit is not counted as found; its own scale is unknown, so this is cautious.
_USUAL_FLOOR = 0.3

# What the makers of these families tell users to write before a text, for models whose files do not say it.
_FAMILY_PROMPTS = (
    ("e5", "query: ", "passage: "),
    ("bge-m3", "", ""),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-", "Represent this sentence for searching relevant passages: ", ""),
)


class Embedder(Protocol):
    """A model that places questions and passages in one space."""

    @property
    def fingerprint(self) -> str:
        """What an index must have been made with to be asked with this model."""

    @property
    def dimensions(self) -> int: ...

    @property
    def floor(self) -> float:
        """The cosine under which a document is not counted as found by meaning."""

    @property
    def is_swift(self) -> bool:
        """Whether thousands of texts are embedded in passing."""

    def passages(self, texts: Sequence[str]) -> Vector:
        """Return unit vectors, shape (len(texts), dimensions); a text without a known token gets zeros."""

    def queries(self, texts: Sequence[str]) -> Vector:
        """Return unit vectors like ``passages``, for the asking side."""

    def words(self, terms: Sequence[str]) -> Vector:
        """Return unit vectors of single tokens of ``search.analysis``, zeros for what the model has no vector of."""


def load_embedder(model: str | Path | None = None) -> Embedder:
    """Return the bundled model, or the one in a folder or under a hub name.

    Raises ModelUnavailable, saying what is missing and how to get it.
    """
    folder = Path(model) if model else BUNDLED
    if (folder / "search.json").is_file():
        return StaticEmbedder(folder)
    if not model:
        raise ModelUnavailable(f"内置模型不完整：{folder} 中缺少 search.json，请重新安装本软件。")
    return TransformerEmbedder(str(model))


def prompts_for(name: str, own: dict[str, str]) -> tuple[str, str]:
    """Return what to write before a question and before a passage: the model's own words, else its family's."""
    if any(own.values()):
        return own.get("query", ""), own.get("document") or own.get("passage", "")
    family = (prompts for part, *prompts in _FAMILY_PROMPTS if part in Path(name).name.lower())
    query, passage = next(family, ("", ""))
    return query, passage


def passage_text(document: SearchDocument) -> str:
    """Return the text that stands for a document in the vector space."""
    return document.text[:_LONGEST_PASSAGE]


class StaticEmbedder:
    """A sentence-transformers StaticEmbedding folder over the tokens of ``search.analysis``.

    ``search.json`` beside its modules marks such a folder and holds the floor measured for it.
    """

    is_swift = True

    def __init__(self, folder: Path) -> None:
        weights, tokenizer = (folder / "0_StaticEmbedding" / name for name in ("model.safetensors", "tokenizer.json"))
        try:
            self.floor = float(json.loads((folder / "search.json").read_text("utf-8"))["floor"])
            table, recipe = weights.read_bytes(), tokenizer.read_bytes()
            self._kept = load(table)["embedding.weight"]
            vocabulary = json.loads(recipe)["model"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(f"模型文件夹 {folder} 缺少文件或已损坏：{error}") from error
        self._ids: dict[str, int] = vocabulary["vocab"]
        # sentence-transformers counts unknown tokens too, but their row is zero and length is normalised away.
        del self._ids[vocabulary["unk_token"]]
        self.dimensions = int(self._kept.shape[1])
        self.fingerprint = _fingerprint(table, recipe, self.dimensions)

    @cached_property
    def _rows(self) -> Vector:
        """The table in single precision; whoever only compares fingerprints does not wait for it."""
        return self._kept.astype(np.float32)

    def passages(self, texts: Sequence[str]) -> Vector:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            ids = [known for known in map(self._ids.get, analysis.terms(text)) if known is not None]
            self._rows.take(ids, axis=0).sum(axis=0, out=vector) if ids else vector.fill(0)
        return _unit(vectors)

    def queries(self, texts: Sequence[str]) -> Vector:
        return self.passages(texts)

    def words(self, terms: Sequence[str]) -> Vector:
        # Row 0 is that of unknown tokens, and zero.
        return _unit(self._rows[[self._ids.get(term, 0) for term in terms]])


class TransformerEmbedder:
    """Any other sentence-transformers model, with the prompts its files or its family ask for."""

    floor = _USUAL_FLOOR
    is_swift = False

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            message = f"模型 {name} 需要 sentence-transformers，请先运行：pip install .[transformers]"
            raise ModelUnavailable(message) from error
        try:
            self._model: Any = SentenceTransformer(name)
        except Exception as error:  # The library raises whatever its loaders, the hub client or the disk raise.
            raise ModelUnavailable(f"无法加载模型 {name}，请检查文件夹或名称以及网络：{error}") from error
        self._query_prompt, self._passage_prompt = prompts_for(name, self._model.prompts)
        self.dimensions = int(self._model.encode("尺").shape[0])
        self.fingerprint = _fingerprint(name.encode(), self._passage_prompt.encode(), self.dimensions)

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
        return _unit(np.asarray(self._model.encode(list(texts), prompt=prompt), dtype=np.float32))


def _fingerprint(weights: bytes, recipe: bytes, dimensions: int) -> str:
    digest = hashlib.blake2b(weights, digest_size=8)
    digest.update(recipe)
    return f"{digest.hexdigest()}-{dimensions}-{RECIPE}.{analysis.VERSION}"


def _unit(vectors: Vector) -> Vector:
    lengths: Vector = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return vectors / lengths
