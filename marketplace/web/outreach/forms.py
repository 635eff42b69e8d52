"""The forms of an event and of who came. What a field may hold is said by the schemas."""

from __future__ import annotations

import re
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.models import Outreach
from marketplace.permissions import Actor
from marketplace.services.outreach import events
from marketplace.web.account.forms import DomainForm
from marketplace.web.honours.forms import day, select
from marketplace.web.outreach.names import office_name
from marketplace.web.studios.forms import line, number, text

_FILE = re.compile(r"^(?:档案|file|#|＃)\s*0*(\d{1,9})$", re.IGNORECASE)


class Lines(wtforms.TextAreaField):
    """Several texts, one a line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        given = valuelist[0].splitlines() if valuelist else []
        self.data = [line.strip() for line in given if line.strip()]


class Speakers(wtforms.TextAreaField):
    """Who speaks, one a line: a name, or "档案 12" for a person on file, and after a comma who that is."""

    def _value(self) -> str:
        return "\n".join("，".join(filter(None, (_who(it), it.get("about")))) for it in self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [_speaker(line) for line in (valuelist[0].splitlines() if valuelist else []) if line.strip()]


def _speaker(line: str) -> dict[str, Any]:
    who, _comma, about = re.sub("[,，]", "，", line, count=1).partition("，")
    on_file = _FILE.match(who.strip())
    return {"person_id": int(on_file[1])} | {"about": about} if on_file else {"name": who, "about": about}


def _who(speaker: dict[str, Any]) -> str:
    return f"档案 {speaker['person_id']}" if speaker.get("person_id") else str(speaker.get("name", ""))


class OutreachForm(DomainForm):
    title = line(_("活动名称"))
    kind = select(_("类别"), vocabulary.outreach_kinds)
    host = wtforms.SelectField(_("主办"), validate_choice=False)
    theme = line(_("主题"), 300)
    begins_on = day(_("第一天"))
    ends_on = day(_("最后一天（只有一天的不填）"))
    place = line(_("地点"))
    speakers = Speakers(
        _("宣讲人，每行一位：姓名，介绍（有档案的写“档案 编号，介绍”；没有档案的，须本人同意公开姓名）"),
        render_kw={"rows": 4},
    )
    units = Lines(_("邀请的单位，每行一个全称（不填为主办范围内的全部单位）"), render_kw={"rows": 4})
    story = text(_("公开的介绍"))
    revision = wtforms.HiddenField(default="0")

    def offer(self, actor: Actor) -> None:
        """Fill in the offices that may host."""
        self.host.choices = [SelectChoice(key, office_name(it)) for key, it in events.hosts(actor).items()]

    @classmethod
    def showing(cls, event: Outreach) -> OutreachForm:
        names = ("title", "kind", "theme", "begins_on", "ends_on", "place", "story", "revision")
        data = {name: getattr(event, name) for name in names}
        data["speakers"] = [{"person_id": it.person_id, "name": it.name, "about": it.about} for it in event.speakers]
        data["units"] = [it.organisation.name for it in event.invitations]
        return cls(formdata=None, data=data)


class AttendanceForm(DomainForm):
    unit = line(_("单位（全称）"))
    person_times = number(_("人次：来过几次的按几次算"))
    persons = number(_("人数：一个人只算一次（没有统计的不填）"))
    person = line(_("姓名（按姓名逐人上报时填写）"), 100)
    person_id = number(_("档案编号（有同名的人时填写）"))
    note = line(_("说明"), 300)


class CancellationForm(DomainForm):
    cancelled_on = day(_("日期"))
    reason = line(_("取消的理由"), 500)
