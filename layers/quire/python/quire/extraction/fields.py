"""What a schema says of a field, made ready for the search: how its label may read and what its value is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from quire.extraction.patterns import UUID
from quire.extraction.schema import Array, Kind, Node, Object, Scalar
from quire.extraction.words import Tokens, phrase, vocabulary, weight


class Family(StrEnum):
    """What a value looks like: which candidates there are and which weights rank them."""

    AMOUNT = "amount"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    IDENTIFIER = "identifier"
    PHONE = "phone"
    EMAIL = "email"
    URI = "uri"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    TEXT = "text"
    CHOICE = "choice"
    CURRENCY = "currency"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that a label may consist of; `trust` is below 1 where they were guessed from a description."""

    tokens: frozenset[str]
    weight: float
    trust: float


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar to fill.

    `part`: -1 the first of a pair (start of a period), 1 the second, 0 neither. `issuer`: who made the document, so
    that a letterhead may say it. `concepts`: the known things it is; what other labels name is a rival. `whole`: the
    currency amount or the signature that it is a part of.
    """

    scalar: Scalar
    family: Family
    phrases: tuple[Phrase, ...]
    concepts: frozenset[str]
    part: int
    issuer: bool
    whole: Object | None = None


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_AMOUNT = _set(
    "amount total price tax cost fee sub balance discount net gross due paid subtotal revenue salary wage cash "
    "profit value budget deposit tip rent premium commission freight investment"
)
_COUNT = _set("quantity count percent rate year month week age page days hours months years weight")
_ID = _set("number identifier code reference sku iban bic swift siret siren serial vin isbn")
_ISSUER = _set("supplier company merchant shop store restaurant provider retailer issuer business")
_ORG = _ISSUER | _set("customer advertiser agency organization organisation employer bank insurer carrier")
_NO_ISSUER = _set("customer advertiser insurance employer carrier code number")
_FIRST = frozenset({"from", "effective"})
_LAST = frozenset({"to"})
_ORDINALS = {"first": -1, "second": 1, "last": 1, "latter": 1, "former": -1}
_DAY = re.compile(r"\b(?:day|date|period)s?\b", re.IGNORECASE)
_ORDINAL_NAME = re.compile(r"(?<![^\W_])(?:first|last)(?![^\W_])", re.IGNORECASE)
_SENT = _set("ship bill sold deliver send remit paid transfer sender recipient account name email phone address")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{2,40})[\"“”«»„]|(?<!\w)'([^']{2,40})'(?!\w)")
_ALSO = re.compile(
    r"^\W*(?:also|often|sometimes|usually|may be|or|aka|a\.k\.a\.|e\.?g\.?,?|such as|like|for example|i\.e\.|printed|"
    r"known|labell?ed|called|named|shown|written|marked|as|in french|in german|in spanish|in|\s|:)+\b",
    re.IGNORECASE,
)
_CURRENCY = _set("currency code iso symbol type document invoice name total")
_CODE_OF_CURRENCY = re.compile(r"\bISO.?4217\b|\bcurrency code\b|\bcode of the currency\b", re.IGNORECASE)
_TITLES = _set("title subject heading headline")
_NAMING = _set("name description product")
_VAGUE = 0.6
_PERIOD = 0.85  # how surely the name of a period names its first and its last day
_ANY_PERIOD = 0.6  # and how surely a label that says no more than `Period`
_PHRASE_OF = 5  # a synonym is not longer


def compile_field(scalar: Scalar, parents: Sequence[Node] = (), array: Array | None = None) -> Field:
    """The field of a scalar, for its label.

    `parents`: the objects that hold it, the nearest last, whose names help; `array`: whose items' it is.
    """
    holder = parents[-1] if parents else None
    whole = holder if isinstance(holder, Object) and holder.whole else None
    if whole is not None and whole.whole is Kind.CURRENCY and not _names_currency(scalar):
        # The amount of money that the whole is; its own name says no more than that.
        scalar = replace(
            scalar, name=whole.name, title=whole.title, description=whole.description or scalar.description
        )
        parents = parents[:-1]
    phrases: dict[Tokens, float] = {}

    def add(text: str, trust: float) -> None:
        found = phrase(text)
        if found and phrases.get(found, 0.0) < trust:
            phrases[found] = trust

    name = phrase(scalar.name)
    add(scalar.name, 1.0)
    add(scalar.title, 1.0)
    for synonym in synonyms(scalar.description):
        # A lone `number` or `reference` names many things.
        add(synonym, _VAGUE if _is_vague(synonym) and set(phrase(synonym)) != set(name) else 0.97)
    head = re.split(r"[(:;.]|, as |, in | that | which | who ", scalar.description, maxsplit=1)[0]
    if 0 < len(head.split()) <= 7:
        for trust, piece in ((0.85, head), *((0.8, piece) for piece in re.split(r",| or ", head))):
            add(piece, _VAGUE if _is_vague(piece) and set(phrase(piece)) != set(name) else trust)
    if array is not None and name and set(name) <= _NAMING:
        # The column that names the items is headed by what they are.
        add(array.title or array.name, 0.85)
    for parent in parents[-1:]:
        if isinstance(parent, Object) and parent.name and name:
            add(f"{parent.name} {scalar.name}", 1.0)
    part = _part(scalar, name)
    owned = _concepts([tokens for tokens, trust in phrases.items() if trust >= 0.8])
    strong = _concepts([tokens for tokens, trust in phrases.items() if trust >= 0.9])
    spans = [_period(tokens) for tokens in (name, phrase(scalar.title)) if part]
    for span in filter(None, spans):
        for tokens in (span, (*span, "date")):
            phrases.setdefault(tokens, _PERIOD)
        known = {c for c in _concepts([span, (*span, "date")]) if vocabulary().concepts[c].family == Family.DATE}
        owned, strong = owned | known | {"period"}, strong | known
        phrases.setdefault(("period",), _ANY_PERIOD)
    for concept in strong:
        for tokens in vocabulary().concepts[concept].phrases:
            phrases.setdefault(tokens, 0.8)
    family = family_of(scalar, name + phrase(scalar.title), phrase(head), strong or owned)
    ready = tuple(Phrase(frozenset(tokens), sum(map(weight, tokens)), trust) for tokens, trust in phrases.items())
    words = set(name) | set(phrase(scalar.title)) | set(phrase(head))
    issuer = bool(words & _ISSUER) and not words & _NO_ISSUER
    if scalar.kind is Kind.UUID:
        scalar = replace(scalar, pattern=scalar.pattern or UUID)
    if scalar.pattern is not None and family in (Family.TEXT, Family.ORGANISATION, Family.ADDRESS, Family.TITLE):
        family = Family.IDENTIFIER
    return Field(scalar, family, ready, owned, part, issuer, whole)


def _is_vague(text: str) -> bool:
    found = phrase(text)
    return len(found) == 1 and found[0] in vocabulary().generic


def _names_currency(scalar: Scalar) -> bool:
    """Whether a code of a currency is asked for."""
    if scalar.kind is not Kind.STRING:
        return False
    names = {*phrase(scalar.name), *phrase(scalar.title)}
    return ("currency" in names and names <= _CURRENCY) or bool(_CODE_OF_CURRENCY.search(scalar.description))


def synonyms(description: str) -> list[str]:
    """Other names that a description gives: what it lists in parentheses, in quotes, after `also` or a colon."""
    found: list[str] = []
    for match in _QUOTED.finditer(description):
        found.append(match[1] or match[2])
    for match in _PARENTHESES.finditer(description):
        listed = _ALSO.sub("", match[1].split(":")[0])
        found += re.split(r",|;|\bor\b|\bou\b|\boder\b", listed)
    also = re.search(r"(?:also|aka|a\.k\.a\.|labell?ed|called|known as|synonyms?|aliases)\b\W*(.+)$", description, re.I)
    if also and not any(match.start() <= also.start() < match.end() for match in _PARENTHESES.finditer(description)):
        found += re.split(r",|;|\bor\b", _ALSO.sub("", also[1]))
    cleaned = (_ALSO.sub("", piece).strip(" .:\"'") for piece in found)
    return [piece for piece in cleaned if piece and len(piece.split()) <= _PHRASE_OF]


def family_of(scalar: Scalar, name: Tokens, head: Tokens, concepts: Iterable[str]) -> Family:
    """What the field's values look like: its type first, then the words of its name, then the known thing it is."""
    named = set(name)
    match scalar.kind:
        case Kind.DATE | Kind.DATETIME:
            return Family.DATE
        case Kind.TIME:
            return Family.TIME
        case Kind.EMAIL:
            return Family.EMAIL
        case Kind.URI:
            return Family.URI
        case Kind.ENUM | Kind.BOOLEAN | Kind.SIGNATURE:
            return Family.CHOICE
        case Kind.UUID:
            return Family.IDENTIFIER
        case Kind.CURRENCY:
            return Family.AMOUNT
        case Kind.NUMBER | Kind.INTEGER:
            words = named | set(head)
            if named & _COUNT and not named & {"amount", "price", "total", "fee"}:
                return Family.NUMBER
            if scalar.kind is Kind.INTEGER and "total" in named and not named & {"amount", "price"}:
                return Family.NUMBER
            return Family.AMOUNT if words & _AMOUNT and not named & _ID else Family.NUMBER
        case _:
            pass
    if _names_currency(scalar):
        return Family.CURRENCY
    if named & _TITLES and len(named) <= 2 and not named & {"job", "role", "person", "contact", "employee"}:
        return Family.TITLE
    if named & {"email"}:
        return Family.EMAIL
    if named & {"web", "site", "url", "uri"}:
        return Family.URI
    if named & {"phone", "fax"}:
        return Family.PHONE
    if "date" in named or ("date" in head[:1] and not named & _ID):
        return Family.DATE
    if named & {"time"} and len(named) <= 2:
        return Family.TIME
    if named & {"address"}:
        return Family.ADDRESS
    if named & _ID or "postal" in named:
        return Family.IDENTIFIER
    if named & _AMOUNT and not named & {"name", "description", "terms", "method"}:
        return Family.AMOUNT
    if named & _ORG:
        return Family.ORGANISATION if named & _ISSUER else Family.TEXT
    if set(head) & _ID and not named & {"name", "description"}:
        return Family.IDENTIFIER
    families = [vocabulary().concepts[concept].family for concept in concepts]
    if families and all(family == families[0] for family in families):
        return Family(families[0])
    return Family.TEXT


