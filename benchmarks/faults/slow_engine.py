"""The search server slows down, falls silent or goes away: how long does a reader wait, and what is answered?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient

from benchmarks.faults.proxy import Proxy

NOTICE = "检索服务暂时不可用"
_MOST_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """One question while something was wrong: its status, whether the notice was shown and the hits, and seconds."""

    status: int
    has_notice: bool
    hits: int
    seconds: float


def _slow(proxy: Proxy, patience: float) -> None:
    # Each request is answered in time, and the question that takes several of them is not.
    proxy.delay = 0.6 * patience


def _silent(proxy: Proxy, _patience: float) -> None:
    proxy.silent = True


def _refusing(proxy: Proxy, _patience: float) -> None:
    proxy.refuse()


# What is done to the network, by what one calls it.
TROUBLES: Mapping[str, Callable[[Proxy, float], None]] = {
    "every answer late": _slow,
    "no answer": _silent,
    "connection refused": _refusing,
}


def asked(client: FlaskClient, address: str) -> Wait:
    """Ask for a page of results and say what came and when."""
    started = time.monotonic()
    answer = client.get(address)
    seconds = time.monotonic() - started
    return Wait(answer.status_code, NOTICE in answer.text, answer.text.count('<li value="'), seconds)


def in_trouble(
    proxy: Proxy, client: FlaskClient, address: str, *, patience: float, questions: int
) -> Iterator[tuple[str, list[Wait]]]:
    """Yield for each trouble what several questions in a row met, and last the first that the index answered again.

    ``patience`` is the seconds that a question may take.
    """
    for name, begin in TROUBLES.items():
        begin(proxy, patience)
        waits = [asked(client, address) for _ in range(questions)]
        _mend(proxy)
        yield name, [*waits, _well_again(client, address)]


def _well_again(client: FlaskClient, address: str) -> Wait:
    """Ask until the index answers; a server that failed is left alone for a while."""
    started = time.monotonic()
    while (wait := asked(client, address)).has_notice:
        assert time.monotonic() < started + _MOST_PATIENCE, "the index never answered again"
        time.sleep(0.2)
    return wait


def _mend(proxy: Proxy) -> None:
    proxy.delay, proxy.silent = 0.0, False
    # What was sent into the silence is never answered.
    proxy.refuse()
    proxy.accept()
