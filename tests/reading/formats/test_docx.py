"""Word documents."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media
from tests.reading.flowing import cells, heads, kind_of, only, pages, said
from tests.reading.make_office import PAGE_BREAK, docx, margin, paragraph, part, table, zipped

ITEMS = table(("Item", "Qty", "Amount"), ("Pipe", "3", "49.20"), ("Joint", "4", "25.50"))


def test_paragraphs_headings_and_tables_come_in_order(tmp_path: Path) -> None:
    path = docx(
        tmp_path / "a.docx", paragraph("Invoice", "Heading1"), paragraph("Date: 3 May"), ITEMS, paragraph("Bye")
    )
    page = only(path)
    assert said(page) == [
        "Invoice",
        "Date: 3 May",
        "Item",
        "Qty",
        "Amount",
        "Pipe",
        "3",
        "49.20",
        "Joint",
        "4",
        "25.50",
        "Bye",
    ]
    [found] = page.tables
    assert cells(found)[1] == ["Pipe", "3", "49.20"]
    assert heads(found) == ["Item", "Qty", "Amount"]
    assert [(pair.key, pair.value) for pair in page.key_values] == [("Date:", "3 May")]


def test_page_breaks_part_pages(tmp_path: Path) -> None:
    made = pages(
        docx(tmp_path / "a.docx", paragraph("one"), PAGE_BREAK, paragraph("two"), PAGE_BREAK, paragraph("three"))
    )
    assert [said(page) for page in made] == [["one"], ["two"], ["three"]]


def test_a_document_without_words_is_refused(tmp_path: Path) -> None:
    """It may show pictures, which are not read: a success would say nothing of them."""
    assert kind_of(docx(tmp_path / "a.docx")) == "unsupported_input"


def test_headers_begin_the_first_page_and_footers_end_the_last(tmp_path: Path) -> None:
    more = {
        "word/header1.xml": margin("hdr", paragraph("ACME, Berlin")),
        "word/header2.xml": margin("hdr", paragraph("ACME, Berlin")),
        "word/footer1.xml": margin("ftr", paragraph("VAT ID: DE1"), paragraph("2")),
    }
    made = pages(docx(tmp_path / "a.docx", paragraph("one"), PAGE_BREAK, paragraph("two"), more=more))
    assert [said(page) for page in made] == [["ACME, Berlin", "one"], ["two", "VAT ID: DE1"]]


def test_what_was_struck_out_is_not_read_and_what_was_added_is(tmp_path: Path) -> None:
    changed = "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>"
    assert said(only(docx(tmp_path / "a.docx", changed, control))) == ["new", "in a control"]


def test_a_tab_parts_a_label_from_its_value(tmp_path: Path) -> None:
    line = "<w:p><w:r><w:t>Total</w:t><w:tab/><w:t>12.00</w:t></w:r></w:p>"
    [pair] = only(docx(tmp_path / "a.docx", line)).key_values
    assert (pair.key, pair.value) == ("Total", "12.00")


def test_pictures_are_counted_on_their_pages(tmp_path: Path) -> None:
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{related}/image" Target="media/image1.png"/></Relationships>'
    )
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{related}" r:embed="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    more = {"word/media/image1.png": "PNG", "word/_rels/document.xml.rels": relationships}
    first, second = pages(
        docx(tmp_path / "a.docx", paragraph("Total"), picture, PAGE_BREAK, paragraph("Thanks"), more=more)
    )
    assert [(warning.kind, warning.count) for warning in first.warnings] == [("pictures", 1)]
    assert second.warnings == ()


def test_macros_and_linked_pictures_are_left_alone(tmp_path: Path) -> None:
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{related}/image" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{related}" r:link="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    more = {"word/vbaProject.bin": "Sub AutoOpen", "word/_rels/document.xml.rels": relationships}
    assert said(only(docx(tmp_path / "a.docx", paragraph("Hello"), picture, more=more))) == ["Hello"]


@pytest.mark.parametrize(
    ("declared", "said_as"), [('"ha"', "&a;"), ("SYSTEM 'file:///etc/passwd'", "&a;")], ids=["bomb", "external"]
)
def test_entities_are_refused(tmp_path: Path, declared: str, said_as: str) -> None:
    path = docx(tmp_path / "a.docx", paragraph(said_as), prologue=f"<!DOCTYPE w [<!ENTITY a {declared}>]>")
    assert kind_of(path) == "unsupported_input"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", " " * (513 << 20))
    assert path.stat().st_size < 1 << 20
    assert kind_of(path) == "document_too_complex"


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    body = "<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000
    assert kind_of(docx(tmp_path / "a.docx", body)) == "document_too_complex"


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    whole = docx(tmp_path / "a.docx", paragraph("x")).read_bytes()
    path = tmp_path / "b.docx"
    path.write_bytes(whole[:-30])
    assert kind_of(path) == "extraction_failed"
    assert kind_of(zipped(tmp_path / "c.docx", {"word/document.xml": "nope"})) == "extraction_failed"


def test_a_damaged_picture_spoils_nothing(tmp_path: Path) -> None:
    """It is not even unpacked."""
    path = tmp_path / "a.docx"
    docx(path, paragraph("Total: 12.00"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/image1.png", b"PICTURE")
    path.write_bytes(path.read_bytes().replace(b"PICTURE", b"pICTURE"))
    assert said(only(path)) == ["Total: 12.00"]


def test_of_a_part_that_is_there_twice_the_last_is_read(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", paragraph("old"))
    again = docx(tmp_path / "b.docx", paragraph("new"))
    with zipfile.ZipFile(again) as archive:
        body = archive.read("word/document.xml")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", body)
    assert said(only(path)) == ["new"]


@pytest.mark.parametrize(("password", "kind"), [(None, "password_required"), ("secret", "unsupported_input")])
def test_an_encrypted_document_is_refused(tmp_path: Path, password: str | None, kind: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(Broken) as refused:
        sandbox.inspect(path, Media.LOCKED, password)
    assert refused.value.kind == kind


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def style(name: str, kind: str, inside: str, based_on: str = "") -> str:
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{based}<w:rPr>{inside}</w:rPr></w:style>'
    )


STYLES = part(
    "styles",
    style("Secret", "character", "<w:vanish/>"),
    style("Deeper", "character", "<w:b/>", based_on="Secret"),
    style("Shown", "character", '<w:vanish w:val="0"/>', based_on="Secret"),
    style("Aside", "paragraph", "<w:vanish/>"),
)


SHOWN = run("shown", '<w:rStyle w:val="Shown"/>')


@pytest.mark.parametrize(
    "hidden",
    [
        run("77.00 EUR", "<w:vanish/>"),
        run("77.00 EUR", '<w:rStyle w:val="Secret"/>'),
        run("77.00 EUR", '<w:rStyle w:val="Deeper"/>'),
        f"<w:ins>{run('77.00 EUR', '<w:vanish/>')}</w:ins>",
        f"<w:hyperlink>{run('77.00 EUR', '<w:vanish/>')}</w:hyperlink>",
    ],
)
def test_hidden_words_are_left_out_and_counted(tmp_path: Path, hidden: str) -> None:
    body = f"<w:p>{run('before ')}{hidden}{run('after')}</w:p>"
    page = only(docx(tmp_path / "a.docx", body, more={"word/styles.xml": STYLES}))
    assert said(page) == ["before after"]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("hidden_text", 2)]


def test_a_paragraph_s_style_hides_it_but_for_what_shows_all_the_same(tmp_path: Path) -> None:
    aside = '<w:p><w:pPr><w:pStyle w:val="Aside"/></w:pPr>{}</w:p>'
    path = docx(
        tmp_path / "a.docx",
        aside.format(run("hidden")),
        aside.format(run("direct", '<w:vanish w:val="0"/>')),
        aside.format(run("cancelled", '<w:rStyle w:val="Secret"/>')),
        f"<w:p>{SHOWN}</w:p>",
        more={"word/styles.xml": STYLES},
    )
    assert said(only(path)) == ["direct", "cancelled", "shown"]


def test_hidden_rows_and_hidden_words_of_headers_are_left_out(tmp_path: Path) -> None:
    row = "<w:tr>{}<w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    rows = [row.format("", paragraph(a), paragraph(b)) for a, b in (("Item", "Amount"), ("Pipe", "49.20"))]
    rows.append(row.format("<w:trPr><w:hidden/></w:trPr>", paragraph("Discount"), paragraph("77.00")))
    header = margin("hdr", f"<w:p>{run('ACME ')}{run('draft', '<w:vanish/>')}</w:p>")
    page = only(docx(tmp_path / "a.docx", f"<w:tbl>{''.join(rows)}</w:tbl>", more={"word/header1.xml": header}))
    assert said(page) == ["ACME", "Item", "Amount", "Pipe", "49.20"]
    assert [warning.count for warning in page.warnings] == [3]


def test_what_is_hidden_anywhere_is_told_on_the_first_page(tmp_path: Path) -> None:
    secret = run("77.00 EUR", "<w:vanish/>")
    more = {
        "word/header1.xml": margin("hdr", f"<w:p>{run('ACME')}{secret}</w:p>"),
        "word/footer1.xml": margin("ftr", f"<w:p>{run('Bank')}{secret}</w:p>"),
    }
    body = (f"<w:p>{run('one')}</w:p>", PAGE_BREAK, f"<w:p>{run('two')}{secret}</w:p>")
    first, last = pages(docx(tmp_path / "a.docx", *body, more=more))
    assert [said(page) for page in (first, last)] == [["ACME", "one"], ["two", "Bank"]]
    assert [(warning.kind, warning.count) for warning in first.warnings] == [("hidden_text", 6)]
    assert last.warnings == ()


def mark(kind: str, inside: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inside}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_fields_are_their_results(tmp_path: Path) -> None:
    simple = f'<w:fldSimple w:instr=" MERGEFIELD q ">{run("Q-12")}</w:fldSimple>'
    nested = f'<w:fldSimple w:instr=" IF ">{simple}</w:fldSimple>'
    complex_ = mark("begin") + code(" MERGEFIELD city ") + mark("separate") + run("Berlin") + mark("end")
    inner = mark("begin") + code(" MERGEFIELD n ") + mark("separate") + run("7") + mark("end")
    condition = (
        mark("begin") + code(" IF ") + inner + code(' = 7 "yes" "no" ') + mark("separate") + run("yes") + mark("end")
    )
    path = docx(
        tmp_path / "a.docx",
        f"<w:p>{run('Quote: ')}{simple}</w:p>",
        f"<w:p>{run('Again: ')}{nested}</w:p>",
        f"<w:p>{run('City: ')}{complex_}</w:p>",
        f"<w:p>{run('Paid: ')}{condition}</w:p>",
    )
    assert said(only(path)) == ["Quote: Q-12", "Again: Q-12", "City: Berlin", "Paid: yes"]


@pytest.mark.parametrize(("result", "choice"), [('<w:result w:val="1"/>', "Net 60"), ("", "Net 30")])
def test_a_drop_down_field_is_what_is_chosen(tmp_path: Path, result: str, choice: str) -> None:
    entries = '<w:listEntry w:val="Net 30"/><w:listEntry w:val="Net 60"/>'
    begin = mark("begin", f"<w:ffData><w:ddList>{result}{entries}</w:ddList></w:ffData>")
    field = begin + code(" FORMDROPDOWN ") + mark("separate") + mark("end")
    assert said(only(docx(tmp_path / "a.docx", f"<w:p>{run('Terms: ')}{field}</w:p>"))) == [f"Terms: {choice}"]


def boxed(*blocks: str) -> str:
    """A text box as Word writes it: as a drawing, and again for programs that know only the older form."""
    inside = f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><wps:txbx '
        f'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{inside}</wps:txbx></w:drawing>'
        '</mc:Choice><mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
        f"{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_text_and_tables_in_text_boxes_are_read_once(tmp_path: Path) -> None:
    path = docx(
        tmp_path / "a.docx", f"<w:p>{run('Offer')}{boxed(paragraph('Valid: 3 May'), ITEMS)}</w:p>", paragraph("Bye")
    )
    page = only(path)
    assert said(page)[:2] == ["Offer", "Valid: 3 May"]
    assert said(page)[-1] == "Bye"
    assert [cells(found)[1] for found in page.tables] == [["Pipe", "3", "49.20"]]


def test_a_text_box_in_a_text_box_is_read_once(tmp_path: Path) -> None:
    inner = f"<w:p>{run('outer')}{boxed(paragraph('inner'))}</w:p>"
    assert said(only(docx(tmp_path / "a.docx", f"<w:p>{run('Offer')}{boxed(inner)}</w:p>"))) == [
        "Offer",
        "outer",
        "inner",
    ]


def test_a_drawing_of_today_alone_is_read(tmp_path: Path) -> None:
    drawing = (
        "<w:p><w:r><w:drawing><wps:txbx "
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:txbxContent>'
        f"{paragraph('Total: 12.00')}</w:txbxContent></wps:txbx></w:drawing></w:r></w:p>"
    )
    assert said(only(docx(tmp_path / "a.docx", drawing))) == ["Total: 12.00"]


WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'


def test_white_words_on_the_white_page_are_left_out_and_counted(tmp_path: Path) -> None:
    page = only(docx(tmp_path / "a.docx", paragraph("Total: 12.50"), f"<w:p>{run('Total: 99.00', WHITE)}</w:p>"))
    assert said(page) == ["Total: 12.50"]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("hidden_text", 2)]


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p>{run('Total: 99.00', WHITE + DARK)}</w:p>",
        f"<w:p><w:pPr>{DARK}</w:pPr>{run('Total: 99.00', WHITE)}</w:p>",
        f'<w:p><w:pPr><w:pStyle w:val="Banner"/></w:pPr>{run("Total: 99.00", WHITE)}</w:p>',
        f"<w:tbl><w:tr><w:tc><w:p>{run('Total: 99.00', WHITE)}</w:p></w:tc></w:tr></w:tbl>",
        f'<w:p>{run("Total: 99.00", WHITE)}<w:r><w:drawing behindDoc="1"/></w:r></w:p>',
    ],
    ids=["run", "paragraph", "style", "table", "drawing"],
)
def test_white_words_stay_where_something_may_stand_behind_them(tmp_path: Path, body: str) -> None:
    page = only(docx(tmp_path / "a.docx", paragraph("Bill"), body))
    assert "99.00" in " ".join(word.text for word in page.words)


def test_white_words_in_a_box_stay(tmp_path: Path) -> None:
    box = boxed(f"<w:p>{run('Total: 99.00', WHITE)}</w:p>")
    page = only(docx(tmp_path / "a.docx", paragraph("Bill"), f"<w:p>{box}</w:p>"))
    assert said(page) == ["Bill", "Total: 99.00"]
