"""How the events of a record are chained, and how a proof of submission is checked by whoever holds it.

One file of the standard library alone, because it is given away: the product hashes and checks with it, and each proof
holds it as ``verify.py``, so that ``python verify.py`` beside the other files of the proof needs nothing else.

What is hashed
    The canonical text of a value is what ``json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)`` writes:
    JSON with the names in alphabetical order, one to a line, indented by two spaces, nothing escaped that JSON allows
    as it is, and no line break at the end. A hash is the SHA-256 of that text in UTF-8, as 64 hexadecimal digits.
    An event is hashed as an object with the names in ``FIELDS`` and no others: ``at`` is a moment in UTC with six
    decimals (``2026-03-01T00:30:00.000000Z``), ``sequence`` counts the events of one record from 1, ``payload_hash``
    is the hash of what the event was about (of an empty object, where that is nothing; of the submitted text, for a
    submission), and ``previous_hash`` is the hash of the record's event before it, null for the first. What is
    unknown is null.

What is stamped
    ``stamp-N.tsr`` is the answer of a time-stamping authority (RFC 3161, in DER) over the hash of the event with
    sequence number N. This file compares the two; the signature is checked by ``openssl``, where the machine has it,
    against the roots in ``stamp-roots.pem``, which whoever doubts them gets from the authority itself.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

FIELDS = (
    "actor", "at", "from_state", "noun", "object_id", "payload_hash", "previous_hash", "reason", "role", "sequence",
    "to_state", "verb",
)  # fmt: skip

EVENTS = "events.json"
ROOTS = "stamp-roots.pem"
# The name of SHA-256 in DER: 2.16.840.1.101.3.4.2.1.
_SHA256 = bytes.fromhex("0609608648016503040201")

GAP, ALTERED, LINK = "gap", "altered", "link"

_SAID = {
    GAP: "之前缺少事件 / an event before it is missing",
    ALTERED: "内容与哈希不符 / its content is not what was hashed",
    LINK: "与前一事件的哈希接不上 / it does not follow from the event before it",
}


def canonical(value: Any) -> str:
    """Return the text of a value that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, default=str)


def sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def hashed_text(event: Mapping[str, Any]) -> str:
    """Return the text of an event that is hashed, and that an authority stamps."""
    return canonical({name: event[name] for name in FIELDS})


def event_hash(event: Mapping[str, Any]) -> str:
    """Return the hash an event must carry."""
    return sha256(hashed_text(event))


def fault(event: Mapping[str, Any], before: Mapping[str, Any] | None) -> str | None:
    """Return what is wrong with an event that comes after another of its record, None where it follows from it."""
    if event["sequence"] != (before["sequence"] if before else 0) + 1:
        return GAP
    if event["hash"] != event_hash(event):
        return ALTERED
    if event["previous_hash"] != (before["hash"] if before else None):
        return LINK
    return None


def text_name(sequence: int) -> str:
    """Return the name, in a proof, of the text that the submission with this sequence number submitted."""
    return f"submission-{sequence}.json"


def stamp_name(sequence: int) -> str:
    """Return the name, in a proof, of the stamp over the event with this sequence number."""
    return f"stamp-{sequence}.tsr"


def stamped(answer: bytes) -> tuple[str, str]:
    """Return the hash an authority's answer is over and the moment it states; raise ValueError.

    Reads just so much of the answer (RFC 3161, 2.4; RFC 5652, 5.1) as leads to the two, and checks no signature.
    """
    ((_, response),) = _elements(answer)
    _status, (_, token), *_ = _elements(response)
    _type, (_, signed) = _elements(token)
    ((_, signed),) = _elements(signed)
    _version, _algorithms, (_, stamp), *_ = _elements(signed)
    _type, (_, stamp) = _elements(stamp)
    for _ in range(2):
        ((_, stamp),) = _elements(stamp)
    _version, _policy, (_, imprint), _serial, (_, moment), *_ = _elements(stamp)
    (_, algorithm), (_, digest) = _elements(imprint)
    if not algorithm.startswith(_SHA256):
        raise ValueError("not over a SHA-256")
    text = moment.decode("ascii")
    return digest.hex(), f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}"


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and the content of each element of a text in DER; raise ValueError."""
    while der:
        length, start = int.from_bytes(der[1:2], "big"), 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start], "big")
        if len(der) < start + length:
            raise ValueError("cut off")
        yield der[0], der[start : start + length]
        der = der[start + length :]


def complaints(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what is wrong with the files of a proof; raise ValueError where they are not one."""
    events = _events(files)
    if len({(event["noun"], event["object_id"]) for event in events}) != 1:
        yield "事件不属于同一条记录 / the events are not of one record"
    before = None
    for event in events:
        found = fault(event, before)
        if found is not None:
            yield f"事件 {event['sequence']} / event {event['sequence']}: {_SAID[found]}"
            break
        before = event
    yield from _of_the_texts(files, {text_name(event["sequence"]): event for event in events})
    yield from _of_the_stamps(files, {stamp_name(event["sequence"]): event for event in events})


