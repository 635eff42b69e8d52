"""The folder a node runs from: a Java new enough, and the jars, fetched when they are first needed."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
VERSION = re.findall(r"<version>([\d.]+\.[\d.]+)</version>", (HERE / "pom.xml").read_text("utf-8"))[0]
BUILD = HERE.parents[1] / "build"
HOME = BUILD / f"elasticsearch-{VERSION}"
_LEAST_JAVA = 21
_DESCRIPTOR = f"""name=transport-netty4
description=The HTTP port and the port between nodes
version={VERSION}
elasticsearch.version={VERSION}
java.version={_LEAST_JAVA}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
modulename=org.elasticsearch.transport.netty4
has.native.controller=false
"""
_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class NodeUnavailable(Exception):
    """A node cannot be started on this machine; the message says what is missing."""


@functools.cache
def java() -> Path:
    """Return a Java with a compiler that runs this version; raise NodeUnavailable where there is none."""
    for home in _java_homes():
        release = home / "release"
        stated = (
            re.search(r'^JAVA_VERSION="(\d+)', release.read_text("utf-8"), re.MULTILINE) if release.is_file() else None
        )
        if stated and int(stated[1]) >= _LEAST_JAVA and (home / "bin" / "javac").exists():
            return home / "bin" / "java"
    raise NodeUnavailable(f"no JDK {_LEAST_JAVA} or newer is installed")


def prepared() -> Path:
    """Return the home of the node, fetching its jars at first; raise NodeUnavailable where they cannot be had."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not HOME.is_dir():
            draft = BUILD / f"{HOME.name}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            _fill(draft)
            draft.rename(HOME)
    return HOME


def _java_homes() -> Iterator[Path]:
    if "JAVA_HOME" in os.environ:
        yield Path(os.environ["JAVA_HOME"])
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parents[1]
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def _fill(home: Path) -> None:
    """Lay out a home as the official archive has it."""
    core, transport = home / "lib", home / "modules" / "transport-netty4"
    for folder in (core, transport, home / "config", home / "plugins"):
        folder.mkdir(parents=True)
    _fetch_jars(core)
    for jar in (*core.glob("netty-*"), *core.glob("transport-netty4-*")):
        jar.rename(transport / jar.name)
    (transport / "plugin-descriptor.properties").write_text(_DESCRIPTOR, "ascii")
    (home / "config" / "elasticsearch.yml").touch()
    (home / "config" / "log4j2.properties").write_text(_LOGGING, "ascii")


def _fetch_jars(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise NodeUnavailable("Maven, which fetches Elasticsearch, is not installed")
    done = subprocess.run(
        ["mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NodeUnavailable(f"Maven could not fetch Elasticsearch {VERSION}: {done.stdout.strip()[-500:]}")
