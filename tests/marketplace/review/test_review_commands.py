"""Operators remind and reroute by hand what the worker does by itself."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace import workflow
from marketplace.db import today, unit_of_work
from marketplace.models import Account, Achievement, Task
from marketplace.permissions import SYSTEM
from tests import factories
from tests.accounts import mails_to, opened_account
from tests.factories import AchievementFactory, OrganisationFactory

CITY = "city@example.cn"


@pytest.fixture
def overdue(app: Flask) -> None:
    """An achievement at the desk of a city that should have been reviewed yesterday."""
    opened_account(app, CITY, "city", region="5106")
    opened_account(app, "province@example.cn", "province_curator")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(region="510603", region_path="51/5106/510603")
        achievement: Achievement = AchievementFactory(
            state="unit_endorsed", published_state="unpublished", published_at=None, units=[plant]
        )
        task = workflow.move(session, SYSTEM, achievement)
        assert task is not None
        task.due_on = today() - dt.timedelta(days=1)


def test_an_operator_sends_the_reminders(app: Flask, overdue: None) -> None:
    runner = app.test_cli_runner()
    assert "写了 2 封提醒邮件" in runner.invoke(args=["review", "remind"]).output
    assert mails_to(app, CITY)[-1] == "overdue"
    assert mails_to(app, "province@example.cn")[-1] == "overdue_below"
    assert "写了 0 封" in runner.invoke(args=["review", "remind"]).output
    sent = runner.invoke(args=["mail", "send"]).output
    assert "您的岗位有 1 项待办过了期限" in sent
    assert "/curation/queue" in sent


def test_an_operator_passes_on_what_lies_at_a_vacant_office(app: Flask, overdue: None) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        # Not through the service, which would pass it on at once.
        session.scalars(sa.select(Account).filter_by(email=CITY)).one().is_active = False
    runner = app.test_cli_runner()
    assert "转了 1 项待办" in runner.invoke(args=["review", "reroute"]).output
    assert "转了 0 项待办" in runner.invoke(args=["review", "reroute"]).output
    with app.extensions["marketplace"].sessions() as session:
        task = session.scalars(sa.select(Task).filter_by(closed_at=None)).one()
        assert (task.role, task.stands_in_for) == ("province_curator", "city")


def test_closing_an_account_passes_its_tasks_on(app: Flask, overdue: None) -> None:
    done = app.test_cli_runner().invoke(args=["account", "close", CITY, "--reason", "调离"])
    assert done.exit_code == 0, done.output
    with app.extensions["marketplace"].sessions() as session:
        assert session.scalars(sa.select(Task).filter_by(closed_at=None)).one().role == "province_curator"
