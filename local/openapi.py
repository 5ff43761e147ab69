"""``python -m local.openapi``: the contracts' OpenAPI 3.1 documents, from the models that their routes name.

They lie in docs/openapi; a test holds them to the code.
"""

import importlib
import inspect
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from quire.domain.refusal import Kind, Refusal
from quire.http.edge import Contract, Route

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "openapi"
TITLES = {
    "console": "the console",
    "extend": "Extend",
    "extract_page": "extract.page",
    "llamacloud": "LlamaCloud",
    "pages": "the console's pictures of pages",
    "perfectparser": "PerfectParser",
    "terrafai": "TerrafAI",
}
"""The contracts, and what their services are called."""

_REF = "#/components/schemas/{model}"
_KEYS = (
    ("x-api-key", "k", {"type": "apiKey", "in": "header", "name": "X-API-KEY"}),
    ("authorization", "Bearer k", {"type": "http", "scheme": "bearer"}),
    (
        "authorization",
        "Api-Key k",
        {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Api-Key` and the key."},
    ),
)
"""How a credential may come: what shows it, and what OpenAPI calls it."""
_GATEWAY = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
_GATEWAY_SAYS = (413, 429, 500, 503)
"""What AWS answers itself, before a contract is asked (API Gateway developer guide, "Quotas", "Throttling")."""
_SEVERAL = "[]"

Plain = dict[str, Any]


def contract_of(name: str) -> Contract:
    """The contract that `functions/api_{name}` serves."""
    module = importlib.import_module(f"functions.api_{name}.handler")
    found = [one for one in vars(module).values() if hasattr(one, "routes") and not inspect.isclass(one)]
    (contract,) = found
    return contract  # type: ignore[no-any-return]


def document(contract: Contract, title: str) -> Plain:
    """The OpenAPI document of a contract."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    refused = _refusals(contract)
    schemas = _Schemas(
        [*_models(contract.routes), *((one, "serialization") for many in refused.values() for one in many)]
    )
    paths: dict[str, Plain] = {}
    names = _operation_ids(contract.routes)
    responses = {str(status): _refusal(status, many, schemas) for status, many in refused.items()}
    for route, name in zip(contract.routes, names, strict=True):
        path = re.sub(r"<(\w+)>", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = {
            "operationId": name,
            "tags": [route.handle.__module__.rsplit(".", 1)[-1]],
            "summary": _summary(route),
            **_parameters(route, schemas),
            **_body(route, schemas),
            "responses": {
                **{str(status): _says(status, said, schemas) for status, said in route.says.items()},
                **{status: {"$ref": f"#/components/responses/{status}"} for status in responses},
            },
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Quire: {title}",
            "version": project["version"],
            "description": f"The wire contract of {title}, spoken by Quire; see docs/compatibility.md.",
            "license": {"name": project["license"], "identifier": project["license"]},
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": _credential(contract)},
            "responses": responses,
            "schemas": schemas.definitions,
        },
    }


class _Schemas:
    """The JSON Schema of each model, by reference into one set of definitions."""

    def __init__(self, models: Sequence[tuple[Any, JsonSchemaMode]]) -> None:
        adapters = [(_key(model), mode, TypeAdapter(model)) for model, mode in models if not isinstance(model, dict)]
        self._by_key, self._more = TypeAdapter.json_schemas(adapters, ref_template=_REF)
        self.definitions: Plain = self._more.get("$defs", {})

    def of(self, model: Any, mode: JsonSchemaMode) -> Plain:
        return model if isinstance(model, dict) else dict(self._by_key[(_key(model), mode)])

    def members(self, model: type[BaseModel]) -> Iterator[tuple[str, Plain, bool]]:
        """The properties of a model that is asked for: name, schema, whether it must be there."""
        schema = self.of(model, "validation")
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[1]]
        for name, one in schema.get("properties", {}).items():
            yield name, one, name in schema.get("required", ())


def _key(model: Any) -> str:
    return repr(model)


def _models(routes: Sequence[Route]) -> Iterator[tuple[Any, JsonSchemaMode]]:
    for route in routes:
        for asked in (route.asks, route.form, route.query, route.headers):
            if asked is not None:
                yield asked, "validation"
        for said in route.says.values():
            if not _is_media(said):
                yield said, "serialization"


def _is_media(said: Any) -> bool:
    return said is None or isinstance(said, str)


def _operation_ids(routes: Sequence[Route]) -> list[str]:
    """The names of the handlers; of one that serves several routes, with the method and the path."""
    names = [route.handle.__name__ for route in routes]
    return [
        name if names.count(name) == 1 else "_".join([route.method.lower(), *re.findall(r"\w+", route.path)])
        for route, name in zip(routes, names, strict=True)
    ]


def _summary(route: Route) -> str:
    said = inspect.getdoc(route.handle) or route.handle.__name__.replace("_", " ").capitalize()
    return " ".join(said.split("\n\n")[0].split()).rstrip(".")


def _parameters(route: Route, schemas: _Schemas) -> Plain:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<(\w+)>", route.path)
    ]
    for where, model in (("query", route.query), ("header", route.headers)):
        for name, schema, required in schemas.members(model) if model else ():
            found.append({"name": name, "in": where, "required": required, "schema": _stated(schema)})
    return {"parameters": found} if found else {}


def _stated(schema: Plain) -> Plain:
    """Without null, which a query cannot say."""
    options = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "title") and value is not None}
    return {**options[0], **rest} if len(options) == 1 else {**({"anyOf": options} if options else {}), **rest}


def _body(route: Route, schemas: _Schemas) -> Plain:
    content: Plain = {}
    if route.asks is not None:
        content["application/json"] = {"schema": schemas.of(route.asks, "validation")}
    if route.form is not None or route.files:
        content["multipart/form-data"] = {"schema": _form(route, schemas)}
    return {"requestBody": {"required": True, "content": content}} if content else {}


def _form(route: Route, schemas: _Schemas) -> Plain:
    properties: Plain = {}
    required: list[str] = []
    for name, schema, must in schemas.members(route.form) if route.form else ():
        properties[name] = _stated(schema)
        required += [name] * must
    binary = {"type": "string", "format": "binary"}
    for field in route.files:
        name = field.removesuffix(_SEVERAL)
        properties[name] = {"type": "array", "items": binary} if field.endswith(_SEVERAL) else binary
    if route.asks is None and len(route.files) == 1:
        required.append(route.files[0].removesuffix(_SEVERAL))
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _says(status: int, said: Any, schemas: _Schemas) -> Plain:
    answer: Plain = {"description": HTTPStatus(status).phrase}
    if isinstance(said, str):
        answer["content"] = {media: {"schema": {}} for media in said.split(", ")}
    elif said is not None:
        answer["content"] = {"application/json": {"schema": schemas.of(said, "serialization")}}
    if status in (301, 302, 303, 307):
        answer["headers"] = {"Location": {"required": True, "schema": {"type": "string"}}}
    return answer


def _refusals(contract: Contract) -> dict[int, list[Any]]:
    """By status, the forms in which the contract says its refusals: models, or schemas of what it says plainly."""
    found: dict[int, list[Any]] = {}
    for kind in Kind:
        answer = contract.refuse(Refusal(kind, "Why."))
        form = type(answer.body) if isinstance(answer.body, BaseModel) else _shape(answer.body)
        forms = found.setdefault(answer.status, [])
        if form not in forms:
            forms.append(form)
    for status in _GATEWAY_SAYS:
        found.setdefault(status, []).append(_GATEWAY)
    return dict(sorted(found.items()))


def _shape(value: Any) -> Plain:
    """A schema that `value` and its like fit."""
    match value:
        case str():
            return {"type": "string"}
        case Mapping():
            properties = {name: _shape(one) for name, one in value.items()}
            return {"type": "object", "properties": properties, "required": list(properties)}
        case list() | tuple():
            shapes = [_shape(one) for one in value]
            alike = bool(shapes) and all(shape == shapes[0] for shape in shapes) and shapes[0]["type"] == "object"
            return {"type": "array", "items": shapes[0]} if alike else {"type": "array"}
        case _:
            return {}


def _refusal(status: int, forms: Sequence[Any], schemas: _Schemas) -> Plain:
    options = [schemas.of(form, "serialization") for form in forms]
    schema = options[0] if len(options) == 1 else {"anyOf": options}
    return {"description": HTTPStatus(status).phrase, "content": {"application/json": {"schema": schema}}}


def _credential(contract: Contract) -> Plain:
    for header, value, scheme in _KEYS:
        if contract.credential({header: value}) == "k":
            return scheme
    raise ValueError(f"where does {contract.name} take its credential from?")


def written(name: str) -> str:
    """The file's text."""
    made = document(contract_of(name), TITLES[name])
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in TITLES:
        path = FOLDER / f"{name}.json"
        path.write_text(written(name), encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
