"""The page `/docs`: the contracts' OpenAPI documents in Swagger UI, without anything from elsewhere."""

import importlib.util
import json
import mimetypes
from pathlib import Path

from local.emulator.front.payload import Response

OPENAPI = Path(__file__).resolve().parents[3] / "docs" / "openapi"
PAGES = Path(__file__).with_name("pages")
_HEADERS = [
    ("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-cache"),
]


def page(path: str) -> Response | None:
    """What lies under ``path``; None where that is not of these pages, or nothing is there."""
    match path.strip("/").split("/"):
        case ["docs"]:
            return _file(PAGES, "docs.html")
        case ["docs", "docs.js"]:
            return _file(PAGES, "docs.js")
        case ["docs", "contracts.json"]:
            return _contracts()
        case ["docs", "openapi", name]:
            return _file(OPENAPI, name)
        case ["docs", "assets", name]:
            return _file(_assets(), name)
        case _:
            return None


def _contracts() -> Response:
    """What the page offers: [{url, name}]."""
    titles = {
        path.name: json.loads(path.read_text(encoding="utf-8"))["info"]["title"] for path in OPENAPI.glob("*.json")
    }
    listed = [{"url": f"/docs/openapi/{name}", "name": title} for name, title in sorted(titles.items())]
    return Response(200, json.dumps(listed).encode(), [("content-type", "application/json"), *_HEADERS])


def _assets() -> Path:
    """Swagger UI's files, which the package flask-swagger-ui brings along (Flask itself is not used)."""
    spec = importlib.util.find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("flask_swagger_ui")
    return Path(spec.origin).with_name("dist")


def _file(folder: Path, name: str) -> Response | None:
    """A file that lies in the folder itself: whatever else the name leads to is not there."""
    path = next((path for path in folder.iterdir() if path.name == name and path.is_file()), None)
    if path is None:
        return None
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(200, path.read_bytes(), [("content-type", media), *_HEADERS])
