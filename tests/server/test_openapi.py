"""Schemathesis over our own OpenAPI document: no request that it makes gets a 5xx, and every answer is as documented."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from pipeline.server.app import _routes
from pipeline.server.endpoint import Endpoint
from pipeline.server.openapi import DOCUMENT, PATHS, SCHEMAS
from schemas import taxii
from tests.conformance.our_server import our_target
from tests.conformance.target import READ, Target

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SOAK = os.environ.get("TEARLINE_SOAK") == "1"
EXAMPLES = 1_000 if SOAK else 25

schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Two partners, one that reads and one that writes too."""
    with our_target(tmp_path_factory.mktemp("openapi") / "hub") as made:
        yield made


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=not SOAK, suppress_health_check=list(HealthCheck))
def test_no_request_gets_a_5xx_or_an_undocumented_answer(case: Any, target: Target) -> None:
    for user in (target.reader, target.writer):
        headers = {**user.headers, "Accept": taxii.MEDIA_TYPE}
        for parameters in _steered(case.path_parameters or {}, target):
            case.path_parameters = parameters
            case.call_and_validate(base_url=target.base_url, headers=headers, checks=CHECKS, timeout=20)


def _steered(made: dict[str, Any], target: Target) -> list[dict[str, Any]]:
    """A path as it was made up, and with an API root, collections and an object that exist, so that requests get further than 404."""
    found = [made]
    for role in ("read", "both"):
        known = {"root": "tearline", "collection": target.collections[role], "object": READ[0][1]["id"]}
        found.append(made | {name: value for name, value in known.items() if name in made})
    return found if made else [made]


class TestDocument:
    def test_it_is_published(self) -> None:
        published = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
        assert json.loads(published.read_text()) == DOCUMENT, "run `python -m pipeline.reference`"

    def test_it_has_every_route_and_method_and_no_others(self) -> None:
        routes = {
            route.path: {method.lower() for method in route.endpoint._handlers or ()}
            for route in _routes(None)  # type: ignore[arg-type]
            if isinstance(route, Route) and isinstance(route.endpoint, Endpoint) and route.endpoint._handlers
        }
        documented = {path: set(item) & {"get", "post", "delete", "put", "patch"} for path, item in PATHS.items()}
        assert documented == routes

    @pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - {"Envelope", "ObjectsToAdd"}))
    def test_resources_are_those_of_the_code(self, name: str) -> None:
        made = getattr(taxii, name)
        assert SCHEMAS[name]["properties"].keys() == get_type_hints(made).keys()
        assert set(SCHEMAS[name]["required"]) <= made.__required_keys__
