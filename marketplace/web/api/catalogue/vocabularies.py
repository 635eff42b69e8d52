"""The code lists that records are filled in with, each code with its labels in both languages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.vocabulary import CodeList
from marketplace.web.api import answers
from marketplace.web.api.parsing import Blueprint

LISTS = {codes.name: codes for codes in vars(vocabulary).values() if isinstance(codes, CodeList)}

blueprint = Blueprint("api_vocabularies", __name__, url_prefix="/vocabularies", description=_("代码表"))


@blueprint.route(f"/<any({', '.join(LISTS)}):name>")
@blueprint.doc(
    operationId="readVocabulary",
    summary=_("读取一张代码表"),
    description=_("记录中只存代码；按通行的次序列出，上级在下级之前。"),
)
@blueprint.response(200, answers.VocabularySchema)
def one(name: str) -> dict[str, Any]:
    return {"name": name, "entries": [_entry(LISTS[name], code) for code in LISTS[name]]}


def _entry(codes: CodeList, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "zh_Hans": codes.label(code),
        "en": codes.label(code, "en"),
        "parent": (None, *codes.ancestors(code))[-1],
    }
