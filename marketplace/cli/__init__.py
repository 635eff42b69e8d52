"""The commands: parse, call one service or one index operation, print. ``flask --help`` lists them."""

from __future__ import annotations

from flask import Flask

from marketplace.cli.db import db
from marketplace.cli.index import index
from marketplace.cli.match import match
from marketplace.cli.review import review
from marketplace.cli.search import search


def init_app(app: Flask) -> None:
    for group in (db, index, match, review, search):
        app.cli.add_command(group)
