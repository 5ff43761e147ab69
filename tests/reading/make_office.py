"""Word and Excel files for the tests, written by hand: what a library would not write can be in them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def zipped(path: Path, parts: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in cells)}</w:tr>"

    return f"<w:tbl>{''.join(map(row, rows))}</w:tbl>"


def docx(path: Path, *body: str, prologue: str = "", more: Mapping[str, str] | None = None) -> Path:
    document = f"{prologue}<w:document {_WORD}><w:body>{''.join(body)}</w:body></w:document>"
    return zipped(path, {"word/document.xml": document, **(more or {})})


def margin(kind: str, *body: str) -> str:
    """A header ("hdr") or footer ("ftr")."""
    return f"<w:{kind} {_WORD}>{''.join(body)}</w:{kind}>"


def part(name: str, *inside: str) -> str:
    """Another part of a Word file: `styles`, `footnotes`."""
    return f"<w:{name} {_WORD}>{''.join(inside)}</w:{name}>"


def xlsx(path: Path, rows: str, prologue: str = "") -> Path:
    """A workbook of one sheet; `rows` is the inside of its sheetData."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'
    )

    def related(to: str, target: str) -> str:
        one = f'<Relationship Id="r1" Type="{_RELATED}/{to}" Target="{target}"/>'
        return f"<Relationships {_RELATIONSHIPS}>{one}</Relationships>"

    return zipped(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": related("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook {_SHEET} xmlns:r="{_RELATED}">'
            '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": related("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f"{prologue}<worksheet {_SHEET}><sheetData>{rows}</sheetData></worksheet>",
        },
    )
