"""Hostile files for the tests: small to send, and without end for who reads them naively. All are made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from tests.reading.make_office import docx, paragraph, xlsx
from tests.reading.make_pdf import HELLO, by_hand

MB = 1 << 20


def deflated(byte: bytes, size: int, times: int = 1) -> bytes:
    """`size` bytes (whole MB) all alike, deflated; then what that gives, and so on. Made of one piece, said again."""
    packer = zlib.compressobj(9)
    begin = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(byte * MB) + packer.flush(zlib.Z_FULL_FLUSH)
    # RFC 1950: the sums that end the stream, of bytes that are all alike.
    high = (size + byte[0] * (size * (size + 1) // 2)) % 65521
    low = (1 + size * byte[0]) % 65521
    content = begin + piece * (size // MB) + b"\x03\x00" + struct.pack(">HH", high, low)
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    return content


# ---- PDF -------------------------------------------------------------------------------------------------------------


def flate_bomb() -> bytes:
    return by_hand(deflated(b" ", 1024 * MB), stream="/Filter/FlateDecode")


def nested_flate_bomb() -> bytes:
    return by_hand(deflated(b" ", 8192 * MB, 2), stream="/Filter[/FlateDecode/FlateDecode]")


def many_filters() -> bytes:
    content = HELLO
    for _ in range(200):
        content = zlib.compress(content)
    return by_hand(content, stream=f"/Filter[{'/FlateDecode' * 200}]")


def run_length_bomb() -> bytes:
    return by_hand(zlib.compress(b"\x81 " * (64 * MB)), stream="/Filter[/FlateDecode/RunLengthDecode]")


def lzw_bomb() -> bytes:
    return by_hand(bytes(8 * MB), stream="/Filter/LZWDecode")


def wide_predictor() -> bytes:
    parameters = "/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>"
    return by_hand(deflated(b"\x02", 64 * MB), stream=f"/Filter/FlateDecode{parameters}")


def reference_loops() -> bytes:
    """A stream's length, a page's contents and a font that all lead to themselves."""
    more = ["6 0 R", "7 0 R", "[8 0 R 8 0 R]"]
    return by_hand(HELLO, page="/MediaBox 7 0 R/Annots 8 0 R", more=more, stream="/DecodeParms 6 0 R")


def inherited_loop() -> bytes:
    """The page tree's root is its own parent; a size is looked for upwards without end."""
    return by_hand(HELLO, page="", pages="/Kids[3 0 R]/Count 1/Parent 2 0 R")


def deep_tree() -> bytes:
    """A page below 5,000 nodes."""
    first, depth = 6, 5000
    nodes = [f"<</Type/Pages/Count 1/Kids[{n + 1} 0 R]/Parent {n - 1} 0 R>>" for n in range(first, first + depth)]
    nodes[-1] = f"<</Type/Pages/Count 1/Kids[3 0 R]/Parent {first + depth - 2} 0 R>>"
    return by_hand(HELLO, pages=f"/Kids[{first} 0 R]/Count 1", more=nodes)


def wide_tree() -> bytes:
    """100,000 nodes without a page."""
    kids = " ".join(f"{n} 0 R" for n in range(6, 100_006))
    return by_hand(HELLO, pages=f"/Kids[{kids}]/Count 1", more=["<</Type/Pages/Kids[]/Count 0>>"] * 100_000)


def million_kids() -> bytes:
    return by_hand(HELLO, pages=f"/Kids[{'3 0 R ' * 1_000_000}]/Count 1000000")


def many_objects() -> bytes:
    """100,000 objects, each leading to the next."""
    chain = [f"[{n + 1} 0 R]" for n in range(6, 100_006)]
    return by_hand(HELLO, page="/MediaBox[0 0 612 792]/Annots 6 0 R", more=chain)


def deep_array() -> bytes:
    return by_hand(HELLO, page=f"/MediaBox[0 0 612 792]/Annots {'[' * 200_000}{']' * 200_000}")


def deep_dictionary() -> bytes:
    return by_hand(HELLO, catalog=f"/X {'<</X ' * 100_000}1{'>>' * 100_000}")


