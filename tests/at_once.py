"""Two who act on one thing at the same moment, each in a real transaction of his own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, unit_of_work
from marketplace.errors import Conflict


def meanwhile(factory: SessionFactory, first: Callable[[Session], object], second: Callable[[Session], object]) -> None:
    """Let somebody begin the second while the first is not kept yet, and expect that it is refused."""
    told: list[Conflict] = []

    def act() -> None:
        try:
            with unit_of_work(factory) as session:
                second(session)
        except Conflict as error:
            told.append(error)

    later = threading.Thread(target=act)
    with unit_of_work(factory) as session:
        first(session)
        session.flush()
        later.start()
        later.join(1)
    later.join()
    assert len(told) == 1
