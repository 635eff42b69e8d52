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


def together(factory: SessionFactory, tries: int, *acts: Callable[[Session, int], object]) -> list[list[object]]:
    """Let several act at one moment, so many times; return what came of each try, a sentence where one was refused."""
    outcomes: list[list[object]] = [[] for _ in range(tries)]
    # Whoever fails otherwise leaves the others waiting.
    start = threading.Barrier(len(acts), timeout=30)

    def act(one: Callable[[Session, int], object]) -> None:
        for number, outcome in enumerate(outcomes):
            start.wait()
            try:
                with unit_of_work(factory) as session:
                    came = one(session, number)
                outcome.append(came)
            except Conflict as error:
                outcome.append(str(error))

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
