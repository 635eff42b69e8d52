"""Turn text into vectors whose cosine says how near two meanings are.

The bundled model is a table with one row a token, so a text's vector is the mean of its tokens' rows: read here with
numpy alone, it starts in a fraction of a second and needs no deep-learning framework. The folder is at the same time
an ordinary sentence-transformers model. Any other model goes through sentence-transformers, which is loaded only then.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
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
    from search.transformer import TransformerEmbedder  # Here, because the bundled model does without it.

    return TransformerEmbedder(str(model))


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
        # Interned like the words of ``analysis.cut``, so that most are found without comparing characters.
        self._ids: dict[str, int] = {sys.intern(token): place for token, place in vocabulary["vocab"].items()}
        # sentence-transformers counts unknown tokens too, but their row is zero and length is normalised away.
        del self._ids[vocabulary["unk_token"]]
        self.dimensions = int(self._kept.shape[1])
        self.fingerprint = fingerprint(table, recipe, self.dimensions)

    @cached_property
    def _rows(self) -> Vector:
        """The table in single precision; whoever only compares fingerprints does not wait for it."""
        return self._kept.astype(np.float32)

    @cached_property
    def _characters(self) -> NDArray[np.intp]:
        """The row of every character, shape (number of code points,): four times as fast as a dictionary."""
        rows = np.zeros(sys.maxunicode + 1, np.intp)
        for token, row in self._ids.items():
            if len(token) == 1:
                rows[ord(token)] = row
        return rows

    def passages(self, texts: Sequence[str]) -> Vector:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            words, characters = analysis.cut(text)
            # Row 0 is that of unknown tokens, and zero.
            known = np.fromiter(map(self._ids.get, words, repeat(0)), np.intp, len(words))
            codes = np.frombuffer(characters.encode("utf-32-le"), np.uint32)
            ids = np.concatenate((known, self._characters.take(codes)))
            # A product with ones is the sum, and faster than ``sum``.
            np.dot(np.ones(len(ids), np.float32), self._rows.take(ids, axis=0), out=vector)
        return unit(vectors)

    def queries(self, texts: Sequence[str]) -> Vector:
        return self.passages(texts)

    def words(self, terms: Sequence[str]) -> Vector:
        # Row 0 is that of unknown tokens, and zero.
        return unit(self._rows[[self._ids.get(term, 0) for term in terms]])


def fingerprint(weights: bytes, recipe: bytes, dimensions: int) -> str:
    """Return what changes whenever the vectors of a model do, or the texts that are given to it."""
    digest = hashlib.blake2b(weights, digest_size=8)
    digest.update(recipe)
    return f"{digest.hexdigest()}-{dimensions}-{RECIPE}.{analysis.VERSION}"


def unit(vectors: Vector) -> Vector:
    """Return vectors of length 1 in the same directions; a zero stays one."""
    lengths: Vector = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return vectors / lengths
