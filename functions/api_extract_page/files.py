"""Files: announced, and looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from functions.api_extract_page import contract
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.ids import plain_id, say_id
from quire.service import uploads


def create_file(call: Call) -> Answer | Refusal:
    """Announce a file: its bytes go to `upload.url` by PUT."""
    asked = call.json(contract.CreateFile)
    upload = uploads.announce(call.world, call.tenant, asked.size_bytes, asked.filename, asked.content_type)
    return upload if isinstance(upload, Refusal) else Answer(200, contract.say_file(upload, call.world.clock()))


def get_file(call: Call) -> Answer | Refusal:
    """A file, with a fresh upload URL while it waits for its bytes."""
    file_id = plain_id("file", call.path["file_id"])
    if file_id is None:
        return unknown_files([call.path["file_id"]])
    upload = uploads.look(call.world, call.tenant, file_id)
    if isinstance(upload, Refusal):
        return in_our_ids(upload)
    return Answer(200, contract.say_file(upload, call.world.clock()))


def unknown_files(said: list[str]) -> Refusal:
    return Refusal(Kind.FILE_NOT_FOUND, "There are no such files.", {"file_ids": said[:100]})


def in_our_ids(refusal: Refusal) -> Refusal:
    """A refusal that names files, by the ids that this contract gives them."""
    named: Any = refusal.details.get("file_ids", [])
    return replace(refusal, details={"file_ids": [say_id("file", file_id) for file_id in named]}) if named else refusal
