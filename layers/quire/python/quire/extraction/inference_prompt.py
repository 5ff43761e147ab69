"""What a prompt asks for, in words: "extract vendor and totals", "number, date, line items (description, amount)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quire.extraction.inference_names import cleaned, property_name

_LONGEST = 5  # words of a name; more are a sentence
_MOST_WISHES = 200
_MOST_CHARACTERS = 20_000

_POLITE = re.compile(
    r"^\W*(?:(?:please|kindly|can you|could you|would you|i|we|you|me|us|must|should|shall|need|needs|want|wants|like|"
    r"would|to|and|then|also|extract|get|find|give|return|detect|capture|read|pull|out|list|identify|include|including|"
    r"create|generate|make|build|define|produce|have|has|contains?|"
    r"bitte|extrahiere|extrayez|extraire|extraer?|extrae|"
    r"(?:a |an |the |my |this |that )*(?:json )?(?:schema|fields?|columns?|data|information|info|details|values?|"
    r"parser|extractor|template)|"
    r"for|with|of|from|about|namely|only|just|all|any|each|every|both|the|a|an|this|that|these|those|its|their|"
    r"following|as well as|such as|like|which|are|is|be)\b[\s:]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:from\s+\w.*|(?:in|on|of|for|off|out of)\s+(?:(?:the|this|these|each|every|an?|all|my|our)\s+)+[\w\s\-]+"
    r"|that\b.*|which\b.*|where\b.*|when\b.*|if\b.*|as (?:a|an)\b.*|please)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\})")
_WITH = re.compile(
    r"^(?P<name>[\w\s\-/]{2,40}?)\s*(?:\bwith(?: their| its| columns?| fields?)?\b|:|\beach with\b)\s*(?P<rest>.+)$",
    re.I,
)
_EACH = re.compile(r"\W*(?:each|every|all)\b", re.IGNORECASE)
_LIST = re.compile(
    r"\b(?:items?|lines?|rows?|entries|positions|transactions|products|articles|list of|table of)\b", re.I
)
_TYPES = frozenset(
    re.findall(
        r"\S+",
        """
        string text number integer float decimal boolean bool date datetime currency money email url uri array list
        """,
    )
)
_ABOUT = re.compile(
    r"^\W*(?:this|it|these|they|those|here|you|the (?:document|file)s?)\s+(?:is|are|will|may|can)\b", re.IGNORECASE
)
_MADE = re.compile(
    r"^[\w\s]*\b(?:schema|parser|extractor|template)\s+(?:with|for|of|that has|containing)\b", re.IGNORECASE
)
_FEWEST_COLUMNS = 3  # fewer in parentheses are other names of the same thing
_SENTENCES = re.compile(r"[.!?](?:\s+|$)|\n+")
_BETWEEN = re.compile(
    r"\s*[,;•·|]\s*(?:and\b|&|or\b|plus\b)?\s*|\s+(?:and|as well as|plus|&|und|et|y|e)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A field that the prompt names; `columns`: of a list, what each of its rows is to have."""

    label: str
    columns: tuple[str, ...] = ()
    is_list: bool = False


def wishes(prompt: str) -> list[Wish]:
    """The names that the prompt lists, in its order, each once; none of prose, which only says what matters."""
    found: dict[str, Wish] = {}
    for sentence in _SENTENCES.split(prompt[:_MOST_CHARACTERS]):
        for wish in _of_sentence(sentence):
            name = property_name(wish.label)
            if name and (name not in found or wish.columns) and len(found) < _MOST_WISHES:
                found[name] = wish
    return list(found.values())


def _of_sentence(sentence: str) -> list[Wish]:
    if _ABOUT.match(sentence):
        return []
    text = _POLITE.sub("", _MADE.sub("", re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*", "", sentence)))
    held: list[tuple[str, ...]] = []

    def keep(match: re.Match[str]) -> str:
        held.append(_names(match[1] or match[2] or match[3] or ""))
        return f" \x00{len(held) - 1}\x00 "

    text = _INSIDE.sub(keep, text)
    listed = _WITH.match(text)
    if listed and not held and _LIST.search(listed["name"]) and not _BETWEEN.search(listed["name"]):
        # The list of columns goes on to the end of the sentence.
        return [Wish(_name(listed["name"]), _names(listed["rest"]), True)]
    pieces = list(filter(None, map(str.strip, _BETWEEN.split(text))))
    made: list[Wish] = []
    for n, piece in enumerate(pieces):
        tied = _WITH.match(piece)
        if tied and _LIST.search(tied["name"]):
            rest = (_name(part) for part in (tied["rest"], *pieces[n + 1 :]))
            made.append(Wish(_name(tied["name"]), tuple(dict.fromkeys(filter(None, rest))), True))
            break
        columns = tuple(name for index in re.findall("\x00(\\d+)\x00", piece) for name in held[int(index)])
        if len(columns) == 1 and columns[0].casefold() in _TYPES:
            columns = ()
        name = _name(re.sub("\x00\\d+\x00", " ", piece.split(":")[0]))
        if not name:
            continue
        if len(name.split()) > _LONGEST:
            return []
        listed_ = bool(_LIST.search(name)) or len(columns) >= _FEWEST_COLUMNS or bool(_EACH.match(piece))
        several = listed_ and (bool(columns) or name.casefold().endswith("s"))
        made.append(Wish(name, columns if several else (), several))
    return made


def _names(text: str) -> tuple[str, ...]:
    names = (_name(piece) for piece in _BETWEEN.split(text))
    return tuple(dict.fromkeys(name for name in names if name and len(name.split()) <= _LONGEST))


def _name(text: str) -> str:
    return cleaned(_TAIL.sub("", _POLITE.sub("", text.strip())).strip("\"'`“”«» "))
