"""S3: bodies are in files, and are read as far as a request asks for them.

Stock MiniStack keeps every body in memory, a versioned bucket's for each version (its S3_PERSIST keeps those too), and
copies the whole body to answer a range.
"""

from contextvars import ContextVar
from typing import Any

from ministack.core.responses import StreamingResponse
from ministack.services import s3

from local.emulator.bodies import Body
from local.emulator.emulator import Emulator
from local.emulator.seams import seam

IN_MEMORY_BYTES = 1_024
AT_ONCE_BYTES = 1_048_576

_unread: ContextVar[bool] = ContextVar("quire_unread_bodies", default=False)


def install(emulator: Emulator) -> None:
    """Put bodies into files under the state folder as objects are made; read them when asked."""
    folder = emulator.settings.state / "objects"
    folder.mkdir(parents=True, exist_ok=True)
    build = seam(s3, "_build_object_record", "ef9b2ee6ce64")
    project = seam(s3, "_version_entry_from_record", "ddd99b6828a0")
    read_body = seam(s3, "_read_body", "596e56d63502")
    version_body = seam(s3, "_version_body", "914e6f75ad9f")
    delete_version = seam(s3, "_delete_object_version", "db06a3a9188c")
    dispatch = seam(s3, "_dispatch", "52562ee7c18b")
    seam(s3, "_get_object", "64ad7071ef0e")
    seam(s3, "_object_record_from_version", "dcb5e05b6658")

    def build_record(body: bytes, *args: Any, **options: Any) -> dict[str, Any]:
        record: dict[str, Any] = build(body, *args, **options)
        if len(body) > IN_MEMORY_BYTES:
            record["body"] = Body(body, folder)
        return record

    def version_entry(record: dict[str, Any], version_id: str, data: Any) -> dict[str, Any]:
        entry: dict[str, Any] = project(record, version_id, data)
        if isinstance(record.get("body"), Body):
            entry["data"] = record["body"]
        return entry

    def read(bucket: str, key: str, record: dict[str, Any]) -> Any:
        return _content(read_body(bucket, key, record))

    def read_version(bucket: dict[str, Any], name: str, key: str, version: dict[str, Any]) -> Any:
        return _content(version_body(bucket, name, key, version))

    def delete(bucket: dict[str, Any], name: str, key: str, version_id: str) -> Any:
        # The version below becomes current: hand its body on, unread.
        token = _unread.set(True)
        try:
            return delete_version(bucket, name, key, version_id)
        finally:
            _unread.reset(token)

    def answer(method: str, bucket: str, key: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        if method != "GET" or not key:
            return dispatch(method, bucket, key, headers, body, query)
        token = _unread.set(True)
        try:
            status, answered, found = dispatch(method, bucket, key, headers, body, query)
        finally:
            _unread.reset(token)
        if isinstance(found, Body):
            found = found.read() if len(found) <= AT_ONCE_BYTES else StreamingResponse(_stream(found))
        return status, answered, found

    s3._build_object_record = build_record
    s3._version_entry_from_record = version_entry
    s3._read_body = read
    s3._version_body = read_version
    s3._delete_object_version = delete
    s3._dispatch = answer


def _content(body: Any) -> Any:
    return body.read() if isinstance(body, Body) and not _unread.get() else body


def _stream(body: Body) -> Any:
    async def run(send: Any, _: Any) -> None:
        for piece in body.pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return run
