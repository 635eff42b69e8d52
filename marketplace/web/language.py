"""The language of a page: as the address says, as chosen before, as the browser prefers, or the installation's own."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, request, session
from flask_babel import Babel, get_locale

from marketplace.config import Settings
from marketplace.runtime import runtime
from marketplace.vocabulary import Language

# Each language by the name it has for itself.
NAMES: dict[Language, str] = {"zh_Hans": "中文", "en": "English"}
_TAGS: dict[str, Language] = {"zh-hans": "zh_Hans", "zh-cn": "zh_Hans", "zh-sg": "zh_Hans", "zh": "zh_Hans", "en": "en"}


def init_app(app: Flask, settings: Settings) -> None:
    Babel(
        app,
        default_locale=settings.default_language,
        default_timezone="Asia/Shanghai",
        default_translation_directories="translations",
        locale_selector=_chosen,
    )
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
