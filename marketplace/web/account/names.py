"""What roles, scopes of tokens and the like are called on a page."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import RoleGrant
from marketplace.web.display import label

ROLES = {code: _(called) for code, called in state_names.ROLE.items()}

TOKEN_SCOPES = {
    "read": _("读取您能看到的内容"),
    "demands": _("发布和修改需求"),
    "listings": _("挂牌自己的成果，以企业的名义应答和出价"),
    "matches": _("答复匹配"),
    "deals": _("参加自己交易的洽谈，登记合同（不含签订和要二次验证的角色）"),
    "achievements": _("填写、提交和撤回自己的成果"),
    "proposals": _("提交和答复建议，申报效益"),
    "benefits": _("证明、核验和撤销效益"),
    "honours": _("登记荣誉档案（不含要二次验证的角色）"),
    "studios": _("登记创新工作室和它的人员（不含要二次验证的角色）"),
    "participation": _("办理活动、比赛和参与记录，为自己报名比赛（不含要二次验证的角色）"),
    "judging": _("读取、填写和锁定您自己的比赛评分表"),
    "following": _("管理保存的检索、收藏、通知和推送"),
    "review": _("办理待办（不含要二次验证的角色）"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(role_names=ROLES, scope_of=scope_of, token_scope_names=TOKEN_SCOPES)


def scope_of(grant: RoleGrant) -> str:
    """Return what a role is given for: places, industries or a unit; nothing where it has no bounds."""
    parts = [
        label(path.rsplit("/", 1)[-1], name)
        for path, name in ((grant.region_path, "regions"), (grant.industry_path, "industries"))
        if path
    ]
    if grant.organisation is not None:
        parts.append(grant.organisation.name)
    return " · ".join(parts)
