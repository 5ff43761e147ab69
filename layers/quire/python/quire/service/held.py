"""The outputs of a document that is held for review: kept apart from results until a person lets one pass."""

from __future__ import annotations

import tempfile
from pathlib import Path

from quire.domain.document import Document, Stored
from quire.domain.places import results_of
from quire.domain.ports import World


def first_key(document: Document) -> str:
    """Of the output as it was extracted."""
    return f"{_folder(document)}{document.position}.json"


def edited_key(document: Document) -> str:
    """Of the output with a reviewer's values."""
    return f"{_folder(document)}{document.position}.edited.json"


def _folder(document: Document) -> str:
    return f"{results_of(document.tenant, document.job_id)}review/"


def let_pass(world: World, document: Document) -> Stored:
    """The output that a person chose becomes the document's result. Repeated, it writes the same anew.

    Raises:
        KeyError: it is gone.
    """
    if document.review is None:
        raise ValueError("that document was never held")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        world.blobs.download(document.review.chosen, path)
        return world.blobs.put_file(document.result_key, path, "application/json")