def lying_count() -> bytes:
    return by_hand(HELLO, pages="/Kids[3 0 R]/Count 2147483647")


def negative_count() -> bytes:
    return by_hand(HELLO, pages="/Kids[3 0 R]/Count -7")


def hidden_pages() -> bytes:
    """Three pages, of which it says that they are one."""
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    return by_hand(HELLO, pages="/Kids[3 0 R 6 0 R 7 0 R]/Count 1", more=[page, page])


def no_table() -> bytes:
    return by_hand(HELLO).partition(b"xref\n")[0]


def wrong_places() -> bytes:
    good = by_hand(HELLO)
    head, mark, rest = good.partition(b"xref\n")
    return head + mark + rest.replace(b"00000 n", b"00000 n").replace(b"00000000", b"00099999")


def table_that_loops() -> bytes:
    good = by_hand(HELLO)
    start = good.rindex(b"xref\n0 ")
    return good.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


def endless_table() -> bytes:
    return by_hand(HELLO).replace(b"xref\n0 6\n", b"xref\n0 2000000000\n")


def huge_page() -> bytes:
    return by_hand(HELLO, page="/MediaBox[0 0 1e38 1e38]")


def page_of_nothing() -> bytes:
    return by_hand(HELLO, page="/MediaBox[0 0 0 0]")


def page_of_no_numbers() -> bytes:
    return by_hand(HELLO, page="/MediaBox[/a (b) null 99999999999999999999999999]")


def huge_unit() -> bytes:
    return by_hand(HELLO, page="/MediaBox[0 0 14400 14400]/UserUnit 1e30")


def _with_image(about: str, data: bytes) -> bytes:
    """The page paints an image all over itself."""
    image = f"<</Type/XObject/Subtype/Image{about}/Length {len(data)}>>\nstream\n"
    body = image + data.decode("latin-1") + "\nendstream"
    page = "/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>"
    made = by_hand(b"q 300 0 0 300 50 50 cm /I Do Q " + HELLO, page="@", more=["#"])
    made = made.replace(b"/Resources<</Font<</F1 5 0 R>>>>", b"").replace(b"@", page.encode())
    return made.replace(b"\n#\n", b"\n" + body.encode("latin-1") + b"\n")


def huge_image() -> bytes:
    size = "/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode"
    return _with_image(size, deflated(b"\x00", 2600 * MB))


def image_of_overflowing_size() -> bytes:
    size = "/Width 2147483647/Height 2147483647/BitsPerComponent 16/ColorSpace/DeviceCMYK/Filter/FlateDecode"
    return _with_image(size, deflated(b"\x00", MB))


def fax_image() -> bytes:
    parameters = "/DecodeParms<</K -1/Columns 60000/Rows 60000>>"
    size = "/Width 8000/Height 8000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
    return _with_image(size + parameters, bytes(range(256)) * 400)


def jbig2_image() -> bytes:
    """A page of 65,535 pixels a side, and a symbol dictionary that promises four billion symbols."""

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data

    page = struct.pack(">IIIIBH", 65535, 65535, 0, 0, 0, 0)
    symbols = struct.pack(">H", 0) + bytes(8) + struct.pack(">II", 0xFFFFFFFF, 0xFFFFFFFF) + bytes(64)
    region = struct.pack(">IIIIBB", 65535, 65535, 0, 0, 0, 0) + bytes(8) + bytes(range(256)) * 8
    data = segment(0, 48, page) + segment(1, 0, symbols) + segment(2, 38, region)
    size = "/Width 8000/Height 8000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode"
    return _with_image(size, data)


def jpx_image() -> bytes:
    box = struct.pack(">I", 12) + b"jP  \r\n\x87\n" + struct.pack(">I", 20) + b"ftypjp2 " + bytes(4) + b"jp2 "
    siz = struct.pack(">HHIIIIIIIIH", 41, 0, 2**31 - 1, 2**31 - 1, 0, 0, 1, 1, 0, 0, 1) + b"\x07\x01\x01"
    data = box + struct.pack(">I", 0) + b"jp2c\xff\x4f\xff\x51" + siz + bytes(200)
    return _with_image("/Width 4/Height 4/Filter/JPXDecode", data)


