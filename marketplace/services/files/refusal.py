"""A file is refused: the sentence says why, and what to do."""

from __future__ import annotations

from marketplace.errors import DomainError, Invalid


class FileRefused(Invalid):
    """What was brought cannot be kept. It is one sentence about the whole file, not one about each field."""

    def __init__(self, message: str, **params: object) -> None:
        DomainError.__init__(self, message, **params)
        self.fields = {}