def _concepts(phrases: Iterable[Tokens]) -> frozenset[str]:
    """The known things that one of these phrases names exactly."""
    own = {frozenset(tokens) for tokens in phrases}
    found = set()
    for name, concept in vocabulary().concepts.items():
        if any(frozenset(tokens) in own for tokens in concept.phrases):
            found.add(name)
    return frozenset(found)


def _period(tokens: Tokens) -> Tokens:
    """What begins or ends on a day, by that day's name: `flight_from` is the first of the `Flight dates`."""
    return tuple(token for token in tokens if token not in _FIRST | _LAST | {"date"})


def _part(scalar: Scalar, name: Tokens) -> int:
    words = set(name) | set(phrase(scalar.title))
    for word, part in _ORDINALS.items():
        if re.search(rf"\bthe {word} of (?:the )?(?:two|both|pair)", scalar.description, re.IGNORECASE):
            return part
    dated = scalar.kind in (Kind.DATE, Kind.DATETIME) or "date" in words or bool(_DAY.search(scalar.description))
    if not dated and (_ORDINAL_NAME.search(f"{scalar.name} {scalar.title}") or not words.isdisjoint(_SENT)):
        return 0  # `first_name`, `ship_to`, `from_account`
    if words & _FIRST and not words & _LAST:
        return -1
    if words & _LAST and not words & _FIRST:
        return 1
    first = re.match(r"\W*(?:the )?(first|last)\b", scalar.description, re.IGNORECASE) if dated else None
    return _ORDINALS[first[1].lower()] if first else 0


def leaves(node: Node, parents: tuple[Node, ...] = ()) -> list[tuple[Scalar, tuple[Node, ...]]]:
    """The scalars that are not in an array, in the schema's order, each with the objects that hold it."""
    if isinstance(node, Scalar):
        return [(node, parents)]
    if isinstance(node, Object):
        return [leaf for inner in node.properties for leaf in leaves(inner, (*parents, node))]
    return []


def arrays(node: Node) -> list[Array]:
    """The arrays that are not in another array."""
    if isinstance(node, Array):
        return [node]
    if isinstance(node, Object):
        return [array for inner in node.properties for array in arrays(inner)]
    return []
