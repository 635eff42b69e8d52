"""What is deployed is what is documented: every setting exists, no secret has a default, every server is watched."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace.config import Settings

ROOT = Path(__file__).parents[1]
SETTINGS = {setting.name.upper() for setting in fields(Settings)}
SECRETS = {setting.name.upper() for setting in fields(Settings) if not setting.repr}
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
IMAGE = (ROOT / "Dockerfile").read_text("utf-8")
# What the composition itself asks for beside the settings of the product.
OF_THE_COMPOSITION = {"HTTP_PORT", "POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    return composed


def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if "build" in service}


def test_every_variable_given_to_the_product_is_a_setting(services: dict[str, Any]) -> None:
    for service in ours(services).values():
        assert set(service["environment"]) <= SETTINGS


def test_every_variable_asked_for_is_a_setting_or_explained_at_the_top() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert asked - SETTINGS == OF_THE_COMPOSITION
    head = COMPOSE[: COMPOSE.index("x-marketplace")]
    assert all(name in head for name in OF_THE_COMPOSITION)


def test_a_secret_has_no_default_and_stands_nowhere_in_the_files() -> None:
    for name in SECRETS - {"DATABASE_URL", "MAIL_URL"} | {"POSTGRES_PASSWORD"}:
        assert set(re.findall(rf"\$\{{{name}(\W*)", COMPOSE)) == {":?"}
        assert name not in IMAGE


def test_every_server_is_asked_whether_it_is_well(services: dict[str, Any]) -> None:
    lasting = {name: service for name, service in services.items() if service["restart"] != "no"}
    assert set(lasting) == {"postgres", "web", "worker"}
    assert all(service["healthcheck"]["test"][0] == "CMD" for service in lasting.values())


def test_the_settings_of_the_image_are_settings() -> None:
    given = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", IMAGE, re.MULTILINE))
    assert {"MARKETPLACE_ENV", "INSTANCE_PATH"} <= given
    assert given - SETTINGS == {"FLASK_APP", "PATH", "PYTHONUNBUFFERED"}


def test_what_the_image_takes_over_is_there() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+)$", IMAGE, re.MULTILINE) for name in line.split()[:-1]]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
