"""Describe the API as an OpenAPI 3.1 document, from the schemas and views themselves.

The fields of the domain state their bounds in their own way; here they are turned into JSON Schema, so that a client
learns from the document what the server will refuse.
"""

from __future__ import annotations

import http
import threading
from typing import Any

import flask_smorest
import marshmallow as ma
from apispec import APISpec
from flask import Flask
from flask_babel import lazy_gettext as _
from flask_smorest import Blueprint

from marketplace.schemas.fields import Code, Many, Text, Whole
from marketplace.web.api.answers import ProblemSchema
from marketplace.web.api.catalogue.vocabularies import LISTS
from marketplace.web.api.descriptions import meaning_of_field
from marketplace.web.api.parsing import KEY_HEADER

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"


class Api(flask_smorest.Api):
    """The API with the errors of the product: web/errors.py answers them, here they are only described.

    Blueprints are served at once and described when the description is first asked for, because describing them takes
    as long as all else at the start of the application.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = threading.RLock()
        super().__init__(*arguments, **named)

    @property
    def spec(self) -> APISpec:
        """The description of all blueprints."""
        with self._describing:
            waiting, self._undescribed = self._undescribed, []
            for blueprint in waiting:
                blueprint.register_views_in_doc(self, self._app, self._spec, name=blueprint.name, parameters=None)
                self._spec.tag({"name": blueprint.name, "description": blueprint.description})
            return self._spec

    @spec.setter
    def spec(self, empty: APISpec) -> None:
        self._spec = empty

    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Serve a blueprint, and describe it later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, **options)
        self._undescribed.append(blueprint)

    def _register_error_handlers(self) -> None:
        """Leave every error to the handlers of the whole application."""

    def _register_pagination_header(self) -> None:
        """Leave out a header no answer has: pages are turned by cursor."""

    def _register_responses(self) -> None:
        schema = {"content": {PROBLEM: {"schema": ProblemSchema}}}
        for status in http.HTTPStatus:
            described = {} if status < 400 else schema
            self.spec.components.response(status.name, {"description": status.phrase, **described}, lazy=True)
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, {"description": _("错误"), **schema}, lazy=True)


def described(app: Flask) -> Api:
    """Return the empty description, which each blueprint then fills."""
    app.config |= {
        "API_TITLE": _("职工创新成果转化平台 API"),
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
    }
    api = Api(
        app,
        spec_kwargs={
            "info": {"description": _("成果检索、需求发布与供需匹配。")},
            # Nothing is needed to read what is public; a token also opens what its account may read.
            "security": [{"token": []}, {}],
        },
    )
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("demand_key", {"type": "apiKey", "in": "header", "name": KEY_HEADER})
    for name, codes in LISTS.items():
        api.spec.components.schema(name, {"type": "string", "enum": list(codes)})
    api.register_field(Code, "string", None)
    api.ma_plugin.converter.add_attribute_function(bounds_of_field)
    api.ma_plugin.converter.add_attribute_function(meaning_of_field)
    return api


def bounds_of_field(_converter: Any, field: ma.fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Return what a field of the domain accepts, as JSON Schema; ``ret`` is what is known of it so far."""
    if isinstance(field, Code):
        return _reference(field, ret)
    if isinstance(field, Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, Text):
        return {"maxLength": field.longest}
    if isinstance(field, Many):
        return {"maxItems": field.longest}
    if isinstance(field, ma.fields.Decimal) and field.as_string:
        return {"type": ["string", "null"] if field.allow_none else "string"}
    return {}


def _reference(field: Code, ret: dict[str, Any]) -> dict[str, Any]:
    del ret["type"]
    reference = {"$ref": f"#/components/schemas/{field.codes.name}"}
    return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference
