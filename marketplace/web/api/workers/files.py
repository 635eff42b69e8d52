"""Files of a record and who sees what of an achievement, for programs, as on the pages."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, send_file, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.records.file import PURPOSES
from marketplace.runtime import runtime
from marketplace.schemas.disclosure import DisclosureSchema
from marketplace.services.disclosing.layers import set_layers
from marketplace.services.files import holding, texts
from marketplace.services.files.holding import FilesOf, Shown
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised
from marketplace.web.security import inert

NOUNS = (
    "achievement", "benefit", "competition_registration", "crew", "honour", "objection", "participation_entry",
    "proposal", "studio",
)  # fmt: skip
NOUN = f"any({', '.join(NOUNS)})"
LOCATION = {"Location": {"description": _("这个附件的地址"), "schema": {"type": "string"}}}
FILE = {"file_name": "总图.pdf", "purpose": "drawing", "content": "JVBERi0xLjcK"}
LAYERS = {"protection": "planned", "layers": {"principle": 1, "economic_comparison": 2}, "deferred_until": None}

blueprint = Blueprint("api_files", __name__, url_prefix="/files", description=_("附件"))
disclosure = Blueprint("api_disclosure", __name__, url_prefix="/achievements", description=_("公开范围"))


class NewFileSchema(ma.Schema):
    file_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 255))
    purpose = ma.fields.String(required=True, validate=ma.validate.OneOf(PURPOSES))
    content = ma.fields.String(required=True, metadata={"format": "byte", "description": _("内容，base64")})


class FoundInFileSchema(ma.Schema):
    at = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    masked = ma.fields.String(required=True)


class FileSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    file_name = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True)
    sha256 = ma.fields.String(required=True)
    purpose = ma.fields.String(required=True)
    uploaded_at = ma.fields.DateTime(required=True)
    scan = ma.fields.String(
        required=True,
        metadata={
            "description": _("病毒扫描：clean 无毒，unscanned 没有扫描，waiting 等待、不能下载，infected 有毒、已删除")
        },
    )
    text = ma.fields.String(
        metadata={
            "description": _(
                "文字检查：read 全部检查过，partly 只检查了一部分，none 没有可读的文字，waiting 还没有检查，"
                "marked 有涉密标志、已停止提供；只告诉办理这条记录的人"
            )
        }
    )
    personal_data = ma.fields.List(
        ma.fields.Nested(FoundInFileSchema),
        metadata={"description": _("文字里找到的个人信息，隐去大部分；只告诉办理这条记录的人")},
    )


class FilesSchema(ma.Schema):
    files = ma.fields.List(ma.fields.Nested(FileSchema), required=True)


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>")
@blueprint.doc(
    operationId="listFiles", summary=_("列出一条记录的附件"), description=_("只列出您能看到的。"), security=[*TOKEN, {}]
)
@blueprint.response(200, FilesSchema)
def listing(noun: str, object_id: int) -> Response:
    with runtime().sessions() as session:
        found = holding.files_of(session, actor(), noun, object_id)
        return jsonify({"files": [_told(shown, found) for shown in found.files]})


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>", methods=["POST"])
@blueprint.doc(
    operationId="addFile",
    summary=_("给一条记录添加附件"),
    description=_("按内容判断类型，去掉照片的地点和文件的作者以后保存；收到的文件与原文件不一定逐字节相同。"),
    security=TOKEN,
)
@blueprint.arguments(NewFileSchema, example=FILE)
@blueprint.response(201, FileSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def add(sent: dict[str, Any], noun: str, object_id: int) -> Response:
    try:
        content = base64.b64decode(sent["content"], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid({"content": [gettext("不是 base64。")]}) from None
    with unit_of_work(runtime().sessions) as session:
        kept = holding.attach(
            session, actor(), runtime().files, noun, object_id, sent["file_name"], content, sent["purpose"]
        )
        found = holding.files_of(session, actor(), noun, object_id)
        shown = next(it for it in found.files if it.file is kept)
        answer = jsonify(_told(shown, found))
    answer.status_code = 201
    answer.location = url_for(".content", noun=noun, object_id=object_id, file_id=kept.id)
    return answer


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>/<{NUMBER}:file_id>")
@blueprint.doc(
    operationId="readFile", summary=_("下载附件"), description=_("原样给出保存的内容。"), security=[*TOKEN, {}]
)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@blueprint.alt_response(409, "CONFLICT")
@inert
def content(noun: str, object_id: int, file_id: int) -> Response:
    with runtime().sessions() as session:
        held, path = holding.given_out(session, actor(), runtime().files, noun, object_id, file_id)
        return send_file(path, "application/octet-stream", as_attachment=True, download_name=held.file_name, max_age=0)


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>/<{NUMBER}:file_id>/remove", methods=["POST"])
@blueprint.doc(
    operationId="removeFile", summary=_("删除附件"), description=_("返回这条记录还有的附件。"), security=TOKEN
)
@blueprint.response(200, FilesSchema)
@blueprint.alt_response(409, "CONFLICT")
def remove(noun: str, object_id: int, file_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        holding.remove(session, actor(), noun, object_id, file_id)
        found = holding.files_of(session, actor(), noun, object_id)
        return jsonify({"files": [_told(shown, found) for shown in found.files]})


@disclosure.route(f"/<{NUMBER}:achievement_id>/disclosure", methods=["PUT"])
@disclosure.doc(
    operationId="setDisclosure",
    summary=_("设定一项成果谁能看到什么"),
    description=_("没有申请专利以前，能够据以实施的内容不能设为 0；公布后作者只能在规定的天数以内收紧。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@disclosure.arguments(DisclosureSchema, example=LAYERS)
@disclosure.response(200, DisclosureSchema, headers=ETAG)
@disclosure.alt_response(409, "CONFLICT")
@disclosure.alt_response(428, "PRECONDITION_REQUIRED")
def set_disclosure(data: dict[str, Any], achievement_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        achievement = set_layers(session, actor(), achievement_id, revision_read(), data)
        told = DisclosureSchema().dump(
            {
                "protection": achievement.protection, "layers": achievement.disclosure,
                "files": {it.id: it.disclosure for it in achievement.attachments},
                "deferred_until": achievement.deferred_until,
            }
        )  # fmt: skip
        return revised(told, achievement.revision)


def _told(shown: Shown, among: FilesOf) -> dict[str, Any]:
    told = {name: getattr(shown.file, name, None) for name in FileSchema().fields} | {"scan": shown.scan}
    if not among.works_on:
        plain: dict[str, Any] = FileSchema(exclude=("text", "personal_data")).dump(told)
        return plain
    found = [it | {"at": texts.place_of(it, gettext)} for it in shown.stored.personal]
    return FileSchema().dump(told | {"text": shown.stored.text, "personal_data": found})