def _stream(about: str, body: str) -> str:
    return f"<<{about}/Length {len(body)}>>\nstream\n{body}\nendstream"


def _painting_form(made: bytes) -> bytes:
    """The page's resources name object 6 as form /F."""
    return made.replace(
        b"<</Font<</F1 5 0 R>>>>>>\nendobj\n4", b"<</Font<</F1 5 0 R>>/XObject<</F 6 0 R>>>>>>\nendobj\n4"
    )


def form_that_paints_itself() -> bytes:
    about = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 6 0 R>>>>"
    return _painting_form(by_hand(b"/F Do " + HELLO, more=[_stream(about, "/F Do /F Do")]))


def forms_that_double() -> bytes:
    """Forty forms, each painting the next one twice: a million million marks."""
    forms = []
    for n in range(6, 46):
        down = f"/XObject<</F {n + 1} 0 R>>" if n < 45 else ""
        about = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>{down}>>"
        forms.append(_stream(about, f"/F Do /F Do BT /F1 9 Tf ({n}) Tj ET"))
    return _painting_form(by_hand(b"/F Do " + HELLO, more=forms))


def million_operators() -> bytes:
    return by_hand(zlib.compress(HELLO + b" 0 0 1 1 re f" * 3_000_000), stream="/Filter/FlateDecode")


def words_without_end() -> bytes:
    """600,000 words on a page."""
    words = b"".join(b"1 0 0 1 %d %d Tm (word%d) Tj " % (n % 600, n % 780, n) for n in range(600_000))
    return by_hand(zlib.compress(b"BT /F1 4 Tf " + words + b"ET"), stream="/Filter/FlateDecode")


def deep_states() -> bytes:
    return by_hand(zlib.compress(b"q " * 2_000_000 + HELLO), stream="/Filter/FlateDecode")


def font_of_itself() -> bytes:
    """A composite font below itself, with a character map that uses itself."""
    cmap = "begincmap /X usecmap 1 begincodespacerange <00><ffff> endcodespacerange endcmap"
    return by_hand(
        HELLO,
        font="<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 6 0 R/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>",
        more=[_stream("/Type/CMap/CMapName/X/UseCMap 6 0 R", cmap)],
    )


def font_that_draws_itself() -> bytes:
    """A Type 3 font whose glyph is written in that font."""
    shape = "/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Resources<</Font<</F1 5 0 R>>>>"
    codes = "/Encoding<</Differences[72/a 101/a]>>/FirstChar 72/LastChar 101/Widths[9 9]"
    glyph = _stream("", "9 0 0 0 9 9 d1 BT /F1 9 Tf (HeHeHe) Tj ET")
    return by_hand(HELLO, font=f"<</Type/Font/Subtype/Type3{shape}{codes}>>", more=[glyph])


def wide_character_map() -> bytes:
    ranges = "".join(f"<{n:04x}><ffff><0041>\n" for n in range(60_000))
    cmap = (
        f"begincmap 1 begincodespacerange <0000><ffff> endcodespacerange 60000 beginbfrange\n{ranges}endbfrange endcmap"
    )
    packed = zlib.compress(cmap.encode()).decode("latin-1")
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    made = by_hand(HELLO, font=font, more=["#"])
    stream = f"<</Filter/FlateDecode/Length {len(packed)}>>\nstream\n{packed}\nendstream".encode("latin-1")
    return made.replace(b"\n#\n", b"\n" + stream + b"\n")


