"""Whatever a program sends that the OpenAPI document allows, or nearly, is answered as the document promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import FIXTURE, SEAL, WANTED, stock

# What is refused beyond the bounds in the document (a due day in 1066, a lower budget above the upper one) and what is
# taken although not described (a label for a code, "" for nothing) is tested field by field elsewhere.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def served(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[dict[str, Any]]:
    """The description of an application with a few records, and the key of a demand it holds."""
    folder = tmp_path_factory.mktemp("conformance")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
    stock(app, [FIXTURE, SEAL], [WANTED])
    posted = app.test_client().post("/api/v1/demands", json=WANTED).json
    yield {"schema": schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app), "key": posted["access_key"]}
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def test_every_operation_answers_as_described(served: dict[str, Any], subtests: pytest.Subtests) -> None:
    for operation in (found.ok() for found in served["schema"].get_all_operations()):
        with subtests.test(operation.label):

            @given(case=cases(operation))
            @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
            def answers_as_described(case: schemathesis.Case) -> None:
                point_at_records(case)
                case.headers.setdefault("X-Demand-Key", served["key"])
                case.call_and_validate(checks=CHECKS)

            answers_as_described()


def point_at_records(case: schemathesis.Case) -> None:
    """Most numbers are of no record; these few are of one, or of the first that is not there."""
    for name, value in case.path_parameters.items():
        if name.endswith("_id") and isinstance(value, int):
            case.path_parameters[name] = 1 + value % 4


def cases(operation: Any) -> st.SearchStrategy[schemathesis.Case]:
    """Both what the document allows and what just breaks it; some operations leave nothing to break."""
    allowed, broken = (operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)
    return allowed | broken if any(operation.iter_parameters()) or operation.body else allowed
