"""What the closed lists and the fields of the showcase are called on a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import format_date, format_datetime, gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from marketplace.services.showcase.items import Card
from marketplace.web import names

# Of each kind of record that can be pointed at: its name, its page, and what its number is called there.
KINDS = {
    "achievement": (lazy_pgettext("展示", "成果"), "catalogue.achievement", "achievement_id"),
    "collection": (lazy_pgettext("展示", "专题"), "showcase.collection", "collection_id"),
    "story": (lazy_pgettext("展示", "故事"), "showcase.story", "story_id"),
    "studio": (lazy_pgettext("展示", "工作室"), "studios.show", "studio_id"),
}
NOUNS = {noun: name for noun, (name, _view, _number) in KINDS.items()}

STATES = {
    "draft": _("草稿"),
    "scheduled": _("定时公布"),
    "published": _("已公布"),
    "over": lazy_pgettext("展示", "已到期"),
}

SLOT_STATES = {
    "draft": lazy_pgettext("展示", "已撤下"),
    "scheduled": lazy_pgettext("展示", "还没开始"),
    "published": lazy_pgettext("展示", "有效期内"),
    "over": lazy_pgettext("展示", "已到期"),
}

EVENTS = {
    **names.EVENTS,
    "bring_back": _("恢复以前的内容"),
    "put_up": _("放上首页"),
    "take_down": _("从首页撤下"),
}

PLACES = {"month": _("本月展示"), "top": lazy_pgettext("展示", "头条"), "row": _("推荐栏")}

CONSENTS = {
    "open": _("还没有弄清"),
    "nobody": _("文字和图片里没有认得出的人"),
    "given": _("出现的人都已书面同意"),
}

LANGUAGES = {"zh": "中文", "en": "English"}

FIELDS = {
    "title": _("标题"),
    "lead": _("导语"),
    "text": _("正文"),
    "language": _("文字的语言"),
    "picture_id": _("图片"),
    "picture_text": _("图片说明"),
    "consent": _("出现的人是否同意"),
    "appearing": _("出现的人"),
    "agreed_on": _("书面同意的日期"),
    "shown_from": _("公布的开始"),
    "shown_until": _("公布的结束"),
    "items": _("内容"),
    "place": _("位置"),
    "noun": _("种类"),
    "object_id": _("编号"),
    "note": _("推荐语"),
    "month": _("月份"),
    "valid_from": _("有效期的开始"),
    "valid_until": _("有效期的结束"),
    "position": _("次序"),
    "is_taken_down": _("是否撤下"),
}

_CODES: dict[str, dict[str, Any]] = {
    "consent": CONSENTS, "language": LANGUAGES, "place": PLACES, "noun": NOUNS,
    "is_taken_down": {"True": _("是"), "False": _("否")},
}  # fmt: skip
_MOMENTS = ("shown_from", "shown_until", "valid_from", "valid_until")


def card_url(card: Card, **options: Any) -> str:
    """Return where a card leads."""
    _name, endpoint, name = KINDS[card.noun]
    return url_for(endpoint, **{name: card.id}, **options)


def told(field: str, value: Any) -> str:
    """Return a value of a version as people read it; "" where there is none."""
    if value in (None, "", []):
        return ""
    if field in _CODES:
        return str(_CODES[field].get(str(value), value))
    if field in _MOMENTS:
        return str(format_datetime(dt.datetime.fromisoformat(value), "medium"))
    if field == "items":
        return "\n".join(
            gettext("%(noun)s %(number)s", noun=NOUNS.get(noun, noun), number=number) + (f" {note}" if note else "")
            for noun, number, note in value
        )
    return str(value)


def shown_month(month: dt.date) -> str:
    """Return a month the way the language writes it."""
    return str(format_date(month, gettext("y年M月")))