def _in_object_streams(streams: Mapping[int, tuple[int, int, bytes]], entries: bytes, last: int) -> bytes:
    """streams: number -> (/N, /First, deflated content); entries: of the cross-reference stream, /W[1 4 2]."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number, (count, first, packed) in streams.items():
        places[number] = out.tell()
        about = f"/Type/ObjStm/N {count}/First {first}/Filter/FlateDecode/Length {len(packed)}"
        out.write(f"{number} 0 obj\n<<{about}>>\nstream\n".encode() + packed + b"\nendstream\nendobj\n")
    start = out.tell()
    for place, mark in ((places.get(number, 0), b"<%02d>" % number) for number in streams):
        entries = entries.replace(mark.ljust(7, b"."), b"\x01" + place.to_bytes(4, "big") + bytes(2))
    about = f"/Type/XRef/Size {last + 1}/W[1 4 2]/Root 1 0 R/Length {len(entries)}"
    out.write(f"{last} 0 obj\n<<{about}>>\nstream\n".encode() + entries + b"\nendstream\nendobj\n")
    out.write(f"startxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def object_stream_bomb() -> bytes:
    """The catalog lies at the end of a gigabyte."""
    entry = b"\x02" + (9).to_bytes(4, "big") + bytes(2)
    return _in_object_streams({9: (1, 4, deflated(b" ", 1024 * MB))}, bytes(7) + entry * 8 + b"<09>...", 10)


def object_streams_in_each_other() -> bytes:
    inner = (9).to_bytes(4, "big")
    entries = bytes(7) + (b"\x02" + (8).to_bytes(4, "big") + bytes(2)) * 7
    entries += b"\x02" + inner + bytes(2) + b"\x02" + (8).to_bytes(4, "big") + bytes(2)
    return _in_object_streams({}, entries, 10)


def object_stream_of_millions() -> bytes:
    head = b"".join(b"%d %d " % (n, 0) for n in range(1, 2_000_000))
    packed = zlib.compress(head + b"<</Type/Catalog/Pages 1 0 R>>")
    entry = b"\x02" + (9).to_bytes(4, "big") + bytes(2)
    return _in_object_streams({9: (1_999_999, len(head), packed)}, bytes(7) + entry * 8 + b"<09>...", 10)


def xfa_form() -> bytes:
    return by_hand(HELLO, catalog="/AcroForm 6 0 R/NeedsRendering true", more=["<</Fields[]/XFA(<xdp/>)>>"])


def field_tree_that_loops() -> bytes:
    form = [
        "<</Fields[7 0 R 7 0 R]/DA(/F1 9 Tf)>>",
        "<</T(a)/Kids[7 0 R 8 0 R]/Parent 8 0 R>>",
        "<</T(b)/Kids[7 0 R]/FT/Tx/Parent 7 0 R>>",
    ]
    return by_hand(HELLO, page="/MediaBox[0 0 612 792]/Annots[7 0 R 8 0 R]", catalog="/AcroForm 6 0 R", more=form)


def many_annotations() -> bytes:
    refs = "6 0 R " * 200_000
    note = "<</Type/Annot/Subtype/FreeText/Rect[9 9 99 99]/Contents(x)/DA(/F1 9 Tf)>>"
    return by_hand(HELLO, page=f"/MediaBox[0 0 612 792]/Annots[{refs}]", more=[note])


def embedded_files() -> bytes:
    """A zip bomb is attached; who only reads pages never unpacks it."""
    bomb = deflated(b"\x00", 1024 * MB).decode("latin-1")
    made = by_hand(
        HELLO,
        catalog="/Names<</EmbeddedFiles<</Names[(a.zip)6 0 R]>>>>",
        more=["<</Type/Filespec/F(a.zip)/EF<</F 7 0 R>>>>", "#"],
    )
    stream = f"<</Type/EmbeddedFile/Filter/FlateDecode/Length {len(bomb)}>>\nstream\n{bomb}\nendstream".encode(
        "latin-1"
    )
    return made.replace(b"\n#\n", b"\n" + stream + b"\n")


def zip_after_pdf() -> bytes:
    """Both a PDF and a Word file: the first bytes decide."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return by_hand(HELLO) + out.getvalue()


def script() -> bytes:
    action = "/OpenAction<</S/JavaScript/JS(while(1);)>>/AA<</WC<</S/Launch/F(/bin/sh)>>>>"
    return by_hand(HELLO, catalog=action)


def _encrypted(dictionary: str) -> bytes:
    made = by_hand(HELLO, more=[f"<<{dictionary}>>"])
    return made.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R/ID[<00><00>]")


def encrypted_by_unknown() -> bytes:
    return _encrypted("/Filter/Other.Company/V 9/R 9/O(x)/U(x)/P -1")


