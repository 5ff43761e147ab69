"""The characters of a text's bytes: by their mark, as UTF-8, as is declared, else by what they could be in older
encodings: where one reading is far likelier than every other that differs in a letter. What is not sure is refused:
another language's letters are worse than none."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache

import chardet

from quire.reading.broken import Broken
from quire.reading.formats.alphabets import is_typography, plausibility
from quire.reading.media import BOMS

_WESTERN = "cp1252"
_EAST_ASIAN = ("gb18030", "big5", "cp932", "euc_jp", "cp949")
_ENCODINGS = (
    _WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-13", "iso8859-15", "koi8-r", "koi8-u",
    "cp866", "cp850", "cp852", "cp857", "cp737", "mac-roman", "mac-cyrillic", *_EAST_ASIAN,
)  # fmt: skip
# What pages and mails call them, where Python's codec of that name is narrower (WHATWG Encoding Standard, "Names and
# labels"): browsers and mailers read them so.
_WIDER = {
    "iso8859-1": _WESTERN, "ascii": _WESTERN, "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "tis-620": "cp874",
}  # fmt: skip
_DECLARED = frozenset(
    (*_ENCODINGS, "utf-16", "utf-16-le", "utf-16-be", "utf-8", "iso2022_jp", "iso8859-4", "iso8859-8", "iso8859-10",
     "iso8859-14", "iso8859-16", "cp1258", "cp775", "cp437", "cp855", "big5hkscs")
)  # fmt: skip
_SHIFTS = (b"\x1b$", b"\x1b(J")  # of ISO-2022-JP, which is ASCII with escapes (RFC 1468)
_SAMPLE = 64 << 10  # bytes that are judged: of lines with something beyond ASCII
# How many times as likely as the next the likeliest must be, by how many bytes there are to judge by. Measured with
# texts of 24 languages in their encodings, whole and in pieces: none was read wrongly that had a word to judge by.
_FEW, _SOME = 12, 60
_TIMES_OF_FEW, _TIMES_OF_SOME, _TIMES_OF_MANY = 5.0, 2.0, 1.5
_TIMES_EAST_ASIAN = 1.25  # of that: a byte pair is a character in each of their encodings
_VERY_FEW = 4
_COULD_BE = 0.5  # plausibility
_LATIN_WORD = re.compile(r"(?i)[a-z][\u00c0-\u024f]|[\u00c0-\u024f][a-z]")
_LEAST = 0.002  # likelihood: chardet's, where it knows nothing
_WESTERN_PRIOR = 1.25  # most old files of offices are in it
_MOST_DAMAGED = 0.2  # of what is beyond ASCII, for damaged UTF-8 still to be UTF-8


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of these bytes. Line ends become newlines; bytes without a meaning in UTF-8, or in an encoding that is
    sure, become U+FFFD: damage costs a character, not the document.

    Raises:
        Broken: unsupported_input, the encoding is not sure.
    """
    return _decoded(content, declared).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, declared: str | None) -> str:
    for bom, marked in BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(marked, "replace")
    shifts = any(shift in content for shift in _SHIFTS)
    named = _named(declared)
    for candidate in filter(None, ("iso2022_jp" if shifts else None, "utf-8", named)):
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
    damaged = content.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= _MOST_DAMAGED * sum(ord(c) > 127 for c in damaged):
        return damaged
    encoding = _likeliest(_sample(content))
    if encoding is None:
        raise Broken("unsupported_input", "the text's encoding cannot be told for sure: save it as UTF-8")
    return content.decode(encoding, "replace")


def _named(declared: str | None) -> str | None:
    """The codec for a declared name, None where it names none that is written: some codecs are no encodings."""
    try:
        name = codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name) if name in _DECLARED or name in _WIDER else None


def _sample(content: bytes) -> bytes:
    """The first lines with something beyond ASCII: no encoding here has a newline within a character."""
    lines: list[bytes] = []
    size = 0
    for line in content.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size >= _SAMPLE:
                break
    return b"".join(lines)


def _likeliest(sample: bytes) -> str | None:
    """The encoding that is far likelier than any in which the sample says something else; None where none is."""
    readings: dict[str, list[str]] = {}
    for encoding in _ENCODINGS:
        try:
            readings.setdefault(sample.decode(encoding), []).append(encoding)
        except UnicodeDecodeError:
            continue
    likely = dict(_likelihoods(sample))
    ranked: list[tuple[float, str]] = []
    could_be = 0
    for text, encodings in readings.items():
        looks = plausibility(text)
        likelihood = looks * max(likely.get(encoding, 0.0) for encoding in encodings)
        if encodings[0] == _WESTERN:
            if is_typography(text):
                return _WESTERN
            likelihood *= _WESTERN_PRIOR
        could_be += looks > _COULD_BE and likelihood > 0
        ranked.append((likelihood, encodings[0]))
    ranked.sort(reverse=True)
    if not ranked or ranked[0][0] <= 0:
        return None
    beyond = sum(byte > 127 for byte in sample)
    if beyond < _VERY_FEW:
        return ranked[0][1] if could_be == 1 and _LATIN_WORD.search(sample.decode(ranked[0][1])) else None
    times = (
        _TIMES_OF_MANY
        if could_be == 1
        else _TIMES_OF_FEW
        if beyond < _FEW
        else _TIMES_OF_SOME
        if beyond < _SOME
        else _TIMES_OF_MANY
    )
    if ranked[0][1] in _EAST_ASIAN:
        times *= _TIMES_EAST_ASIAN
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return ranked[0][1] if ranked[0][0] >= times * max(second, _LEAST) else None


def _likelihoods(sample: bytes) -> Iterator[tuple[str, float]]:
    """What a model of pairs of bytes in each language and encoding says."""
    by_codec = {_codec(encoding): encoding for encoding in _ENCODINGS}
    best: dict[str, float] = {}
    for guess in chardet.detect_all(sample, ignore_threshold=True):
        encoding = by_codec.get(_codec(guess["encoding"] or ""))
        if encoding is not None:
            best[encoding] = max(best.get(encoding, 0.0), guess["confidence"])
    yield from best.items()


@cache
def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""
