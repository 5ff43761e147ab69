"""What a label looks like, and what a value: by the text alone."""

from __future__ import annotations

import re

from quire.reading.formats.void import is_void

# Words that name a field on the forms, invoices and statements of the languages most written in Latin letters. They
# only tell a label from a value where no colon does; nothing is looked up by them.
_FIELD_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        account address adresse age allowance amount anschrift balance bank betrag bill birth bonus box branch
        buyer cash change check city class client clock code commande commissions company contact contract
        control cost country county cp credit currency customer data date datum day debit delivery department
        dept description destination direccion discount dob document due e-mail ein email employee employer end
        exp expiry facture fax fecha federal fein file first form fournisseur from full gender gesamt gross hours
        iban id identification importe income indirizzo initial insurance invoice issued item items kunde kunden-
        nr kundennummer last license livraison loan locality location manager marital medicare menge middle
        mobile model montant month monthly name nationality net no nom nombre nome note nr num number numero
        nummer numéro occupation office omb online order organization overtime package page paid pay payable
        payee payer payment period phone place plan position postal postcode preis prepared price prix product
        purpose qty quantity quantité rate rationale reason rechnung rechnungsnummer ref reference registration
        relationship remarks rent référence salary sales security seller serial service sex ship sick signature
        siret social sold source ssn start state statement status steuer steuernummer style sub-total
        subtotal suite summe supplier surname tax taxable tel tel. telephone term terminal terms time tips title
        to total totals tva type unit ust-id valid value vat vendor void wage wages website weight withheld work
        year zip échéance
        """,
    )
)
_NUMBERED = re.compile(r"^(?:\d{1,2}\s?[A-Za-z]?[.)]|\d{1,2}[A-Za-z]?|[a-z][.)]?)\s+[A-ZÀ-Þ\"'(]")
_POINTED = re.compile(r"^\w{1,3}\s?[.)]")
_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
_DIGIT = re.compile(r"\d")
_DIGIT_OF_NO_RATE = re.compile(r"\d(?![\d.,]*\s?%)")
_CURRENCIES = ("$", "€", "£", "¥")
_VALUE = re.compile(r"^[\W\d_]*\d[\d.,/:\-–\s%*x]*[A-Za-z%€$£]{0,3}[.*]?$|^[$€£¥]|@\w|^\W*\d[\d\W]{3,}")
_DATE = re.compile(r"^\W*(?:\d{1,2}\.?\s+[^\W\d]{3,}\.?,?\s+\d{2,4}|[^\W\d]{3,}\.?\s+\d{1,2},?\s+\d{4})\W*$")
_CODE = re.compile(r"^(?=\S*\d)[A-Z0-9][A-Z0-9\-/.]+$")
_MOST_WORDS = 9
_MOST_WORDS_NUMBERED = 24
_MOST_LETTERS = 110
COLON = (":", "：", "#")
# A number follows.
COUNTER = frozenset(("no.", "no", "nr.", "nr", "n°", "nº", "№"))


def likeness(text: str, *, value: bool | None = None) -> float:
    """How much `text` looks like the name of a field, 0 (not at all) to 1 (it ends with a colon).

    `value`: what `is_value` says of it, where that is known.
    """
    text = text.strip()
    if (value and not text.endswith(COLON)) or len(text) > _MOST_LETTERS or not _TWO_LETTERS.search(text):
        return 0.0
    words = text.split()
    numbered = bool(_NUMBERED.match(text))
    if len(words) > (_MOST_WORDS_NUMBERED if numbered else _MOST_WORDS):
        return 0.0
    if text.endswith(COLON):
        return 1.0
    if is_value(text) if value is None else value:
        return 0.0
    known = [word for word in words if word.strip("().,:*#'\"").casefold().removesuffix("'s") in _FIELD_WORDS]
    score = 0.3 + 0.3 * bool(known) + 0.15 * (len(known) * 2 >= len(words))
    if numbered and (known or _POINTED.match(text)):  # "9 Dock Road" is a street
        score = max(score, 0.7) + 0.15
    elif _DIGIT_OF_NO_RATE.search(text):  # a rate is part of a tax's name
        score -= 0.3
    if text[0].islower() and not numbered:
        score -= 0.25 if len(words) > 3 else 0.15
    if text.endswith((".", ",", ";")) and not known:
        score -= 0.25
    return min(max(score, 0.0), 0.95)


def is_value(text: str) -> bool:
    """Whether `text` can only be a value: a number, an amount, a date, an address of e-mail, or the mark of none."""
    text = text.strip()
    if is_void(text):
        return True
    if text.isalpha() or (not _DIGIT.search(text) and not text.startswith(_CURRENCIES) and "@" not in text):
        return False
    if _NUMBERED.match(text) and not _DATE.match(text):
        return False
    return bool(_VALUE.search(text) or _DATE.match(text) or _CODE.match(text))
