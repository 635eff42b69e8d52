"""``/curation/import``: an office brings its own spreadsheet in, after it has seen what would become of each row.

The file is looked through first and kept, for its uploader alone, until it is brought in or a day old. A large file is
for ``flask ingest``, which shows how far it is and goes on after an interruption.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import flask
from flask import Blueprint, Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from ingest.nouns import NOUNS
from ingest.readers import Refused, check
from ingest.report import Line, Report, ReportFile
from marketplace.errors import NotAllowed
from marketplace.permissions import Permission, can
from marketplace.runtime import runtime
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff

if TYPE_CHECKING:
    from collections.abc import Iterator

blueprint = Blueprint("importing", __name__, url_prefix="/curation/import", template_folder="templates")
blueprint.before_request(require_staff)

MOST_ROWS = 5_000
SHOWN = 200
_KEPT_SECONDS = 24 * 3600
_KEY = re.compile(r"[\w-]{22}")
_ENDINGS = (".csv", ".tsv", ".xlsx", ".xls", ".jsonl", ".gz")

PERMISSIONS = {
    "proposals": Permission.PROPOSAL_IMPORT,
    "achievements": Permission.ACHIEVEMENT_IMPORT,
    "demands": Permission.DEMAND_IMPORT,
    "organisations": Permission.ORGANISATION_IMPORT,
    "honours": Permission.HONOUR_RECORD,
    "crews": Permission.HONOUR_RECORD,
    "attendance": Permission.OUTREACH_RUN,
    "participation": Permission.PARTICIPATION_CONFIRM,
    "headcounts": Permission.PARTICIPATION_CONFIRM,
    "designated-size": Permission.ORGANISATION_IMPORT,
    "studios": Permission.STUDIO_RECORD,
}
LABELS = {
    "proposals": _("合理化建议台账"),
    "achievements": _("已评审的成果"),
    "demands": _("需求"),
    "organisations": _("单位"),
    "honours": _("荣誉名册"),
    "crews": _("工人先锋号和五化五强班组名册"),
    "attendance": _("宣传活动的参加情况"),
    "participation": _("活动的参与记录"),
    "headcounts": _("职工人数"),
    "designated-size": _("规模以上企业名单"),
    "studios": _("创新工作室名册"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became, or would become, of the rows of a file."""

    report: Report
    lines: list[Line]
    count: int


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def choose() -> str:
    return _choice()


@blueprint.post("")
def look_through() -> ResponseReturnValue:
    """Keep an uploaded file and show what would become of its rows; nothing is written yet."""
    noun, sent = _noun(), request.files.get("file")
    if sent is None or not sent.filename:
        return _choice(gettext("请选择一个文件。")), 422
    key = secrets.token_urlsafe(16)
    path = _folder() / f"{key}{_suffixes(sent.filename)}"
    sent.save(path)
    try:
        told = _bring(noun, path, dry_run=True)
    except Refused as refused:
        path.unlink()
        return _choice(gettext("%(file)s：%(reason)s", file=sent.filename[:120], reason=str(refused))), 422
    if told.report.has_secrets:
        # What bears a mark of secrecy is not kept here, not for a day either.
        path.unlink()
    return render_template(
        "ingest/report.html", noun=noun, labels=LABELS, told=told, key=key, name=sent.filename[:120], is_done=False,
        shown=SHOWN,
    )  # fmt: skip


@blueprint.post("/<key>")
def bring_in(key: str) -> ResponseReturnValue:
    """Bring a file in that was looked through before."""
    noun, path = _noun(), _kept(key)
    told = _bring(noun, path, dry_run=False)
    path.unlink()
    return render_template(
        "ingest/report.html", noun=noun, labels=LABELS, told=told, key=key, name=request.form.get("name", "")[:120],
        is_done=True, shown=SHOWN,
    )  # fmt: skip


@blueprint.get("/<key>/report.csv")
def report(key: str) -> Response:
    """Give out the whole report of a file, line by line, for a spreadsheet."""
    path = _folder() / f"{key}.report.csv" if _KEY.fullmatch(key) else None
    if path is None or not path.is_file():
        abort(404)
    return flask.send_file(path, as_attachment=True, download_name="import-report.csv", mimetype="text/csv")


def _bring(noun: str, path: Path, *, dry_run: bool) -> Told:
    # Here, because a page that only offers a form needs none of what reads and compares.
    from ingest.pipeline import Import

    check(path)
    lines: list[Line] = []
    held = runtime()
    with ReportFile(path.parent / f"{path.name.partition('.')[0]}.report.csv") as file:
        count = 0

        def note(line: Line) -> None:
            nonlocal count
            count += 1
            file.write(line)
            if len(lines) < SHOWN:
                lines.append(line)

        told = Report(note)
        run = Import(
            held.sessions, noun,
            dry_run=dry_run, report=told, batch=held.settings.ingest_batch,
            longest_cell=held.settings.ingest_max_cell, actor=actor(),
        )  # fmt: skip
        run.run(path, finished=_refuse_beyond)
    return Told(told, lines, count)


def _refuse_beyond(rows: int) -> None:
    if rows > MOST_ROWS:
        message = gettext("超过 %(most)d 行；请分成几个文件，或者请运行平台的同事用 flask ingest 导入", most=MOST_ROWS)
        raise Refused(message)


def _choice(refused: str = "") -> str:
    nouns = {noun: LABELS[noun] for noun in NOUNS if can(actor(), PERMISSIONS[noun])}
    if not nouns:
        raise NotAllowed("import", "proposal")
    return render_template("ingest/choose.html", nouns=nouns, refused=refused, most=MOST_ROWS)


def _noun() -> str:
    noun = request.form.get("noun", "")
    if noun not in NOUNS:
        abort(404)
    if not can(actor(), PERMISSIONS[noun]):
        raise NotAllowed("import", noun.removesuffix("s"))
    return noun


def _suffixes(name: str) -> str:
    """Return the endings by which a file is read, ".csv.gz", and nothing else of its name."""
    return "".join(ending for ending in Path(name.lower()).suffixes[-2:] if ending in _ENDINGS)


def _folder() -> Path:
    """Return the folder of the person who asks, without what is left there from the day before."""
    folder = runtime().settings.instance_path / "imports" / str(actor().account_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in _older(folder, time.time() - _KEPT_SECONDS):
        old.unlink(missing_ok=True)
    return folder


def _older(folder: Path, moment: float) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.stat().st_mtime < moment)


def _kept(key: str) -> Path:
    if not _KEY.fullmatch(key):
        abort(404)
    found = [path for path in _folder().glob(f"{key}.*") if not path.name.endswith(".report.csv")]
    if not found:
        abort(404)
    return found[0]
