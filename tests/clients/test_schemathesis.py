"""Requests made from the OpenAPI documents, against the local stack: no 5xx, no answer outside its schema."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.openapi import FOLDER, TITLES, contract_of
from local.stack import Stack
from quire.http.ids import plain_id, say_id
from tests.journey.test_document import digital_pdf
from tests.stack.conftest import User

EXAMPLES = 12
ORDER = ("POST", "PUT", "PATCH", "GET", "DELETE")
"""What makes things comes first, what removes them last."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = {"invoice_number": {"type": "string"}, "total": {"type": "number"}}


@cache
def document(name: str) -> Any:
    return schemathesis.openapi.from_path(FOLDER / f"{name}.json")


def _operations() -> Iterator[Any]:
    places = [
        (route.method, name, re.sub(r"<(\w+)>", r"{\1}", route.path))
        for name in TITLES
        for route in contract_of(name).routes
    ]
    for method, name, path in sorted(places, key=lambda place: ORDER.index(place[0])):
        yield pytest.param(name, method, path, id=f"{name} {method} {path}")


OPERATIONS = list(_operations())


@dataclass
class Known:
    """Ids of things that are there, so that more than 404 is met: by contract and where they stand in a path."""

    ids: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def learn(self, name: str, path: str, said: Any) -> None:
        """The ids in an answer, as those of what stands under its path."""
        if isinstance(said, Mapping):
            for key, value in said.items():
                if isinstance(value, str) and key == "id":
                    self.ids[name, path].append(value)
                else:
                    self.learn(name, path, value)
        elif isinstance(said, list):
            for one in said[:5]:
                self.learn(name, path, one)

    def place(self, name: str, path: str, made: Mapping[str, Any]) -> dict[str, Any]:
        """The path's values: mostly known ones, else what was made up."""
        values = dict(made)
        for parameter in made:
            before = path.partition("{" + parameter + "}")[0].rstrip("/")
            some = [*self.ids[name, before], *self.ids[name, f"{{{parameter}}}"]]
            if some and self.dice.random() < 0.8:
                values[parameter] = self.dice.choice(some)
        return values


@pytest.fixture(scope="module")
def known(stack: Stack) -> Known:
    """Two ended jobs, of chunks and of a schema, by every contract's ids."""
    known = Known()
    with httpx.Client(base_url=stack.base_url, headers={"X-API-KEY": stack.api_key}, timeout=60) as http:
        user = User(http, stack)
        jobs = [str(user.batch(digital_pdf("Chunks"))["id"]), _of_a_schema(user)]
        for said in jobs:
            (item,) = user.wait(said)["items"]
            job, one, file_id = plain_id("batch", said), plain_id("item", item["id"]), plain_id("file", item["file_id"])
            assert job and one and file_id
            _note(known, said, item, {"job": job, "document": one, "file": file_id})
    return known


def _of_a_schema(user: User) -> str:
    """The batch of a job of another contract."""
    file_id = plain_id("file", user.upload(digital_pdf("Invoice number: 12")))
    asked = {"file_input": file_id, "configuration": {"data_schema": SCHEMA}}
    key = {"Authorization": f"Bearer {user.stack.api_key}"}
    answer = user.http.post("/api/v2/extract", json=asked, headers=key)
    assert answer.status_code == 200, answer.text
    return say_id("batch", answer.json()["id"])


def _note(known: Known, batch: str, item: Mapping[str, Any], plain: Mapping[str, str]) -> None:
    known.ids["extract_page", "{batch_id}"].append(batch)
    known.ids["extract_page", "{item_id}"].append(item["id"])
    known.ids["extract_page", "{file_id}"].append(item["file_id"])
    known.ids["perfectparser", "{extraction_id}"].append(say_id("ext", plain["job"]))
    known.ids["perfectparser", "{document_id}"].append(say_id("doc", plain["document"]))
    for contract in ("terrafai", "llamacloud", "console", "pages"):
        known.ids[contract, "{job_id}"].append(plain["job"])
        known.ids[contract, "{run_id}"].append(plain["document"])
        known.ids[contract, "{document_id}"].append(plain["document"])
        known.ids[contract, "{file_id}"].append(plain["file"])
    known.ids["pages", "{number}"].append("1")
    known.ids["extend", "/extract_runs"].append(say_id("exr", plain["document"]))
    known.ids["extend", "/batch_runs"].append(say_id("bpr", plain["job"]))
    known.ids["extend", "/files"].append(item["file_id"])


def credential(name: str, key: str) -> dict[str, str]:
    """The key as the document says that it comes."""
    (scheme,) = document(name).raw_schema["components"]["securitySchemes"].values()
    if scheme["type"] == "http":
        return {"Authorization": f"Bearer {key}"}
    return {scheme["name"]: key if scheme["name"] != "Authorization" else f"Api-Key {key}"}


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS)
def test_every_answer_is_one_that_the_document_names(
    stack: Stack, known: Known, name: str, method: str, path: str
) -> None:
    operation = document(name)[path][method]
    headers = credential(name, stack.api_key)
    met: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answered(case: schemathesis.Case[Any]) -> None:
        case.path_parameters = known.place(name, path, case.path_parameters or {})
        response = case.call(base_url=stack.base_url, headers=headers, allow_redirects=False, timeout=60)
        case.validate_response(response, checks=CHECKS)
        met.add(response.status_code)
        if response.status_code < 300 and "json" in response.headers.get("content-type", [""])[0]:
            known.learn(name, path, response.json())

    answered()
    assert met, "nothing was asked"


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS)
def test_without_a_key_nothing_is_answered(stack: Stack, name: str, method: str, path: str) -> None:
    case = document(name)[path][method].Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", path), "x"))
    response = case.call(base_url=stack.base_url, timeout=60)
    case.validate_response(response, checks=CHECKS)
    assert response.status_code == 401
