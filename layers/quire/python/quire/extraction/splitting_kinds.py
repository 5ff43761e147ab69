"""What kind of document a page begins: by its title, or by what a caller says of the kinds there are."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from quire.domain.document_kind import DocumentKind
from quire.extraction.inference_names import property_name
from quire.extraction.words import phrase, plain
from quire.reading.model import Line, Page

OTHER = "other"

# How documents call themselves in six languages; of a longer phrase the shorter ones in it are no title.
_TITLES = {
    "invoice": "invoice, tax invoice, facture, rechnung, factura, fattura, fatura",
    "proforma_invoice": "proforma invoice, pro forma invoice, facture proforma, proforma rechnung",
    "credit_note": "credit note, credit memo, avoir, gutschrift, nota de credito, nota di credito",
    "receipt": "receipt, quittung, kassenbon, recibo, ricevuta, ticket de caisse",
    "purchase_order": "purchase order, bon de commande, bestellung, orden de compra, ordine di acquisto",
    "order": "order, commande, auftrag, pedido, ordine, encomenda",
    "order_confirmation": "order confirmation, auftragsbestatigung, confirmation de commande",
    "delivery_note": "delivery note, delivery order, bon de livraison, lieferschein, albaran, bolla di consegna",
    "packing_list": "packing list, packing slip, liste de colisage, packliste",
    "bill_of_lading": "bill of lading, connaissement, frachtbrief, waybill, air waybill",
    "quotation": "quotation, quote, estimate, devis, angebot, kostenvoranschlag, presupuesto, preventivo, orcamento",
    "statement": "statement, account statement, statement of account, releve de compte, kontoauszug, estratto conto",
    "bank_statement": "bank statement, releve bancaire, extracto bancario",
    "payslip": "payslip, pay slip, pay stub, earnings statement, bulletin de paie, lohnabrechnung, nomina, busta paga",
    "contract": "contract, contrat, vertrag, contrato, contratto",
    "agreement": "agreement, accord, vereinbarung, acuerdo, accordo, acordo",
    "lease": "lease, lease agreement, rental agreement, bail, mietvertrag",
    "terms_and_conditions": "terms and conditions, conditions generales, allgemeine geschaftsbedingungen",
    "letter": "cover letter, letter of intent",
    "memorandum": "memo, memorandum",
    "report": "report, annual report, rapport, bericht, informe, rapporto, relatorio",
    "minutes": "minutes of meeting, meeting minutes, proces verbal, protokoll",
    "certificate": "certificate, certificat, zertifikat, bescheinigung, certificado, certificato",
    "application": "application, application form, employment application, antrag, solicitud, demande",
    "registration": "registration, registration form, patient registration, anmeldung",
    "questionnaire": "questionnaire, survey, fragebogen, cuestionario",
    "claim": "claim, claim form, declaration de sinistre, schadensmeldung",
    "insurance_policy": "insurance policy, police d'assurance, versicherungsschein, poliza",
    "tax_return": "tax return, steuererklarung, declaration de revenus",
    "passport": "passport, passeport, reisepass, pasaporte, passaporto",
    "resume": "resume, curriculum vitae, lebenslauf",
}
ANNEXES = frozenset({"terms_and_conditions"})  # stand behind the document that they are part of
# What follows the name of a document in a label, not in a title.
_LABELS = frozenset(
    re.findall(
        r"\S+",
        """
        number no nr num id date dates datum datee period month total amount to address due details type line lines
        items ref reference status terms notes name from by for client and of is was will adress montant nummer numero
        fecha week revision rev code copy
        """,
    )
)
_HEAD = 0.35  # of the page's height
_MOST_WORDS = 6
_LARGE = 1.25  # times the usual height of a line
_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class Title:
    """A line that says what document it heads; `kind` is its name in snake case."""

    kind: str
    text: str


@cache
def _phrases() -> list[tuple[tuple[str, ...], str]]:
    """The phrases with their kinds, the longest first."""
    found = [(tuple(text.split()), kind) for kind, texts in _TITLES.items() for text in plain(texts).split(", ")]
    return sorted(found, key=lambda pair: (-len(pair[0]), pair[0]))


def title_of(page: Page) -> Title | None:
    """The title of the page as far as it names a kind of document, None where nothing in its head does."""
    heights = [line.box.height for line in page.lines]
    if not heights:
        return None
    usual = max(statistics.median(heights), 0.1)
    best: tuple[float, Title] | None = None
    for line in page.lines:
        if line.box.centre[1] > _HEAD * page.height:
            continue
        kind, fit = _named(line)
        if not kind:
            continue
        score = fit + (line.box.height >= _LARGE * usual) * 0.5 + line.text.isupper() * 0.4
        score -= 0.5 * line.box.centre[1] / page.height
        if score >= _ENOUGH and (best is None or score > best[0]):
            best = score, Title(kind, line.text)
    return best[1] if best else None


def _named(line: Line) -> tuple[str, float]:
    """The kind that a line names, and how well: 1 where the line is nothing else."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", plain(line.text))
    if not words or len(words) > _MOST_WORDS or line.text.rstrip().endswith((":", ".", ",")):
        return "", 0.0
    for tokens, kind in _phrases():
        for at in range(len(words) - len(tokens) + 1):
            if tuple(words[at : at + len(tokens)]) != tokens:
                continue
            rest = words[:at] + words[at + len(tokens) :]
            if any(word in _LABELS for word in rest) or re.search(r"[:#]", line.text):
                return "", 0.0
            figures = sum(any(c.isdigit() for c in word) for word in rest)
            return kind, 1.0 if not rest else 0.9 if figures == len(rest) else 0.55
    return "", 0.0


class Classifier:
    """Tells a document's kind among those that a caller expects."""

    def __init__(self, kinds: Sequence[DocumentKind]) -> None:
        self._kinds = [(kind, set(phrase(kind.name)), set(phrase(kind.description))) for kind in kinds]
        spread: dict[str, int] = {}
        for _, name, description in self._kinds:
            for token in name | description:
                spread[token] = spread.get(token, 0) + 1
        # A word that every kind has tells none of them.
        self._worth = {token: math.log((1 + len(kinds)) / count) for token, count in spread.items()}

    def kind(self, title: str, head: Iterable[str], body: Iterable[str]) -> str:
        """The name of the kind that fits best, as the caller wrote it; `OTHER` where none does.

        Args:
            title: the document's title, "" where it is not known.
            head: canonical words (`words.phrase`) of the head of its first page.
            body: those of all that was kept of it.
        """
        titled, top, all_ = set(phrase(title)), set(head), set(body)
        best, most = OTHER, _LEAST
        for kind, name, description in self._kinds:
            whole = sum(self._worth[token] for token in name)
            if property_name(kind.name) == OTHER or not whole:
                continue
            score = sum(self._worth[t] * _where(t, titled, top, all_) for t in name) / whole
            said = sum(self._worth[t] for t in description - name)
            if said:
                score += _SAID * sum(self._worth[t] * _where(t, titled, top, all_) for t in description - name) / said
            if score > most:
                best, most = kind.name, score
        return best


_LEAST = 0.25
_SAID = 0.8  # what a description is worth beside the name


def _where(token: str, title: set[str], head: set[str], body: set[str]) -> float:
    return 1.0 if token in title else 0.6 if token in head else 0.3 if token in body else 0.0
