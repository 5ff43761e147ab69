"""What kind of words a line has: of companies, of trades, of streets, and those that end a name or an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What companies call themselves in the law and the languages of many countries.
_LEGAL = _set(
    "sdn bhd ltd limited inc incorporated llc llp lp corp corporation plc gmbh mbh ag kg ohg ek ug sarl sas sasu eurl "
    "sa sl srl spa bv nv oy oyj ab aps asa pty pte co company lda ltda enterprise enterprises trading holding "
    "holdings group groupe industries services partners associates foundation verein stiftung cie sprl eirl snc scs "
    "sca kft zrt sro doo jsc ooo tbk berhad sendirian koperasi marketing distributor distributors bros brothers sons "
    "pvt gbr kgaa scrl ent agency agencies consultancy consulting solutions cooperative cooperativa coop"
)
_DOTTED = re.compile(
    r"(?<!\w)(?:[s5]/b|a/s|l\.l\.[cp]|e\.k|s\.a\.r\.l|s\.a\.s|s\.[al]|s\.r\.l|s\.p\.a|[bn]\.v|s\.r\.o|d\.o\.o)\.?(?!\w)"
)
_INCORPORATED = _set(
    "sdn bhd ltd limited inc llc llp gmbh plc sarl pty pte srl spa berhad sendirian pvt eurl sasu gbr kgaa lda ltda "
    "oy oyj aps"
)
_TRADE = _set(
    "restaurant restoran cafe café coffee bakery hotel pharmacy pharmacie apotheke clinic hospital supermarket market "
    "mart minimarket hypermarket store stores shop boutique hardware stationery stationers book books bookshop "
    "electrical electronics motor motors auto garage kitchen food foods seafood bistro bar grill grocer grocers "
    "grocery bank school university station television radio media instruments supplies supply machinery furniture "
    "fashion beauty salon gym studio centre center kedai perniagaan syarikat pasaraya farm medical dental optical "
    "digital water energy insurance ristorante pizzeria trattoria restaurante panaderia farmacia librairie "
    "boulangerie brasserie epicerie baeckerei bäckerei gasthaus markt confectionery bakehouse patisserie pâtisserie "
    "delicatessen butcher boucherie metzgerei fleischerei steakhouse noodle noodles seafoods cuisine eatery canteen "
    "catering caterers pub brewery winery tavern pizza burger burgers grillhouse dessert desserts tea teahouse "
    "kopitiam cream provision provisions fruit fruits vegetable vegetables fishmonger florist flowers garden nursery "
    "gallery gifts gift deco decor decoration toys sports outfitters apparel clothing garments textile textiles "
    "tailor boutiques shoes footwear jewellers jewellery jewelry optics optician optometrist spectacles watches "
    "perfumery cosmetics spa hairdressing hairdresser barber laundry laundromat cleaners printing printers photo "
    "photography computers computer software technology technologies telecom communications network networks "
    "motorcycle tyre tyres tires workshop carwash petrol petroleum transport transportation logistics courier travel "
    "tours airlines railway rentals rental engineering construction builders timber paint paints plumbing ironmongery "
    "tools glass aluminium steel metal plastics chemicals packaging agricultural feeds pets pet veterinary vet "
    "dispensary chemist chemists drugstore laboratory laboratories diagnostics physiotherapy nursing college academy "
    "kindergarten institute library museum theatre cinema resort inn motel hostel guesthouse apartments realty "
    "properties property estates advisors accountants solicitors notary lawyers architects designs design productions "
    "studios publishing publishers newspaper broadcasting entertainment association council municipality ministry "
    "authority church temple mosque society trust utilities electric telecommunications warehouse wholesale "
    "wholesaler retail retailers outlet emporium departmental bazaar runcit ubat kopi makan makanan roti butik klinik "
    "farmasi gerai pasar warung toko apotek cafeteria heladeria heladería carniceria carnicería fruteria ferreteria "
    "ferretería papeleria papelería libreria librería peluqueria peluquería taller tienda supermercado mercado "
    "clínica óptica gasolinera hostal bodega padaria lanchonete mercearia papelaria livraria oficina macelleria "
    "panificio gelateria osteria cartoleria ferramenta farmacie albergo salumeria drogerie konditorei buchhandlung "
    "baumarkt tankstelle werkstatt autohaus friseur praxis getränkemarkt imbiss quincaillerie papeterie coiffure "
    "fleuriste traiteur garagiste menuiserie plomberie électricité imprimerie bijouterie opticien droguerie primeur "
    "fromagerie poissonnerie"
)
_STREET = _set(
    "street st road rd avenue ave av lane ln drive dr boulevard blvd way court ct place pl square sq highway hwy "
    "parkway pkwy suite ste floor flr unit level block blk lot building bldg tower plaza mall rue chemin allee "
    "allée impasse quai bp cedex strasse straße str platz weg gasse calle avenida paseo carrer via viale piazza "
    "corso rua praca praça travessa jalan jln jl lorong taman tmn bandar kampung kg lebuh persiaran seksyen section "
    "wisma pusat kawasan perindustrian ground industrial park estate apt apartment house crescent terrace close "
    "centre center"
)
_ENDS = _set("gasse damm ufer")  # of German streets, in one word with their names
_GLUED = 9  # letters; OCR loses spaces, and some languages have none
_SHORTEST, _LONGEST = 4, 11
_BOX = re.compile(r"\bp\.?o\.? box\b")
_STOP = _set(
    "tel fax phone mobile telephone hotline gst reg registration invoice receipt date cashier bill email www http "
    "https tax roc doc document table cash member time sst pos sales order counter trans hours website hp vat tva "
    "siret iban welcome thank whatsapp whatsapps customer page attn attention coreg licence tél telp telefon telefono "
    "teléfono téléphone telefax ust ustidnr cif nif piva uid abn uen siren rcs hrb"
)
_STOPS = re.compile(r"\be-mail\b|\bcompany no\b|@|\bp\.? ?iva\b")
_POSTAL = re.compile(
    r"(?<![\w\-.,/:#])(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{4})?(?![\w./]|-\w)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_NUMBERED = re.compile(
    r"\W*(?:(?:no\.?|n°)\s*:?\s*[A-Z]{0,2}\d[\w&/\-]*|[A-Z]{0,2}\d+[\w&/\-]*(?:\s?&\s?\d+\w?)?[.,]*\s+[A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """`streets`: how many words of a street or a building; `address`: how many things that speak of an address.

    `numbered`: it begins with the number of a house. `stop`: a word that neither a name nor an address has; `stops`: it
    begins with one.
    """

    legal: bool
    incorporated: bool
    trade: bool
    streets: int
    stop: bool
    stops: bool
    postal: bool
    numbered: bool
    address: int


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """What the words of a line are."""
    low = text.lower()
    words = _WORD.findall(low)
    figures = any(map(str.isdigit, text))
    dotted = _DOTTED.search(low) is not None if "." in low or "/" in low else False
    words += [part for word in words if len(word) >= _GLUED for part in _parts(word)]
    streets = sum([word in _STREET for word in words]) + ("box" in words and len(_BOX.findall(low)))
    postal = figures and _POSTAL.search(text) is not None
    numbered = figures and _NUMBERED.match(text) is not None
    return Said(
        legal=dotted or not _LEGAL.isdisjoint(words),
        incorporated=dotted or not _INCORPORATED.isdisjoint(words),
        trade=not _TRADE.isdisjoint(words),
        streets=streets,
        stop=not _STOP.isdisjoint(words) or _STOPS.search(low) is not None,
        stops=bool(words) and (words[0] in _STOP or _STOPS.match(low.strip(" (*")) is not None),
        postal=postal,
        numbered=numbered,
        address=streets + 2 * postal + numbered,
    )


def _parts(word: str) -> list[str]:
    """The known words that a long one begins or ends with: `sdnbhd`, `stationeryshop`, `Bahnhofstrasse`."""
    ends = (word[-n:] for n in range(min(_LONGEST, len(word) - 2), _SHORTEST - 1, -1))
    last = next((end for end in ends if end in _LEGAL or end in _TRADE or end in _STREET or end in _ENDS), None)
    begins = (word[:n] for n in range(min(_LONGEST, len(word) - 2), _SHORTEST - 1, -1))
    first = next((begin for begin in begins if begin in _TRADE or begin in _STREET), None)
    found = [part for part in (last, first) if part is not None]
    return ["str" if part in _ENDS else part for part in found]


def is_legal(word: str) -> bool:
    """Whether a word says what kind of company it is."""
    return word.lower().strip(",;:()") in _LEGAL or said(word).legal
