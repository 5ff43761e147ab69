"""All labelled documents, as `<set>/schema.json`, `<set>/<split>/documents/` and `<set>/<split>/labels.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path

from samples.labelled import forms, invoices, receipts, statements
from samples.labelled.made import SPLITS, Kind

KINDS: tuple[Kind, ...] = (invoices.KIND, statements.KIND, forms.KIND, receipts.KIND)
SETS = tuple(kind.name for kind in KINDS)


def write(folder: Path) -> None:
    """Draw every set; seconds."""
    for kind in KINDS:
        base = folder / kind.name
        for split in SPLITS:
            documents = base / split / "documents"
            documents.mkdir(parents=True, exist_ok=True)
            labels = []
            for made in kind.documents(split):
                (documents / made.file).write_bytes(made.content)
                labels.append(json.dumps({"file": made.file, "fields": made.fields}, ensure_ascii=False))
            (base / split / "labels.jsonl").write_text("\n".join(labels) + "\n", encoding="utf-8")
        (base / "schema.json").write_text(json.dumps(kind.schema, ensure_ascii=False, indent=1), encoding="utf-8")
