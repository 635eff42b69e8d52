"""The language of a page: as the address says, as chosen before, as the browser prefers, or the installation's own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale

from marketplace.config import Settings
from marketplace.runtime import runtime
from marketplace.vocabulary import Language

# Each language by the name it has for itself.
NAMES: dict[Language, str] = {"zh_Hans": "中文", "en": "English"}
_TAGS: dict[str, Language] = {"zh-hans": "zh_Hans", "zh-cn": "zh_Hans", "zh-sg": "zh_Hans", "zh": "zh_Hans", "en": "en"}
_TRANSLATIONS = Path(__file__).parents[1] / "translations"


class _Sources(Domain):  # type: ignore[misc]  # Flask-Babel publishes no types.
    """Translations read from the files translators write, so that no compiled copy can be missing or out of date."""

    def get_translations_cache(self, ctx: object) -> dict[tuple[str, str], Any]:
        name = str(get_locale()), self.domain[0]
        if name not in self.cache:
            self.cache[name] = _translations(*name)
        held: dict[tuple[str, str], Any] = self.cache
        return held


def init_app(app: Flask, settings: Settings) -> None:
    babel = Babel(
        app,
        default_locale=settings.default_language,
        default_timezone="Asia/Shanghai",
        locale_selector=_chosen,
    )
    babel.domain_instance = _Sources()
    app.before_request(_remember)
    app.after_request(_vary)
    app.add_template_global(NAMES, "language_names")
    app.add_template_global(current, "current_language")
    app.add_template_global(language_tag)
    app.add_template_global(in_language)


def current() -> Language:
    """Return the language of the current page."""
    return "en" if str(get_locale()) == "en" else "zh_Hans"


def language_tag(language: Language | None = None) -> str:
    """Return the name a browser knows a language by; without one, that of the current page's language."""
    return (language or current()).replace("_", "-")


def in_language(language: Language) -> str:
    """Return the address of the current page in another language."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "key")]
    return f"{request.path}?{urlencode([*arguments, ('lang', language)])}"


def _translations(locale: str, domain: str) -> NullTranslations:
    """Return the sentences of a language; the language of the source has no file and needs none."""
    # Reading costs some hundredths of a second, which a process that speaks only Chinese need not spend.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    file = _TRANSLATIONS / locale / "LC_MESSAGES" / f"{domain}.po"
    if not file.exists():
        return Translations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale))
    compiled.seek(0)
    return Translations(compiled, domain)


def _chosen() -> Language:
    if not has_request_context():
        return _default()
    for language in (request.args.get("lang"), session.get("language")):
        if language in NAMES:
            return cast(Language, language)
    preferred = request.accept_languages.best_match(_TAGS)
    return _TAGS[preferred] if preferred else _default()


def _default() -> Language:
    return cast(Language, runtime().settings.default_language)


def _remember() -> None:
    language = request.args.get("lang")
    if language in NAMES and session.get("language") != language:
        session["language"] = language
        session.permanent = True


def _vary(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response
