"""Webhooks for the programs of a person or of his unit; a secret is only in the answer that made it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Webhook, WebhookDelivery
from marketplace.models.following.webhook import EVENTS, WITHHELD
from marketplace.runtime import runtime
from marketplace.schemas.webhook import WebhookSchema
from marketplace.services.webhook import keeping
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_webhooks", __name__, url_prefix="/webhooks", description=_("推送"))


class WebhookAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    address = ma.fields.String(required=True)
    organisation_id = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("为哪个单位推送，为自己的是空值")}
    )
    events = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(list(EVENTS))), required=True)
    is_stopped = ma.fields.Boolean(required=True, metadata={"description": _("连续几次没有送达，停用了")})


class RegisteredWebhookSchema(WebhookAnswerSchema):
    secret = ma.fields.String(required=True, metadata={"description": _("核对签名的密钥，只给这一次")})


class RotatedWebhookSchema(RegisteredWebhookSchema):
    former_until = ma.fields.DateTime(required=True, metadata={"description": _("旧密钥的签名附到什么时候")})


class WebhooksSchema(ma.Schema):
    webhooks = ma.fields.List(ma.fields.Nested(WebhookAnswerSchema), required=True)


class DeliveryAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    message_id = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    created_at = ma.fields.DateTime(required=True)
    delivered_at = ma.fields.DateTime(required=True, allow_none=True)
    failed_at = ma.fields.DateTime(required=True, allow_none=True)
    status = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("对方回答的状态码")})
    milliseconds = ma.fields.Integer(required=True, allow_none=True)
    said = ma.fields.String(required=True, metadata={"description": _("对方的回答的开头")})
    withheld = ma.fields.String(
        required=True,
        allow_none=True,
        validate=ma.validate.OneOf([*WITHHELD, None]),
        metadata={"description": _("为什么没有发送：账号已停用，或者推送已停用")},
    )


class DeliveriesSchema(ma.Schema):
    deliveries = ma.fields.List(ma.fields.Nested(DeliveryAnswerSchema), required=True)


class WebhookBodySchema(WebhookSchema):
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listWebhooks",
    summary=_("列出自己和本单位的推送地址"),
    description=_("新的在前；不给出密钥。"),
    security=TOKEN,
)
@blueprint.response(200, WebhooksSchema)
def listing() -> Response:
    with runtime().sessions() as session:
        return jsonify({"webhooks": [_told(it) for it in keeping.listed(session, actor())]})


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="registerWebhook",
    summary=_("登记一个推送地址"),
    description=_("公网上的 https 网址；密钥只在这次回答里。写单位的编号，就为您所代表的单位推送。"),
    security=TOKEN,
)
@blueprint.arguments(WebhookBodySchema, example={"address": "https://example.com/hook", "events": ["search.found"]})
@blueprint.response(201, RegisteredWebhookSchema)
@blueprint.alt_response(409, "CONFLICT")
def register(data: dict[str, Any]) -> Response:
    held = runtime()
    with unit_of_work(held.sessions) as session:
        made = keeping.register(session, actor(), data, allows_private=held.settings.webhook_private)
        answer = jsonify(_told(made) | {"secret": made.secret})
    answer.cache_control.no_store = True
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:webhook_id>/deliveries")
@blueprint.doc(
    operationId="listDeliveries", summary=_("最近推送的结果"), description=_("新的在前，最多 50 次。"), security=TOKEN
)
@blueprint.response(200, DeliveriesSchema)
def deliveries(webhook_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        return {"deliveries": keeping.deliveries(session, actor(), webhook_id)}


@blueprint.route(f"/deliveries/<{NUMBER}:delivery_id>/replay", methods=["POST"])
@blueprint.doc(
    operationId="replayDelivery",
    summary=_("把一次推送再发一次"),
    description=_("已送达的和没有送达的都可以；`webhook-id` 不变。"),
    security=TOKEN,
)
@blueprint.response(201, DeliveryAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def replay(delivery_id: int) -> WebhookDelivery:
    with unit_of_work(runtime().sessions) as session:
        return keeping.replay(session, actor(), delivery_id)


@blueprint.route(f"/<{NUMBER}:webhook_id>/test", methods=["POST"])
@blueprint.doc(
    operationId="testWebhook",
    summary=_("试发一次，看地址有没有回答"),
    description=_("事件是 `webhook.test`，内容是空的；结果在推送记录里。"),
    security=TOKEN,
)
@blueprint.response(201, DeliveryAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def test(webhook_id: int) -> WebhookDelivery:
    with unit_of_work(runtime().sessions) as session:
        return keeping.test(session, actor(), webhook_id)


@blueprint.route(f"/<{NUMBER}:webhook_id>/rotate", methods=["POST"])
@blueprint.doc(
    operationId="rotateWebhookSecret",
    summary=_("换一个密钥"),
    description=_("新密钥只在这次回答里；旧密钥的签名再附一段时间，日期在 `former_until`。"),
    security=TOKEN,
)
@blueprint.response(200, RotatedWebhookSchema)
def rotate(webhook_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        found = keeping.rotate(session, actor(), webhook_id)
        until = found.former_until.isoformat() if found.former_until is not None else None
        answer = jsonify(_told(found) | {"secret": found.secret, "former_until": until})
    answer.cache_control.no_store = True
    return answer


@blueprint.route(f"/<{NUMBER}:webhook_id>/start", methods=["POST"])
@blueprint.doc(
    operationId="startWebhook",
    summary=_("重新启用停用的推送地址"),
    description=_("停用期间的事不补发。"),
    security=TOKEN,
)
@blueprint.response(200, WebhookAnswerSchema)
def start(webhook_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(keeping.start(session, actor(), webhook_id)))


@blueprint.route(f"/<{NUMBER}:webhook_id>/remove", methods=["POST"])
@blueprint.doc(
    operationId="removeWebhook",
    summary=_("删除一个推送地址和它的推送记录"),
    description=_("等待发送的不再发送。"),
    security=TOKEN,
)
@blueprint.response(204)
def remove(webhook_id: int) -> None:
    with unit_of_work(runtime().sessions) as session:
        keeping.remove(session, actor(), webhook_id)


def _told(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id, "address": webhook.address, "organisation_id": webhook.organisation_id,
        "events": webhook.events, "is_stopped": webhook.disabled_at is not None,
    }  # fmt: skip
