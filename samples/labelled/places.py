"""How countries write: words on forms, days, numbers, and invented people and firms."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """`day` is a strftime form in which `{month}` stands for the month's name; `comma` parts decimals, `group`
    thousands. `words` are what documents call things, by our name for them."""

    code: str
    day: str
    comma: str
    group: str
    currency: str
    months: tuple[str, ...]
    firms: Mapping[str, tuple[str, ...]]
    people: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    goods: tuple[str, ...]
    words: Mapping[str, str]

    def written(self, on: date) -> str:
        return on.strftime(self.day.replace("{month}", self.months[on.month - 1]).replace("{day}", str(on.day)))

    def money(self, amount: Decimal) -> str:
        """With two decimals, as printed."""
        plain = f"{amount:,.2f}".replace(",", "\0").replace(".", self.comma)
        return plain.replace("\0", self.group)


def drawn_firm(place: Place, split: str, chance: random.Random) -> str:
    """Firms of one split are none of the other's: what was fitted on one has not seen those of the other."""
    return chance.choice(place.firms[split])


def drawn_day(chance: random.Random) -> date:
    return date(chance.choice((2023, 2024, 2025)), chance.randint(1, 12), chance.randint(1, 28))


_EN = Place(
    "en", "{day} {month} %Y", ".", ",", "GBP",
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"),
    {"dev": ("Fairholt Supplies Ltd", "Wexmoor & Sons", "Pennard Catering Ltd"),
     "test": ("Oakley Tide Limited", "Brindle Works Ltd", "Marlow Vane & Co")},
    (("Edith", "Marchbank"), ("Owen", "Tallis"), ("Priya", "Raman"), ("Colin", "Farrow")),
    ("14 Quarry Lane", "7 St Anne's Road", "230 Mill Street"),
    (("LS9 4TQ", "Ashworth"), ("BN2 7PL", "Seabourne"), ("M14 6KX", "Hollin Bank")),
    ("Oak shelf board 120 cm", "Wall bracket, steel", "Interior paint 5 l", "Delivery to site", "LED panel 40 W",
     "Extension cable 10 m", "Work gloves, pair"),
    {"invoice": "Invoice", "number": "Invoice number", "date": "Invoice date", "due": "Due date",
     "order": "Your order no.", "customer": "Customer no.", "delivered": "Delivery date", "description": "Description",
     "quantity": "Qty", "price": "Unit price", "amount": "Amount", "net": "Subtotal", "tax": "VAT 20%",
     "gross": "Total due", "to": "Bill to", "page": "Page {n} of {all}", "carried": "Carried forward",
     "statement": "Account statement", "holder": "Account holder", "account": "Account number", "from": "Period from",
     "until": "Period to", "opening": "Opening balance", "closing": "Closing balance", "available": "Available credit",
     "out": "Money out", "in": "Money in", "balance": "Balance", "details": "Details", "day": "Date",
     "form": "Membership application", "last": "Last name", "first": "First name", "born": "Date of birth",
     "street": "Street", "code": "Postcode", "city": "City", "phone": "Telephone", "email": "E-mail",
     "employer": "Employer", "member": "Membership number", "office": "For office use only",
     "total": "TOTAL", "subtotal": "SUBTOTAL", "cash": "CASH", "change": "CHANGE", "till": "Till",
     "thanks": "THANK YOU",
     "payments": "Card payment|Direct debit water|Salary|Standing order rent|Cash machine"},
)  # fmt: skip
_DE = Place(
    "de", "%d.%m.%Y", ",", ".", "EUR",
    ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
     "Dezember"),
    {"dev": ("Hollerbach Bürotechnik GmbH", "Kranzfelder & Söhne KG", "Weidenau Feinkost GmbH"),
     "test": ("Lindenthal Werkzeuge GmbH", "Sturmhof Druckerei OHG", "Seebrück Handels GmbH")},
    (("Anneliese", "Varga"), ("Jörg", "Mühlbauer"), ("Sabine", "Krone"), ("Uwe", "Petersen")),
    ("Ahornweg 12", "Am Alten Markt 3", "Schillerstraße 48"),
    (("50968", "Köln"), ("01099", "Dresden"), ("20359", "Hamburg")),
    ("Regalboden Eiche 120 cm", "Wandwinkel Stahl", "Innenfarbe 5 l", "Lieferung frei Haus", "LED-Leuchte 40 W",
     "Verlängerungskabel 10 m", "Arbeitshandschuhe, Paar"),
    {"invoice": "Rechnung", "number": "Rechnungsnummer", "date": "Rechnungsdatum", "due": "Fällig am",
     "order": "Ihre Bestellnummer", "customer": "Kundennummer", "delivered": "Lieferdatum",
     "description": "Bezeichnung", "quantity": "Menge", "price": "Einzelpreis", "amount": "Betrag",
     "net": "Nettobetrag", "tax": "MwSt. 19 %", "gross": "Gesamtbetrag", "to": "Rechnung an",
     "page": "Seite {n} von {all}",
     "carried": "Übertrag", "statement": "Kontoauszug", "holder": "Kontoinhaber", "account": "Kontonummer",
     "from": "Zeitraum von", "until": "Zeitraum bis", "opening": "Anfangssaldo", "closing": "Endsaldo",
     "available": "Verfügbarer Kredit", "out": "Soll", "in": "Haben", "balance": "Saldo", "details": "Buchungstext",
     "day": "Datum", "form": "Aufnahmeantrag", "last": "Nachname", "first": "Vorname", "born": "Geburtsdatum",
     "street": "Straße", "code": "Postleitzahl", "city": "Ort", "phone": "Telefon", "email": "E-Mail",
     "employer": "Arbeitgeber", "member": "Mitgliedsnummer", "office": "Nur für die Verwaltung",
     "total": "SUMME", "subtotal": "ZWISCHENSUMME", "cash": "BAR", "change": "RÜCKGELD", "till": "Kasse",
     "thanks": "VIELEN DANK", "payments": "Kartenzahlung|Lastschrift Stadtwerke|Gehalt|Dauerauftrag Miete|Geldautomat"},
)  # fmt: skip
_FR = Place(
    "fr", "%d/%m/%Y", ",", " ", "EUR",
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
     "décembre"),
    {"dev": ("Ateliers Corbeval SARL", "Maison Trévoux SAS", "Épicerie Valdorge SARL"),
     "test": ("Imprimerie du Levant SARL", "Bâtisseurs Réunis SAS", "Comptoir Brissac SARL")},
    (("Hélène", "Garrigue"), ("Luc", "Fontanel"), ("Amélie", "Rousset"), ("Paul", "Deschamps")),
    ("12 rue des Tanneurs", "3 place du Marché", "48 avenue Pasteur"),
    (("69003", "Lyon"), ("44000", "Nantes"), ("31500", "Toulouse")),
    ("Étagère chêne 120 cm", "Équerre murale acier", "Peinture intérieure 5 l", "Livraison sur site",
     "Panneau LED 40 W", "Rallonge 10 m", "Gants de travail, paire"),
    {"invoice": "Facture", "number": "Numéro de facture", "date": "Date de facture", "due": "Date d'échéance",
     "order": "Votre commande n°", "customer": "N° client", "delivered": "Date de livraison",
     "description": "Désignation", "quantity": "Quantité", "price": "Prix unitaire", "amount": "Montant",
     "net": "Total HT", "tax": "TVA 20 %", "gross": "Total TTC", "to": "Facturé à", "page": "Page {n} sur {all}",
     "carried": "À reporter", "statement": "Relevé de compte", "holder": "Titulaire du compte",
     "account": "Numéro de compte", "from": "Période du", "until": "Période au", "opening": "Solde initial",
     "closing": "Solde final", "available": "Crédit disponible", "out": "Débit", "in": "Crédit", "balance": "Solde",
     "details": "Libellé", "day": "Date", "form": "Demande d'adhésion", "last": "Nom", "first": "Prénom",
     "born": "Date de naissance", "street": "Rue", "code": "Code postal", "city": "Ville", "phone": "Téléphone",
     "email": "Courriel", "employer": "Employeur", "member": "Numéro d'adhérent",
     "office": "Réservé à l'administration",
     "total": "TOTAL", "subtotal": "SOUS-TOTAL", "cash": "ESPÈCES", "change": "RENDU", "till": "Caisse",
     "thanks": "MERCI",
     "payments": "Paiement carte|Prélèvement eau|Virement salaire|Virement loyer|Retrait"},
)  # fmt: skip
_ES = Place(
    "es", "{day} de {month} de %Y", ",", ".", "EUR",
    ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
     "diciembre"),
    {"dev": ("Suministros Altavega S.L.", "Talleres Peñarrubia S.A.", "Ultramarinos Cardeñosa S.L."),
     "test": ("Gráficas Montejo S.L.", "Construcciones Río Seco S.A.", "Almacenes Valcorba S.L.")},
    (("Lucía", "Navarrete"), ("Íñigo", "Salvatierra"), ("Carmen", "Olmedo"), ("Andrés", "Peralta")),
    ("Calle Mayor 12", "Plaza del Sol 3", "Avenida de la Paz 48"),
    (("28013", "Madrid"), ("41004", "Sevilla"), ("46002", "Valencia")),
    ("Estante de roble 120 cm", "Escuadra de acero", "Pintura interior 5 l", "Entrega en obra", "Panel LED 40 W",
     "Alargador 10 m", "Guantes de trabajo, par"),
    {"invoice": "Factura", "number": "Número de factura", "date": "Fecha de factura", "due": "Fecha de vencimiento",
     "order": "Su pedido n.º", "customer": "N.º de cliente", "delivered": "Fecha de entrega",
     "description": "Descripción", "quantity": "Cantidad", "price": "Precio unitario", "amount": "Importe",
     "net": "Base imponible", "tax": "IVA 21 %", "gross": "Total factura", "to": "Facturar a",
     "page": "Página {n} de {all}", "carried": "Suma y sigue", "statement": "Extracto de cuenta", "holder": "Titular",
     "account": "Número de cuenta", "from": "Periodo desde", "until": "Periodo hasta", "opening": "Saldo inicial",
     "closing": "Saldo final", "available": "Crédito disponible", "out": "Cargo", "in": "Abono", "balance": "Saldo",
     "details": "Concepto", "day": "Fecha", "form": "Solicitud de inscripción", "last": "Apellidos", "first": "Nombre",
     "born": "Fecha de nacimiento", "street": "Calle", "code": "Código postal", "city": "Ciudad", "phone": "Teléfono",
     "email": "Correo electrónico", "employer": "Empresa", "member": "Número de socio", "office": "Uso administrativo",
     "total": "TOTAL", "subtotal": "SUBTOTAL", "cash": "EFECTIVO", "change": "CAMBIO", "till": "Caja",
     "thanks": "GRACIAS",
     "payments": "Pago con tarjeta|Recibo agua|Nómina|Alquiler|Cajero"},
)  # fmt: skip
PLACES = (_EN, _DE, _FR, _ES)