def encrypted_by_nothing() -> bytes:
    return _encrypted(
        "/Filter/Standard/V 5/R 6/Length 99999999/O()/U()/OE()/UE()/Perms()/P 99999999999999/CF 6 0 R/StmF/a"
    )


def encrypted_by_itself() -> bytes:
    return by_hand(HELLO).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 3 0 R")


PDFS: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        flate_bomb, nested_flate_bomb, many_filters, run_length_bomb, lzw_bomb, wide_predictor, reference_loops,
        inherited_loop, deep_tree, wide_tree, million_kids, many_objects, deep_array, deep_dictionary, lying_count,
        negative_count, hidden_pages, no_table, wrong_places, table_that_loops, endless_table, huge_page,
        page_of_nothing, page_of_no_numbers, huge_unit, huge_image, image_of_overflowing_size, fax_image, jbig2_image,
        jpx_image, form_that_paints_itself, forms_that_double, million_operators, words_without_end, deep_states,
        font_of_itself, font_that_draws_itself, wide_character_map, object_stream_bomb, object_streams_in_each_other,
        object_stream_of_millions, xfa_form, field_tree_that_loops, many_annotations, embedded_files, zip_after_pdf,
        script, encrypted_by_unknown, encrypted_by_nothing, encrypted_by_itself,
    )
}  # fmt: skip


# ---- images ----------------------------------------------------------------------------------------------------------


def _png(width: int, height: int, data: bytes, kind: int = 0, before: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_of_many_pixels() -> bytes:
    return _png(30_000, 30_000, deflated(b"\x00", 900 * MB))


def png_within_the_limit() -> bytes:
    """178 million pixels, in 200 KB."""
    return _png(13_000, 13_000, deflated(b"\x00", 162 * MB))


def png_with_a_text_bomb() -> bytes:
    content = b"Comment\x00\x00" + deflated(b"a", 512 * MB)
    text = struct.pack(">I", len(content)) + b"zTXt" + content + struct.pack(">I", zlib.crc32(b"zTXt" + content))
    return _png(9, 9, zlib.compress(bytes(90)), before=text * 8)


def png_with_a_profile_bomb() -> bytes:
    content = b"ICC\x00\x00" + deflated(b"a", 1024 * MB)
    profile = struct.pack(">I", len(content)) + b"iCCP" + content + struct.pack(">I", zlib.crc32(b"iCCP" + content))
    return _png(9, 9, zlib.compress(bytes(90)), before=profile)


def png_of_a_huge_chunk() -> bytes:
    return _png(9, 9, b"")[:33] + struct.pack(">I", 0x7FFFFFFF) + b"IDAT" + bytes(100)


def jpeg_of_many_pixels() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    content = bytearray(out.getvalue())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def jpeg_of_many_scans() -> bytes:
    """Progressive, its last scan said again 20,000 times."""
    out = io.BytesIO()
    Image.effect_noise((2000, 2000), 9).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last[:400] * 20_000 + b"\xff\xd9"


def _tiff(*directories: list[tuple[int, int, int, int]], loop: int | None = None, tail: bytes = b"") -> bytes:
    """Each directory's entries as (tag, type, count, value); the last leads to directory `loop`."""
    out = bytearray(b"II*\x00\x08\x00\x00\x00")
    starts = []
    for n, entries in enumerate(directories):
        starts.append(len(out))
        following = len(out) + 2 + 12 * len(entries) + 4
        if n == len(directories) - 1:
            following = 0 if loop is None else starts[loop]
        out += struct.pack("<H", len(entries))
        for entry in sorted(entries):
            out += struct.pack("<HHII", *entry)
        out += struct.pack("<I", following)
    return bytes(out) + tail


def _frame(
    width: int, height: int, compression: int = 1, strip: tuple[int, int] = (8, 10)
) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1),
        (273, 4, 1, strip[0]), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, strip[1]),
    ]  # fmt: skip


def tiff_of_many_pixels() -> bytes:
    return _tiff(_frame(30_000, 30_000))


def tiff_that_loops() -> bytes:
    return _tiff(_frame(3, 3), _frame(3, 3), loop=0)


