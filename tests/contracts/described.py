"""Answers held to what the contract's OpenAPI says of its routes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from local.openapi import TITLES, contract_of, document
from quire.http.edge import Contract, Route


def assert_described(
    contract: Contract, method: str, path: str, status: int, headers: Mapping[str, str], body: Any
) -> None:
    """Whether the document names this answer; what lies under no route is not described."""
    under = [n for n, route in enumerate(contract.routes) if route.method == method and _leads(route, path)]
    if not under:
        return
    validator = _validator(_document_name(contract), under[0], status)
    json_said = "json" in headers.get("content-type", "")
    assert json_said or body is None or validator is None, f"{method} {path} {status}: no JSON"
    if json_said:
        assert validator is not None, f"{method} {path} {status} has a body"
        errors = [
            f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(body)
        ]
        assert not errors, f"{method} {path} {status}: {errors[:5]}"


def _leads(route: Route, path: str) -> bool:
    return re.fullmatch(re.sub(r"<\w+>", "[^/]+", route.path), path) is not None


def _document_name(contract: Contract) -> str:
    """The console's pictures have a document of their own, though not another contract."""
    return next(name for name in TITLES if type(contract_of(name)) is type(contract))


@cache
def _validator(name: str, number: int, status: int) -> Any:
    """Of the JSON that the route answers with this status; None where it answers none."""
    described = _document(name)
    route = contract_of(name).routes[number]
    operation = described["paths"][re.sub(r"<(\w+)>", r"{\1}", route.path)][route.method.lower()]
    assert str(status) in operation["responses"], f"{route.method} {route.path} answers {status}, and does not say so"
    answer = operation["responses"][str(status)]
    if "$ref" in answer:
        answer = described["components"]["responses"][str(status)]
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator({**schema, "components": described["components"]}, validate_formats=True)


@cache
def _document(name: str) -> Any:
    return document(contract_of(name), name)