def _of_the_texts(files: Mapping[str, bytes], events: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    texts = [name for name in files if name.startswith("submission-")]
    if not texts:
        yield "没有提交的文本 / there is no submitted text"
    for name in texts:
        event = events.get(name)
        if event is None or event["verb"] != "submit":
            yield f"{name}: 没有这次提交的事件 / there is no event of this submission"
        elif sha256(files[name]) != event["payload_hash"]:
            yield f"{name}: 文本与提交时的哈希不符 / the text is not the one submitted"


def _of_the_stamps(files: Mapping[str, bytes], events: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name in _stamps(files):
        event = events.get(name)
        try:
            if event is None or stamped(files[name])[0] != event["hash"]:
                yield f"{name}: 时间戳不是这个事件的 / the stamp is not over this event"
            elif _signature(files, name, event["hash"]) is False:
                yield f"{name}: 时间戳的签名不对 / the signature of the stamp does not hold"
        except ValueError:
            yield f"{name}: 不是时间戳 / not a stamp"


def _stamps(files: Mapping[str, bytes]) -> list[str]:
    return [name for name in files if name.startswith("stamp-") and name.endswith(".tsr")]


def _signature(files: Mapping[str, bytes], name: str, digest: str) -> bool | None:
    """Say whether openssl finds a stamp rightly signed, None where it cannot be asked."""
    openssl = shutil.which("openssl")
    if openssl is None or ROOTS not in files:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for each in (name, ROOTS):
            (Path(folder) / each).write_bytes(files[each])
        asked = [openssl, "ts", "-verify", "-digest", digest, "-in", name, "-CAfile", ROOTS]
        # As at the time of the stamp: certificates end, and what was signed before stays signed.
        at = datetime.fromisoformat(f"{stamped(files[name])[1][:19]}+00:00")
        asked += ["-attime", str(int(at.timestamp()))]
        done = subprocess.run(asked, cwd=folder, capture_output=True, check=False)  # noqa: S603 -- No shell, own words.
    return done.returncode == 0


def _events(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    if EVENTS not in files:
        raise ValueError(f"没有 {EVENTS}，这不是提交证明 / without {EVENTS} this is no proof of submission")
    try:
        events = json.loads(files[EVENTS])
    except ValueError:
        events = None
    if not isinstance(events, list) or not events or not all(_is_event(event) for event in events):
        raise ValueError(f"{EVENTS} 不是事件的列表 / {EVENTS} is not a list of events")
    return events


def _is_event(event: object) -> bool:
    return isinstance(event, dict) and {*FIELDS, "hash"} <= set(event) and isinstance(event["sequence"], int)


def _read(place: Path) -> dict[str, bytes]:
    """Return the files of a proof by name, from its folder or its ZIP file; raise ValueError or OSError."""
    if place.is_dir():
        return {file.name: file.read_bytes() for file in place.iterdir() if file.suffix in (".json", ".tsr", ".pem")}
    try:
        with zipfile.ZipFile(place) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    except zipfile.BadZipFile as error:
        raise ValueError(f"{place}: 不是完好的 ZIP 文件 / not a sound ZIP file ({error})") from error


def main(arguments: list[str]) -> int:
    """Check the proof at a path, or the one this file lies in; return 0 where it holds, 1 where it does not."""
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        files = _read(place)
        found = list(complaints(files))
    except (ValueError, OSError) as error:
        files, found = {}, [str(error)]
    _say([f"✗ {complaint}" for complaint in found] or list(_confirmed(files)))
    return 1 if found else 0


def _confirmed(files: Mapping[str, bytes]) -> Iterator[str]:
    events = _events(files)
    for event in events:
        name = text_name(event["sequence"])
        if name in files:
            yield f"✓ {event['at']}  {name}  SHA-256 {event['payload_hash']}"
        name = stamp_name(event["sequence"])
        if name in files:
            is_checked = _signature(files, name, event["hash"])
            signed = "签名有效 / rightly signed" if is_checked else "签名未核对，需要 openssl / signature not checked"
            yield f"✓ {stamped(files[name])[1]}  {name}  {signed}"
    yield f"✓ {len(events)} 个事件，哈希链完好 / {len(events)} events, each follows from the one before it"
    yield f"  最后一个事件的哈希 / hash of the last event: {events[-1]['hash']}"


def _say(lines: list[str]) -> None:
    # Bytes, because the language of a terminal is not always the one of the text.
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
