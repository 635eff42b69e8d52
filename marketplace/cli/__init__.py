"""The commands: parse, call one service or one index operation, print. ``flask --help`` lists them."""

from __future__ import annotations

from flask import Flask

from marketplace.cli.groups import GROUPS


def init_app(app: Flask) -> None:
    for group in GROUPS:
        app.cli.add_command(group)
