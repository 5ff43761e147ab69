"""How much a decoded text looks like writing: letters that one language has, words in one script and in one case.

Bytes of an old encoding mean something in every other one too, but seldom that. Pure; knows no document.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache

# The letters beyond ASCII of languages written in Latin letters (Unicode CLDR, "exemplarCharacters", main).
_LATIN = tuple(
    map(
        frozenset,
        (
            "äöüßé", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "ãáàâçéêíóôõú", "àèéìòù", "àçèéíïòóúü", "åäöé", "æøåé",
            "áéíóúýþæðö", "éëïöüèê", "äöüõšž", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű",
            "ăâîșțşţ", "čćđšž", "çë", "çğıöşüâîû", "ąčęėįšųūž", "āčēģīķļņšūž",
        ),
    )
)  # fmt: skip
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
# Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian (the same source).
_CYRILLIC = (
    _RUSSIAN,
    frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    frozenset("абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
    _RUSSIAN - frozenset("ёыэ"),
    frozenset("абвгдђежзијклљмнњопрстћуфхцчџш"),
    frozenset("абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
)
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI", "CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
_CASED = frozenset(("LATIN", "CYRILLIC", "GREEK"))
_WITH_DIGITS = frozenset(("THAI", "ARABIC"))  # whose digits Unicode counts as letters' company
_NO_LETTERS = frozenset("ºªµ")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\x00-\x7f]+")
_LETTER = r"[^\W\d_]"
# What no writing has: signs within words, signs and dashes stuck to a word's head, superscripts behind a letter other
# than that of a metre, a diaeresis alone beside a character of East Asia, Spanish ñ before no vowel, Polish ń
# before one, ĺ and ŕ (Slovak) before no consonant, marks of other scripts on ASCII.
_ODD = tuple(
    map(
        re.compile,
        (
            rf"(?<={_LETTER})[\u00a1-\u00a9\u00ab-\u00b6\u00b8\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c6-\u02dd\u2013\u2014"
            rf"\u2018\u201a-\u2bff\ufb00-\ufb06](?={_LETTER})",
            rf"(?<!\S)[–—»”‡†ˆ‰™®©±·¸º¹²³¶](?={_LETTER})",
            rf"(?<={_LETTER})(?<![mM])[²³](?!\w)",
            rf"(?<={_LETTER})[£¥¢§±×½¼¾¡¿¹](?!\w)",
            r"‚",
            r"¨(?=[\u2e80-\uffef\d])|(?<=[\u2e80-\uffef])[¨¡§]|[¡§](?=[A-Z]?\d)(?<=[^\s\x00-\x7f]{2})",
            r"(?i)ñ(?![aeiouáéíóú])|ń(?=[aeiouyąęó])|[ĺŕ](?![bcčdďfghjklmnňpqrsštťvwxzž])",
            r"(?<=[\x00-\x7f])[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]",
        ),
    )
)
_BOXES = re.compile(r"[\u2500-\u259f\uff61-\uff9f]")  # of DOS screens, and katakana of half a width
# Not assigned, private, alone for layout of one script, compatibility forms: no keyboard writes them.
_UNWRITTEN = re.compile(r"[\uf900-\ufaff\ufb1d-\ufdff\ufe30-\ufeff\U00010000-\U0010ffff]")
_UNWRITTEN_KINDS = frozenset(("Cc", "Cn", "Co", "Cs"))
# How fast a text loses by what is odd, and by letters of a second language: a few in a hundred are slips.
_BY_ODD, _BY_LANGUAGE = 25.0, 15.0
_TYPOGRAPHIC = frozenset("£€¥¢“”‘’–—…•°©®™§±×½¼¾²³µ«»¿¡\u00a0·ºª")
_NO_SIGN_OF_OURS = re.compile(
    rf"{_LETTER}\u00a0{_LETTER}|(?<!\S)\u00a0{_LETTER}|{_LETTER}(?:(?<![mM])[²³]|[¹ºª])|(?<!\S)[¹²³ºª·°±…](?!\S)|(?<!\S)…"
)


def plausibility(text: str) -> float:
    """How much `text` looks like writing, 0 to 1: 1 where nothing beyond ASCII is odd, and one language has it all."""
    beyond = Counter(c for c in text if ord(c) > 127)
    total = sum(beyond.values())
    if not total:
        return 1.0
    if any(unicodedata.category(c) in _UNWRITTEN_KINDS or _UNWRITTEN.match(c) for c in beyond):
        return 0.0
    odd = sum(len(pattern.findall(text)) for pattern in _ODD) + 2 * len(_BOXES.findall(text))
    odd += max(text.count("‘") - text.count("’"), 0)
    odd += sum(_odd_in(word[0]) for word in _WORD.finditer(text) if not word[0].isascii())
    return math.exp(-_BY_ODD * odd / total - _BY_LANGUAGE * (1 - _in_one_language(text)))


def is_typography(text: str) -> bool:
    """Whether all that is beyond ASCII are signs of money, measure and print, each where such a sign stands."""
    beyond = {c for c in text if ord(c) > 127}
    odd = any(pattern.search(text) for pattern in (*_ODD, _NO_SIGN_OF_OURS))
    return beyond <= _TYPOGRAPHIC and not odd


def _odd_in(word: str) -> int:
    """How many letters and digits beyond ASCII stand in a word that mixes scripts, cases, or letters and digits."""
    letters = [c for c in word if (c.isalpha() or (c.isdigit() and ord(c) > 127)) and c not in _NO_LETTERS]
    beyond = sum(ord(c) > 127 for c in letters)
    scripts = {_script(c) for c in letters}
    if not beyond:
        return 0
    if scripts & _EAST_ASIAN:
        return beyond if scripts - _EAST_ASIAN - {"LATIN"} else _odd_beside_latin(word, beyond)
    if len(scripts) > 1 or "" in scripts:
        return beyond
    if any(map(str.isdigit, word)) and not scripts <= _WITH_DIGITS:
        return beyond
    return 0 if not scripts <= _CASED or word.islower() or word.isupper() or word.istitle() else beyond


def _odd_beside_latin(word: str, beyond: int) -> int:
    """Words of East Asia hold words of Latin letters, but not single characters amid them, nor letters with accents."""
    if any(ord(c) > 127 and _script(c) == "LATIN" and not "\uff00" <= c <= "\uff5e" for c in word):
        return beyond
    odd = 0
    for run in _RUN.finditer(word):
        before, after = word[run.start() - 1 : run.start()], word[run.end() : run.end() + 1]
        if (before.islower() and after.isalpha()) or (len(run[0]) == 1 and (before.islower() or after.islower())):
            odd += len(run[0])
    return odd


def _in_one_language(text: str) -> float:
    """The share of the letters beyond ASCII that the one language has which has most of them."""
    letters = Counter(c for c in text.lower() if ord(c) > 127 and c.isalpha() and c not in _NO_LETTERS)
    if not letters:
        return 1.0
    covered = sum(letters.values())
    for script, alphabets in (("LATIN", _LATIN), ("CYRILLIC", _CYRILLIC)):
        here = {c: count for c, count in letters.items() if _script(c) == script}
        most = max(sum(count for c, count in here.items() if c in alphabet) for alphabet in alphabets)
        covered -= sum(here.values()) - most
    return covered / sum(letters.values())


@cache
def _script(character: str) -> str:
    """`LATIN`, as Unicode names the character; "" for a script of which no old encoding is known here."""
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")
