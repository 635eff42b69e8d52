"""What the environment gives: the process's variables, below them those of ``.env``, and secrets in files."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv import dotenv_values

logger = logging.getLogger(__name__)


class SecretUnreadable(Exception):
    """The file that should hold a secret does not give it; the message says why."""


def variables(known: Collection[str]) -> dict[str, str]:
    """Return the variables of ``.env`` under those of the process, warning of names that look like a mistake."""
    given = {name: value for name, value in dotenv_values(".env").items() if value is not None} | os.environ
    for name in sorted(given):
        if name.startswith("MARKETPLACE_") and name not in known:
            logger.warning("环境变量 %s 不是本系统的设置，已忽略。", name)
    return given


def text_of(name: str, given: Mapping[str, str]) -> str:
    """Return the text of a variable, empty where it is not set."""
    return given.get(name, "").strip()


def secret_of(name: str, given: Mapping[str, str]) -> str:
    """Return the text of a variable, or of the file that the variable with ``_FILE`` names; raise SecretUnreadable."""
    text, file = text_of(name, given), text_of(f"{name}_FILE", given)
    if not file:
        return text
    if text:
        raise SecretUnreadable(f"{name} 和 {name}_FILE 只能设置一个。")
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise SecretUnreadable(f"设置 {name}_FILE={file} 不对，读不出这个文件：{error.strerror}。") from error
    except ValueError as error:
        raise SecretUnreadable(f"设置 {name}_FILE={file} 不对，文件里不是 UTF-8 文字。") from error
