"""What the pages call topics and frequencies."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

TOPICS = {
    "market": _("供需对接和交易"),
    "searches": _("保存的检索有新结果"),
    "records": _("自己的成果和建议办到哪一步"),
    "studios": _("创新工作室的命名和考核"),
    "judging": lazy_pgettext("栏目", "评审"),
    "desk": _("岗位的待办、期限和代理"),
}
MAILS = {
    "at_once": _("立即"),
    "daily": _("每天汇总"),
    "weekly": _("每周一汇总"),
    "never": _("不发邮件"),
}
FREQUENCIES = {"at_once": _("立即告诉我"), "daily": _("每天汇总"), "weekly": _("每周一汇总")}
SEARCHED = {
    "achievement": lazy_pgettext("匹配", "成果"),
    "demand": lazy_pgettext("匹配", "需求"),
    "studio": _("创新工作室"),
}
