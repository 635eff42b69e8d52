"""What the state of a proposal means to whoever made it, and what comes next."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "draft": _("还没有提交，只有您看得到。写好以后点“提交给单位”。"),
    "submitted": _("单位工会收到了，正在看要不要受理。"),
    "screened": _("单位已经受理，同事可以看到并支持它，接下来由单位研究。"),
    "unit_review": _("单位正在研究，会给您书面答复。"),
    "adopted": _("单位采纳了，接下来安排实施。"),
    "partly_adopted": _("单位采纳了其中一部分，接下来安排实施。"),
    "shelved": _("单位把它存档备用：现在不做，以后每年重新考虑一次。"),
    "not_adopted": _("单位没有采纳，理由在下面。"),
    "implementing": _("正在实施。"),
    "implemented": _("已经实施，可以申报效益，由上级工会核验。"),
    "benefit_verified": _("效益已经核验，可以推荐参评金点子。"),
    "nominated": _("已推荐参评金点子，等待评审。"),
    "scored": _("评审已经结束，等待公布结果。"),
    "publicity": _("正在公示，有异议会先查清。"),
    "awarded": _("已评为金点子。"),
    "returned": _("退回请您补充，改好以后再提交。"),
    "rejected": _("单位没有受理，理由在下面。"),
    "withdrawn": _("您已撤回。"),
    "merged": _("与另一条建议合并办理，您仍是作者。"),
    "objected": _("公示期间有人提出异议，正在调查。"),
    "revoked": _("已撤销。"),
}