def tiff_of_many_frames() -> bytes:
    return _tiff(*[_frame(3, 3)] * 60_000)


def tiff_of_many_tags() -> bytes:
    return _tiff([*_frame(3, 3), *((tag, 7, 0x7FFFFFFF, 8) for tag in range(40_000, 60_000))])


def tiff_whose_strips_are_everywhere() -> bytes:
    return _tiff([*_frame(3, 3)[:5], (273, 4, 0x3FFFFFFF, 8), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 0x3FFFFFFF, 8)])


def tiff_of_packed_nothing() -> bytes:
    """13,000 pixels a side out of some kilobytes of deflated zeros."""
    packed = deflated(b"\x00", 170 * MB)
    return _tiff(_frame(13_000, 13_000, 8, (8 + 2 + 9 * 12 + 4, len(packed))), tail=packed)


def tiff_of_fax_noise() -> bytes:
    noise = bytes(range(256)) * 100
    entries = [entry for entry in _frame(20_000, 8_000, 4, (8 + 2 + 9 * 12 + 4, len(noise))) if entry[0] != 258]
    return _tiff([*entries, (258, 3, 1, 1)], tail=noise)


IMAGES: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        png_of_many_pixels, png_within_the_limit, png_with_a_text_bomb, png_with_a_profile_bomb, png_of_a_huge_chunk,
        jpeg_of_many_pixels, jpeg_of_many_scans, tiff_of_many_pixels, tiff_that_loops, tiff_of_many_frames,
        tiff_of_many_tags, tiff_whose_strips_are_everywhere, tiff_of_packed_nothing, tiff_of_fax_noise,
    )
}  # fmt: skip


# ---- text, sheets, web pages, Office files ---------------------------------------------------------------------------

_ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def xml_of_entities() -> bytes:
    return f'<?xml version="1.0"?>{_ENTITIES}<a>&j;</a>'.encode()


def xml_of_outside_entities() -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def xml_of_long_entity() -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "{"x" * MB}">]><a>{"&x;" * 50_000}</a>'.encode()


def xml_nested() -> bytes:
    return b'<?xml version="1.0"?>' + b"<a>" * 1_000_000 + b"</a>" * 1_000_000


def xml_of_one_long_attribute() -> bytes:
    return b'<?xml version="1.0"?><a b="' + b"x" * (60 * MB) + b'"/>'


def xml_of_names() -> bytes:
    items = "".join(f"<i><n{n}>1</n{n}></i>" for n in range(60_000))
    return f'<?xml version="1.0"?><a>{items}</a>'.encode()


def html_nested() -> bytes:
    return b"<html>" + b"<div>" * 500_000 + b"Total: 12"


def html_of_nested_tables() -> bytes:
    return b"<html>" + b"<table><tr><td>a<td>b<tr><td>" * 3_000 + b"Total: 12"


def html_of_nested_spans() -> bytes:
    return b"<html>" + b"<b><i><u><a>" * 100_000 + b"Total: 12"


def html_of_wide_spans() -> bytes:
    return b"<html><table>" + b"<tr><td colspan=1000 rowspan=60000>1<td>2" * 3_000


def html_of_attributes() -> bytes:
    return b"<html><p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">Total: 12"


def html_of_lists() -> bytes:
    return b"<html>" + b"<ul><li>x" * 200_000


def html_of_table_cells() -> bytes:
    return b"<html><table>" + b"<tr>" + b"<td>1" * 2_000_000


def html_of_one_word() -> bytes:
    return b"<html><p>" + b"x" * (60 * MB)


def csv_of_one_line() -> bytes:
    return b"a,b\n" + b"1," * (50 * MB)


def csv_of_one_value() -> bytes:
    return b"a,b\n" + b"x" * (100 * MB)


def csv_that_is_quoted_for_ever() -> bytes:
    return b'a,b\n1,"' + b"x,y\n" * (10 * MB)


def csv_of_wide_rows() -> bytes:
    return b"a,b,c\n" * 5 + b"," * 300_000 + b"\n" + b"1,2,3\n" * 1_000


def text_of_one_line() -> bytes:
    return b"x" * (100 * MB)


