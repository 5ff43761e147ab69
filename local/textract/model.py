"""Textract's service model, as botocore ships it: the operations' shapes, and requests held to them."""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from local.textract.errors import TextractError

OPERATIONS = (
    "DetectDocumentText",
    "AnalyzeDocument",
    "StartDocumentTextDetection",
    "GetDocumentTextDetection",
    "StartDocumentAnalysis",
    "GetDocumentAnalysis",
)
# The service takes queries of 1..200 characters, so many a call.
MAX_QUERIES = {"AnalyzeDocument": 15, "StartDocumentAnalysis": 30}


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("textract")


def members(structure: str) -> list[str]:
    """The names of a structure's members."""
    shape = service_model().shape_for(structure)
    assert isinstance(shape, StructureShape)  # noqa: S101 - a type narrowed, not a check
    return list(shape.members)


def parse(operation: str, request: Any) -> dict[str, Any]:
    """The request with its blobs decoded, once it is known to be of the operation's input shape.

    Raises:
        TextractError: InvalidParameterException, naming no more than the member; the value may be the user's.
    """
    parsed = _checked(service_model().shape_for(f"{operation}Request"), request, "request")
    assert isinstance(parsed, dict)  # noqa: S101 - each input shape is a structure
    _check_features(operation, parsed)
    return parsed


def _check_features(operation: str, request: dict[str, Any]) -> None:
    features = request.get("FeatureTypes")
    queries = request.get("QueriesConfig", {}).get("Queries", [])
    if features == [] or bool(queries) != ("QUERIES" in (features or ())):
        raise _invalid("FeatureTypes")
    if len(queries) > MAX_QUERIES.get(operation, 0):
        raise _invalid("QueriesConfig")


def _invalid(where: str) -> TextractError:
    return TextractError("InvalidParameterException", f"Request has invalid parameters: {where}")


def _checked(shape: Shape, value: Any, where: str) -> Any:
    """The value, if it is of the shape: members required, types, lengths, enums, patterns."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict) or any(value.get(name) is None for name in shape.required_members):
            raise _invalid(where)
        return {
            name: _checked(member, value[name], name)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise _invalid(where)
        _check_size(shape, len(value), where)
        return [_checked(shape.member, item, where) for item in value]
    if shape.type_name == "blob":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise _invalid(where) from error
    if shape.type_name == "integer":
        if type(value) is not int or value < shape.metadata.get("min", value):
            raise _invalid(where)
        return value
    if shape.type_name == "string":
        return _checked_string(shape, value, where)
    raise _invalid(where)


def _checked_string(shape: Shape, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _invalid(where)
    _check_size(shape, len(value), where)
    pattern = shape.metadata.get("pattern")
    # The service matches the whole value, whether or not the pattern says so.
    if (pattern and not re.fullmatch(pattern, value, re.DOTALL)) or value not in shape.metadata.get("enum", (value,)):
        raise _invalid(where)
    return value


def _check_size(shape: Shape, size: int, where: str) -> None:
    if not shape.metadata.get("min", 0) <= size <= shape.metadata.get("max", size):
        raise _invalid(where)
