"""Files of the upload view: each is announced, and the browser puts its bytes into the bucket itself."""

from __future__ import annotations

from pydantic import BaseModel, Field

from quire.domain.file import MOST_BYTES
from quire.domain.refusal import Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time
from quire.service import uploads


class CreateFile(BaseModel):
    """`size` in bytes: exactly as many are taken."""

    name: str = Field(min_length=1, max_length=1024)
    size: int = Field(ge=1, le=MOST_BYTES)
    media_type: str | None = Field(default=None, max_length=255)


class Upload(BaseModel):
    """PUT the bytes to `url` before `until`."""

    url: str
    until: str


class File(BaseModel):
    id: str
    name: str
    size: int
    upload: Upload


def create_file(call: Call) -> Answer | Refusal:
    """Announce a file, and learn where its bytes go."""
    asked = call.json(CreateFile)
    made = uploads.announce(call.world, call.tenant, asked.size, asked.name, asked.media_type)
    if isinstance(made, Refusal):
        return made
    upload = Upload(url=made.url or "", until=say_time(made.until))
    return Answer(201, File(id=made.file.id, name=made.file.name or made.file.id, size=asked.size, upload=upload))


ROUTES = (Route("POST", "/console/api/files", create_file, asks=CreateFile, says={201: File}),)