def text_of_tabs() -> bytes:
    return b"a\tb\n" + b"\t" * (20 * MB)


def text_of_pages() -> bytes:
    return b"a\f" * (5 * MB)


def text_of_odd_bytes() -> bytes:
    return b"word " + bytes(range(0x80, 0x100)) * 300_000


def text_with_a_mark_of_32_bits() -> bytes:
    return b"\xff\xfe\x00\x00" + b"\xff" * (40 * MB)


TEXTS: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        xml_of_entities, xml_of_outside_entities, xml_of_long_entity, xml_nested, xml_of_one_long_attribute,
        xml_of_names, html_nested, html_of_nested_tables, html_of_nested_spans, html_of_wide_spans, html_of_attributes,
        html_of_lists, html_of_table_cells, html_of_one_word, csv_of_one_line, csv_of_one_value,
        csv_that_is_quoted_for_ever, csv_of_wide_rows, text_of_one_line, text_of_tabs, text_of_pages,
        text_of_odd_bytes, text_with_a_mark_of_32_bits,
    )
}  # fmt: skip


def _bomb(path: Path, parts: Mapping[str, int]) -> Path:
    """A zip of parts of so many equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in parts.items():
            with archive.open(name, "w") as part:
                for _ in range(size // MB):
                    part.write(b" " * MB)
    return path


def docx_bomb(path: Path) -> Path:
    return _bomb(path, {"word/document.xml": 544 * MB})


def docx_that_lies_of_its_size(path: Path) -> Path:
    """It says that its 300 MB are a hundred bytes."""
    content = _bomb(path, {"word/document.xml": 300 * MB}).read_bytes()
    directory = content.rindex(b"PK\x01\x02")
    wrong = bytearray(content)
    wrong[directory + 24 : directory + 28] = struct.pack("<I", 100)
    path.write_bytes(wrong)
    return path


def docx_of_entities(path: Path) -> Path:
    return docx(path, paragraph("&j;"), prologue=_ENTITIES)


def docx_nested(path: Path) -> Path:
    return docx(path, "<w:p><w:ins>" + "<w:ins>" * 100_000 + "</w:ins>" * 100_000 + "</w:ins></w:p>")


def docx_of_nested_tables(path: Path) -> Path:
    return docx(path, "<w:tbl><w:tr><w:tc>" * 3_000 + paragraph("1") + "</w:tc></w:tr></w:tbl>" * 3_000)


def docx_of_paragraphs(path: Path) -> Path:
    return docx(path, paragraph("Total 12") * 400_000)


def docx_of_many_margins(path: Path) -> Path:
    more = {
        f"word/header{n}.xml": '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
        for n in range(5_000)
    }
    return docx(path, paragraph("Total 12"), more=more)


def docx_of_many_parts(path: Path) -> Path:
    return docx(path, paragraph("Total 12"), more={f"word/x{n}": "" for n in range(20_000)})


def xlsx_bomb(path: Path) -> Path:
    return _bomb(path, {"[Content_Types].xml": 1 * MB, "xl/workbook.xml": 1 * MB, "xl/sharedStrings.xml": 544 * MB})


def xlsx_of_entities(path: Path) -> Path:
    return xlsx(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>', prologue=_ENTITIES)


def xlsx_of_far_cells(path: Path) -> Path:
    cells = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 1_048_576, 7))
    return xlsx(path, cells)


def xlsx_of_many_rows(path: Path) -> Path:
    return xlsx(path, "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 400_000)))


def xlsx_of_a_cell_beyond(path: Path) -> Path:
    return xlsx(path, '<row r="999999999999"><c r="ZZZZZZ999999999999"><v>1</v></c></row>')


OFFICE: Mapping[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        docx_bomb, docx_that_lies_of_its_size, docx_of_entities, docx_nested, docx_of_nested_tables,
        docx_of_paragraphs, docx_of_many_margins, docx_of_many_parts, xlsx_bomb, xlsx_of_entities, xlsx_of_far_cells,
        xlsx_of_many_rows, xlsx_of_a_cell_beyond,
    )
}  # fmt: skip
