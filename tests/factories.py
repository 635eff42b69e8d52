"""One factory a noun, with the least that makes it real; a test names only what it is about."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

from marketplace import models
from marketplace.db import now
from marketplace.services.organisation import name_key


def use(session: Session) -> None:
    """Make the factories write through a session."""
    for made in (
        AccountFactory, OrganisationFactory, AchievementFactory, ListingFactory, DraftFactory, DemandFactory,
        ProposalFactory,
    ):  # fmt: skip
        made._meta.sqlalchemy_session = session


class OrganisationFactory(SQLAlchemyModelFactory):
    class Meta:
        model = models.Organisation
        sqlalchemy_session_persistence = "flush"

    name = factory.Sequence(lambda n: f"示例机械厂{n}")
    name_key = factory.LazyAttribute(lambda made: name_key(made.name))


class AccountFactory(SQLAlchemyModelFactory):
    """A person who has confirmed the address, without any role."""

    class Meta:
        model = models.Account
        sqlalchemy_session_persistence = "flush"

    email = factory.Sequence(lambda n: f"person{n}@example.cn")
    name = factory.Sequence(lambda n: f"示例人员{n}")
    confirmed_at = factory.LazyFunction(now)


class AchievementFactory(SQLAlchemyModelFactory):
    """A published achievement."""

    class Meta:
        model = models.Achievement
        sqlalchemy_session_persistence = "flush"

    title = factory.Sequence(lambda n: f"薄壁件车削夹具改进{n}")
    summary = "针对薄壁壳体松夹后内孔变形，设计液性塑料夹具。松夹后圆度稳定在0.015mm，合格率98.6%。"
    state = "published"
    published_state = "published"
    published_at = factory.LazyFunction(now)


class ListingFactory(SQLAlchemyModelFactory):
    """An achievement offered at a price, for a month to come."""

    class Meta:
        model = models.Listing
        sqlalchemy_session_persistence = "flush"

    achievement = factory.SubFactory(AchievementFactory)
    state, mode, price_form, price = "listed", "ordinary_licence", "listed", 5_000_000
    listed_at = factory.LazyFunction(now)
    valid_until = factory.LazyFunction(lambda: today() + dt.timedelta(30))


class DraftFactory(AchievementFactory):
    """An achievement with everything a submission needs, not yet submitted."""

    state, published_state, published_at = "draft", "unpublished", None
    problem = "薄壁壳体夹紧后内孔呈三棱形，报废率18%。"
    principle = "薄壁套在液压下均匀涨开，夹紧力分布到整个圆周。"
    difference = "三爪卡盘为三点夹紧，本夹具为整周夹紧。"
    kind, achievement_class, industry, region = "small_improvement", "applied", "34", "510603"
    trl, trl_evidence = 6, "样机在车间连续试用三个月。"
    rights_holder, is_duty, protection = "示例机械厂", False, "planned"
    contact_name, contact_phone = "示例联系人", "13900000001"
    keywords = factory.LazyFunction(lambda: ["薄壁件", "夹具", "车削"])
    statements = factory.LazyFunction(lambda: ["no_state_secret", "no_dispute"])
    indicators = factory.LazyFunction(lambda: [models.Indicator(name="圆度", value="≤0.015", unit="mm")])
    contributors = factory.LazyFunction(
        lambda: [models.Contributor(name="示例人员", share=100, part="提出方案", confirmed_at=now())]
    )


class DemandFactory(SQLAlchemyModelFactory):
    """An open demand."""

    class Meta:
        model = models.Demand
        sqlalchemy_session_persistence = "flush"

    title = factory.Sequence(lambda n: f"薄壁壳体车削后圆度超差{n}")
    text = "三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形。要求圆度0.02mm以内，合格率达到98%以上。"
    state = "open"
    access_key = factory.LazyFunction(lambda: secrets.token_urlsafe(32))


class ProposalFactory(SQLAlchemyModelFactory):
    """A proposal its author is still writing."""

    class Meta:
        model = models.Proposal
        sqlalchemy_session_persistence = "flush"

    title = factory.Sequence(lambda n: f"在切削液槽上加撇油带{n}")
    present_state = "机床切削液表面浮油多，三天就发臭，每月换液两次。"
    measure = "在液槽上加一条撇油带，下班前开半小时。"
    expected_effect = "换液周期由半个月延长到两个月。"


def achievement_row(**fields: Any) -> dict[str, Any]:
    """Return an achievement as it arrives from outside, before any schema."""
    return {"title": "主轴箱漏油治理", "summary": "改迷宫密封为组合密封，漏油停机由每月3次降为0。", **fields}


def demand_row(**fields: Any) -> dict[str, Any]:
    """Return a demand as it arrives from outside, before any schema."""
    return {"title": "主轴箱漏油", "text": "机床主轴箱轴端漏油，每月停机三次，想彻底止住。", **fields}


def today() -> dt.date:
    """Return the day it is in Sichuan."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
