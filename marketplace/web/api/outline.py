"""The OpenAPI document as a page of documentation needs it: operations, parameters and schemas in a few words each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.web.api.catalogue.vocabularies import LISTS
from marketplace.web.api.parsing import KEY_HEADER

# What stands in an example for a parameter of the path; a record is number 1.
_IN_PATHS = {
    "certificate": "CT2026-0001-001", "concept_id": "ma-0001", "name": "regions", "number": "GI2026-0001-001",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: a word for its type, the schema or code list it refers to, and its bounds in short."""

    text: str
    reference: str | None = None
    bounds: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a property; ``place`` is where a parameter stands: path, query or header."""

    name: str
    kind: Kind
    is_required: bool
    description: object
    place: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. ``answers`` pairs a status and its meaning with the schema that comes with it."""

    name: str
    method: str
    path: str
    summary: object
    description: object
    parameters: tuple[Field, ...]
    body: Kind | None
    example: str
    example_path: str
    curl_options: str
    answers: tuple[tuple[str, object, Kind | None], ...]


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI document in its order."""
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in ("get", "post", "put", "patch"):
            if method in item:
                yield _operation(document, method.upper(), path, item[method], shared)


def schemas(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Field]]]:
    """Yield the name and the fields of every schema that is not a code list."""
    for name, schema in document["components"]["schemas"].items():
        if name not in LISTS:
            required = schema.get("required", ())
            yield (
                name,
                [
                    Field(field, kind(described), field in required, described.get("description", ""))
                    for field, described in schema["properties"].items()
                ],
            )


def kind(schema: Mapping[str, Any]) -> Kind:
    """Put a JSON schema into a word or two."""
    if "anyOf" in schema:
        return kind(schema["anyOf"][0])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return Kind(name, name)
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if types[0] == "array":
        inner = kind(schema["items"])
        return Kind(inner.text + "[]", inner.reference, inner.bounds)
    if types[0] == "object" and schema.get("additionalProperties"):
        inner = kind(schema["additionalProperties"])
        return Kind(f"{{string: {inner.text}}}", inner.reference, inner.bounds)
    return Kind(schema.get("format", types[0]), None, _bounds(schema))


def _bounds(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " / ".join(f"{choice}" or "“”" for choice in schema["enum"] if choice is not None)
    if "minimum" in schema or "maximum" in schema:
        return f"{schema.get('minimum', '')} – {schema.get('maximum', '')}"
    return f"≤ {schema['maxLength']}" if "maxLength" in schema else schema.get("pattern", "")


def _operation(
    document: Mapping[str, Any], method: str, path: str, described: Mapping[str, Any], shared: list[dict[str, Any]]
) -> Operation:
    parameters = [*shared, *described.get("parameters", ())]
    body = described.get("requestBody", {}).get("content", {}).get("application/json")
    return Operation(
        name=described["operationId"],
        method=method,
        path=path,
        summary=described["summary"],
        description=described["description"],
        parameters=tuple(_parameter(parameter) for parameter in parameters),
        body=kind(body["schema"]) if body else None,
        example=json.dumps(body["example"], ensure_ascii=False, indent=2) if body else "",
        example_path=path.format_map(defaultdict(lambda: "1", _IN_PATHS)),
        curl_options=" ".join(_curl_options(method, described, parameters)),
        answers=tuple(_answer(document, *pair) for pair in sorted(described["responses"].items())),
    )


def _parameter(described: Mapping[str, Any]) -> Field:
    return Field(
        described["name"],
        kind(described["schema"]),
        described.get("required", False),
        described.get("description", ""),
        described["in"],
    )


def _answer(document: Mapping[str, Any], status: str, described: Mapping[str, Any]) -> tuple[str, object, Kind | None]:
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    content = next(iter(described.get("content", {}).values()), None)
    return status, described["description"], kind(content["schema"]) if content else None


def _curl_options(method: str, described: Mapping[str, Any], parameters: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what curl needs beside the address, so that the example can be tried as it stands."""
    for parameter in parameters:
        for example in parameter["schema"].get("examples", ())[:1]:
            name = parameter["name"]
            yield f"-G --data-urlencode '{name}={example}'" if parameter["in"] == "query" else f"-H '{name}: {example}'"
    security = described.get("security", [{}])
    if any("demand_key" in way for way in security):
        yield f"-H '{KEY_HEADER}: …'"
    elif {} not in security:
        yield "-H 'Authorization: Bearer …'"
    if "requestBody" in described:
        yield f"-X {method} -H 'Content-Type: application/json' -d @body.json"
    elif method != "GET":
        yield f"-X {method}"
