"""What a module of `samples.drawing` makes."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A document with what may be asked of it and what it says.

    Attributes:
        file: its file name.
        schema: the JSON Schema of the fields to extract from it.
        fields: the truth: a value of that schema, from the data that the document was drawn from.
        drawn: the PDF as drawn, before any scanning; its text layer holds what an eye reads in the document.
        content: the bytes of the file.
    """

    file: str
    schema: dict[str, Any]
    fields: dict[str, Any]
    drawn: bytes
    content: bytes

    @property
    def name(self) -> str:
        return PurePath(self.file).stem
