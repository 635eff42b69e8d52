"""``flask account``: the first administrator, and what only whoever operates the server may do to an account."""

from __future__ import annotations

from typing import Any

import click
import marshmallow as ma

from marketplace.cli.groups import account
from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.people.account import ROLES
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime, runtime
from marketplace.schemas.account import GrantSchema, InvitationSchema
from marketplace.services.account import people, traces
from marketplace.services.mail.texts import LINK


@account.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="角色 / role")
@click.option("--name", help="姓名，默认同邮箱 / name")
@click.option("--region", help="地区代码 / region code")
@click.option("--industry", help="行业代码 / industry code")
@click.option("--organisation", help="单位名称 / name of the unit")
@click.option("--language", default="zh_Hans", show_default=True, help="语言 zh_Hans 或 en / language")
def create(email: str, role: str, name: str | None, language: str, **scope: str | None) -> None:
    """开设账号并给出设置密码的网址 / open an account and print the link that sets its password."""
    invitation = _loaded(InvitationSchema(), {"email": email, "name": name or email, "language": language})
    wanted = _loaded(GrantSchema(), {"role": role, **scope})
    try:
        with unit_of_work(runtime().sessions) as session:
            made, secret = people.invite(session, SYSTEM, invitation, wanted)
            known = made.email
    except Invalid as error:
        raise click.UsageError(_told(error.fields)) from error
    if secret is None:
        click.echo(f"{known} 已有账号，已授予角色 {role}。")
        return
    click.echo(f"已为 {known} 开设账号，请在十四天之内打开下面的网址设置密码（也已寄出邮件）：")
    click.echo(runtime().settings.site_address + LINK.format(secret=secret))


@account.command("list")
@click.argument("text", default="")
def list_(text: str) -> None:
    """列出账号及其角色 / list accounts with their roles."""
    after = None
    with runtime().sessions() as session:
        while found := people.listed(session, SYSTEM, text=text, after=after):
            for one in found:
                held = "、".join(grant.role for grant in one.grants if grant.revoked_at is None) or "无角色"
                click.echo(f"{one.id}  {one.email}  {one.name}  {held}{'' if one.is_active else '  已停用'}")
            after = found[-1].id


@account.command()
@click.argument("email")
@click.option("--reason", help="理由，记入该账号的历史 / the reason, kept with the event")
def remove_second_factor(email: str, reason: str | None) -> None:
    """手机遗失时解除二次验证 / take the second factor off a lost phone's account."""
    with unit_of_work(runtime().sessions) as session:
        known = people.by_email(session, SYSTEM, email)
        found = people.remove_second_factor(session, SYSTEM, known.id, reason)
        click.echo(f"{found.email} 的二次验证已解除，各处都已退出登录。")


@account.command()
@click.argument("email")
@click.option("--reason", required=True, help="理由 / the reason")
def close(email: str, reason: str) -> None:
    """停用账号 / close an account; its records and events stay."""
    with unit_of_work(runtime().sessions) as session:
        found = people.close(session, SYSTEM, email, reason)
        click.echo(f"{found.email} 已停用。")


@account.command()
def forget() -> None:
    """删除早已结束的登录、链接、令牌和邮件 / delete what signing in left behind; the index worker does it by itself."""
    days = runtime().settings.account_traces_days
    click.echo(f"删除了 {forget_now(runtime())} 条 {days} 天以前结束的登录、链接、令牌和邮件。")


def forget_now(held: Runtime) -> int:
    """Delete what signing in left behind; returns how many."""
    with unit_of_work(held.sessions) as session:
        return traces.forget(session, held.settings.account_traces_days)


def _loaded(schema: ma.Schema, given: dict[str, Any]) -> dict[str, Any]:
    try:
        data: dict[str, Any] = schema.load(given)
    except ma.ValidationError as error:
        raise click.UsageError(_told(error.normalized_messages())) from error
    return data


def _told(messages: dict[str, Any]) -> str:
    return "；".join(f"{field}：{' '.join(map(str, found))}" for field, found in messages.items())
