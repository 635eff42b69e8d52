"""A file is refused: the sentence says why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from marketplace.errors import DomainError, Invalid


class FileRefused(Invalid):
    """What was brought cannot be kept. It is one sentence about the whole file, not one about each field."""

    def __init__(self, message: str, **params: object) -> None:
        DomainError.__init__(self, message, **params)
        self.fields = {}

    def sentences(self, translate: Callable[[str], str]) -> list[str]:
        return [self.text(translate)]


class FilesRefused(FileRefused):
    """Several files were brought at once: what is said of each that cannot be kept, so that none is kept."""

    def __init__(self, refused: Sequence[FileRefused]) -> None:
        super().__init__(refused[0].message, **refused[0].params)
        self.refused = tuple(refused)

    def sentences(self, translate: Callable[[str], str]) -> list[str]:
        return [it.text(translate) for it in self.refused]

    def text(self, translate: Callable[[str], str]) -> str:
        return " ".join(self.sentences(translate))
