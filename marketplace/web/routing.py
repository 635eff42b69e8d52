"""Routes that cost nothing until they are used."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A route that learns to build its addresses when the first is asked for.

    Building is compiled code, made twice for each route: for some hundred routes that is most of what the start of the
    application takes, and no page links to more than a few dozen.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, /, **values: str) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_now(append_unknown)
            return compiled(rule, **values)

        return build
