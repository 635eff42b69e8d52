"""What personal data, and the places in a file where it was found, are called."""

from __future__ import annotations

import re
from collections.abc import Callable

from marketplace.errors import N_
from marketplace.file_texts import Place

KIND_NAMES = {
    "mobile": N_("手机号"),
    "landline": N_("固定电话"),
    "identity_card": N_("身份证号"),
    "bank_card": N_("银行卡号"),
    "email": N_("邮箱地址"),
}
_PLACES = {
    "page": N_("第 %(name)s 页"),
    "slide": N_("第 %(name)s 张幻灯片"),
    "paragraph": N_("第 %(name)s 段"),
    "cell": N_("工作表“%(sheet)s”%(cell)s 格"),
    "sheet": N_("工作表“%(name)s”的名称"),
}
# What people know the parts of a file by.
_PARTS = (
    (re.compile(r"header|footer|worksheets|chartsheets|styles"), N_("页眉或页脚")),
    (re.compile("note"), N_("脚注或备注")),
    (re.compile("omment|nnotation"), N_("批注")),
    (re.compile("slide"), N_("幻灯片母版")),
)
_ELSEWHERE = N_("图形或文本框")


def place(found: Place, translate: Callable[[str], str]) -> str:
    """Return a place as people call it: 第 3 页, 工作表“名单”B7 格, 页眉或页脚."""
    if found.kind == "part":
        return translate(next((name for part, name in _PARTS if part.search(found.name)), _ELSEWHERE))
    sheet, _, cell = found.name.rpartition("!")
    return translate(_PLACES[found.kind]) % {"name": found.name, "sheet": sheet, "cell": cell}
