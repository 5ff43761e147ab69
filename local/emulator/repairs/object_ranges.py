"""S3: a range of a version is a range.

Stock MiniStack answers ``GET ?versionId=…`` with a Range header by the whole body and 200.
"""

from typing import Any

from ministack.services import s3

from local.emulator.emulator import Emulator
from local.emulator.seams import seam


def install(_: Emulator) -> None:
    """Wrap GetObject."""
    get = seam(s3, "_get_object", "64ad7071ef0e")
    seam(s3, "_parse_range", "0631595e6e00")

    def get_range(bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None) -> Any:
        status, answered, body = get(bucket, key, headers, query)
        if status != 200 or "range" not in headers or not (query or {}).get("versionId"):
            return status, answered, body
        size = len(body)
        found = s3._parse_range(headers["range"], size)
        if found is None:
            error = s3._xml_body(s3._range_error_xml(bucket, key))
            return 416, {"Content-Type": "application/xml", "Content-Range": f"bytes */{size}"}, error
        start, end = found
        # The checksum of the whole says nothing about a part.
        answered = {name: value for name, value in answered.items() if not name.startswith("x-amz-checksum-")}
        answered |= {"Content-Length": str(end - start + 1), "Content-Range": f"bytes {start}-{end}/{size}"}
        return 206, answered, body[start : end + 1]

    s3._get_object = get_range
