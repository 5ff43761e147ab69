"""Texts in the encodings before Unicode: read rightly or refused, never in another language's letters."""

# ruff: noqa: E501 - texts stand in one line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quire.reading.broken import Broken
from quire.reading.formats.encodings import decode
from tests.reading.flowing import kind_of, only, said

TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        ("cp1252", "iso-8859-15", "cp850", "cp1250", "mac_roman"),
        (
            "Müller",
            "Straße 5, Köln",
            "Rechnung für Büromöbel\nGröße: 5\nGesamt: 12,50",
            "Sehr geehrte Damen und Herren,\nfür die Lieferung der Geräte berechnen wir Ihnen gemäß Vertrag:\nStühle 3 Stück 49,90\nTische 1 Stück 199,00\nBitte überweisen Sie den Betrag bis zum 5. März auf unser Konto. Für Rückfragen stehen wir Ihnen gerne zur Verfügung.\nMit freundlichen Grüßen\nJürgen Schäfer",
        ),
    ),
    "fr": (
        ("cp1252", "iso-8859-15", "cp850", "mac_roman"),
        (
            "Société",
            "Facture n° 12\nMontant réglé: 12,50",
            "Désignation: fenêtre à l'étage\nQuantité: 3\nÉchéance: 5 août",
            "Nous vous prions de bien vouloir régler cette facture avant l'échéance indiquée ci-dessus. Tout retard de paiement entraînera des pénalités. Nous restons à votre entière disposition pour tout renseignement complémentaire concernant cette commande passée le 3 février.",
        ),
    ),
    "es": (
        ("cp1252", "iso-8859-1", "cp850"),
        (
            "Muñoz",
            "Señor Muñoz, año 2024",
            "Dirección: Calle Núñez 5\nTeléfono: 123",
            "La presente factura corresponde al suministro de materiales de construcción según el pedido número 123. El pago deberá efectuarse antes del día señalado. Le agradecemos su confianza y quedamos a su disposición para cualquier aclaración adicional.",
        ),
    ),
    "pl": (
        ("cp1250", "iso-8859-2", "cp852"),
        (
            "Gdańsk",
            "Łódź, ul. Piękna 5",
            "Kwota należności: 12,50 zł\nOdbiorca: Żółwiński",
            "Niniejsza faktura została wystawiona zgodnie z umową zawartą między stronami. Prosimy o dokonanie płatności w terminie czternastu dni na rachunek bankowy wskazany poniżej. W razie jakichkolwiek pytań prosimy o kontakt z działem księgowości.",
        ),
    ),
    "cs": (
        ("cp1250", "iso-8859-2", "cp852"),
        (
            "Dvořák",
            "Účet č. 12\nČástka: 100 Kč",
            "Příliš žluťoučký kůň úpěl ďábelské ódy",
            "Tato faktura byla vystavena na základě smlouvy uzavřené mezi smluvními stranami. Žádáme vás o úhradu částky do čtrnácti dnů na níže uvedený bankovní účet. V případě jakýchkoli dotazů se obraťte na naše účetní oddělení.",
        ),
    ),
    "hu": (
        ("cp1250", "iso-8859-2", "cp852"),
        (
            "Győr",
            "Számla összege: 1200 Ft\nFizetési határidő: május",
            "Kérjük, hogy a számla összegét a megadott határidőig szíveskedjenek átutalni a bankszámlánkra. Kérdés esetén forduljanak bizalommal az ügyfélszolgálatunkhoz, ahol munkatársaink örömmel állnak rendelkezésükre.",
        ),
    ),
    "tr": (
        ("cp1254", "iso-8859-9", "cp857"),
        (
            "Şişli",
            "Müşteri: Işık Çağdaş\nTutar: 1.250,00",
            "Fatura tarihi: 5 Ağustos\nÖdeme şekli: Havale\nAlıcı: Güneş İnşaat Ltd. Şti.",
            "Bu fatura taraflar arasında imzalanan sözleşmeye göre düzenlenmiştir. Lütfen ödemeyi on dört gün içinde aşağıdaki banka hesabına yapınız. Sorularınız için muhasebe bölümümüzle iletişime geçebilirsiniz. İlginiz için teşekkür ederiz.",
        ),
    ),
    "ru": (
        ("cp1251", "koi8-r", "cp866", "iso-8859-5", "mac_cyrillic"),
        (
            "Счёт № 12 от 3 мая",
            "Покупатель: ООО Ромашка\nСумма: 1250,00 руб.",
            "Настоящий счёт выставлен на основании договора, заключённого между сторонами. Просим произвести оплату в течение четырнадцати дней на указанный ниже банковский счёт. По всем вопросам обращайтесь в бухгалтерию нашей организации.",
        ),
    ),
    "uk": (
        ("cp1251", "koi8-u", "cp866"),
        (
            "Київ",
            "Рахунок № 12\nПокупець: Їжак",
            "Цей рахунок виставлено на підставі договору, укладеного між сторонами. Просимо здійснити оплату протягом чотирнадцяти днів на вказаний нижче банківський рахунок. З усіх питань звертайтеся до бухгалтерії нашої організації.",
        ),
    ),
    "bg": (
        ("cp1251", "iso-8859-5"),
        (
            "Фактура",
            "Получател: Иван Петров\nСума: 12 лв",
            "Настоящата фактура е издадена въз основа на договор между страните. Моля да извършите плащането в срок от четиринадесет дни по посочената банкова сметка.",
        ),
    ),
    "el": (
        ("cp1253", "iso-8859-7", "cp737"),
        (
            "Αθήνα",
            "Τιμολόγιο αρ. 12\nΣύνολο: 12,50",
            "Το παρόν τιμολόγιο εκδόθηκε βάσει της σύμβασης μεταξύ των μερών. Παρακαλούμε να εξοφλήσετε το ποσό εντός δεκατεσσάρων ημερών στον παρακάτω τραπεζικό λογαριασμό.",
        ),
    ),
    "he": (
        ("cp1255", "iso-8859-8"),
        (
            "שלום",
            "חשבונית מס 12\nסכום: 100",
            "חשבונית זו הונפקה על פי ההסכם בין הצדדים. נא לשלם את הסכום תוך ארבעה עשר יום לחשבון הבנק המצוין להלן.",
        ),
    ),
    "ar": (
        ("cp1256", "iso-8859-6"),
        (
            "فاتورة",
            "فاتورة رقم 12\nالمبلغ: 100",
            "صدرت هذه الفاتورة بناء على العقد المبرم بين الطرفين. يرجى سداد المبلغ خلال أربعة عشر يوما على الحساب المصرفي المبين أدناه.",
        ),
    ),
    "lt": (
        ("cp1257", "iso-8859-13"),
        (
            "Šiauliai",
            "Sąskaita Nr. 12\nSuma: 100 Eur už paslaugą",
            "Ši sąskaita išrašyta pagal tarp šalių sudarytą sutartį. Prašome sumokėti per keturiolika dienų į žemiau nurodytą banko sąskaitą. Kilus klausimų, kreipkitės į mūsų buhalteriją.",
        ),
    ),
    "zh": (
        ("gb18030",),
        (
            "北京公司",
            "发票号码：12345678\nSupplier: 北京公司\n开票日期：2026年03月04日\n金额：￥1,250.00\n",
            "发票号码 12 合计 1,200元 购买方名称 北京某某科技有限公司",
            "根据双方签订的合同，现开具此发票。请在十四天内将款项汇至以下银行账户。如有任何疑问，请与我公司财务部联系。感谢您的支持与合作。",
        ),
    ),
    "zht": (
        ("big5",),
        (
            "臺北公司",
            "發票號碼：12345678\n供應商：臺北公司\n金額：1,250",
            "根據雙方簽訂的合約，現開立此發票。請於十四天內將款項匯至以下銀行帳戶。如有任何疑問，請與本公司財務部聯絡。感謝您的支持與合作。",
        ),
    ),
    "ja": (
        ("cp932", "euc-jp", "iso2022_jp"),
        (
            "請求書",
            "請求書 番号 12 合計 1,200円",
            "株式会社山田\n請求金額：12,000円\n支払期限：2024年5月3日",
            "本請求書は両者間で締結された契約に基づき発行されました。十四日以内に下記の銀行口座へお振り込みください。ご不明な点がございましたら、経理部までお問い合わせください。",
        ),
    ),
    "ko": (
        ("cp949", "euc-kr"),
        (
            "서울",
            "세금계산서 번호 12\n합계: 1,200원",
            "공급자: 한국상사\n금액: 12,000원",
            "본 계산서는 양 당사자 간에 체결된 계약에 따라 발행되었습니다. 십사일 이내에 아래 은행 계좌로 송금해 주시기 바랍니다. 문의 사항이 있으시면 경리부로 연락해 주십시오.",
        ),
    ),
    "th": (
        ("cp874",),
        (
            "บริษัท",
            "ใบแจ้งหนี้ เลขที่ 12\nยอดรวม 100 บาท",
            "ใบแจ้งหนี้ฉบับนี้ออกตามสัญญาระหว่างคู่สัญญา กรุณาชำระเงินภายในสิบสี่วันเข้าบัญชีธนาคารด้านล่าง",
        ),
    ),
    "sv": (
        ("cp1252", "cp850"),
        (
            "Göteborg",
            "Förfallodag: 5 maj\nBelopp att betala: 100 kr på måndag",
            "Denna faktura har utfärdats enligt avtalet mellan parterna. Vänligen betala beloppet inom fjorton dagar till nedanstående bankkonto. Vid frågor är ni välkomna att kontakta vår ekonomiavdelning.",
        ),
    ),
    "da": (
        ("cp1252", "cp850"),
        (
            "Ærø",
            "Beløb: 100 kr\nForfaldsdato: søndag",
            "Denne faktura er udstedt i henhold til aftalen mellem parterne. Betal venligst beløbet inden for fjorten dage til nedenstående bankkonto. Ved spørgsmål er I velkomne til at kontakte vores økonomiafdeling på hovedkontoret.",
        ),
    ),
    "pt": (
        ("cp1252", "cp850"),
        (
            "João",
            "Descrição: serviço de manutenção\nValor até 5 de março",
            "A presente fatura foi emitida nos termos do contrato celebrado entre as partes. Solicitamos o pagamento no prazo de catorze dias para a conta bancária indicada abaixo. Em caso de dúvidas, não hesite em contactar a nossa contabilidade.",
        ),
    ),
    "ro": (
        ("cp1250",),
        (
            "București",
            "Factură nr. 12\nSumă de plată: 100 lei către furnizor",
            "Această factură a fost emisă în baza contractului încheiat între părţi. Vă rugăm să efectuaţi plata în termen de paisprezece zile în contul bancar de mai jos. Pentru întrebări vă rugăm să contactaţi departamentul de contabilitate.",
        ),
    ),
    "money": (
        ("cp1252",),
        ("Total: £100\nPrice: 5 €", "“Invoice” – 12 © ACME®", "Café bill 12.50", "Zoë's café, 5 °C"),
    ),
}
LONG = 100  # characters


def cases(least: int = 0) -> Iterator[tuple[str, str]]:
    for encodings, texts in TEXTS.values():
        for text in texts:
            for encoding in encodings:
                try:
                    text.encode(encoding)
                except UnicodeEncodeError:
                    continue
                if len(text) >= least:
                    yield encoding, text


def decoded(content: bytes) -> str | None:
    """None: refused, as it should be."""
    try:
        return decode(content)
    except Broken as broken:
        return None if broken.kind == "unsupported_input" else broken.kind


@pytest.mark.parametrize(("encoding", "text"), list(cases()))
def test_no_text_is_read_in_another_language_s_letters(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding)) in (text, None)


USUAL = [case for case in cases(LONG) if not case[0].startswith("mac")]  # those of another time may be refused


@pytest.mark.parametrize(("encoding", "text"), USUAL)
def test_a_letter_s_length_is_enough_in_the_usual_encodings(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Müller, Straße 5, 12 €", "utf-8"),
        ("Müller, Straße 5, 12 €", "utf-8-sig"),
        ("Müller, Straße 5, 12 €", "utf-16"),
        ("Müller, Straße 5, 12 €", "utf-32"),
        ("Müller", "cp1252"),
        ("Voilà très bientôt la fête; règlement à réception: 12 €", "cp1252"),
        ("Señor Muñoz, año 2024", "cp1252"),
        ("Total: £100 – 5 °C", "cp1252"),
        ("Gdańsk", "cp1250"),  # ñ stands before vowels
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Счёт № 12 от 3 мая", "cp1251"),
        ("請求書 番号 12 合計 1,200円", "cp932"),
        ("請求書 番号 12 合計 1,200円", "iso2022_jp"),
        ("发票号码：12345678\n买方: 北京公司\n开票日期：2026年03月04日\n金额：1,250.00", "gb18030"),
        ("北京公司", "gb18030"),
    ],
)
def test_short_texts_that_leave_no_doubt(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Győr", "cp1250"),  # or Gyõr
        ("請求書", "euc-jp"),  # or Chinese, or Korean
        ("Київ", "koi8-u"),
    ],
)
def test_short_texts_that_may_be_another_language_s_are_refused(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) is None


def test_the_refusal_reaches_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Ort: Győr".encode("cp1250"))
    assert kind_of(path) == "unsupported_input"
    with pytest.raises(Broken, match="save it as UTF-8"):
        decode(path.read_bytes())


def test_a_declared_encoding_is_believed_where_it_fits() -> None:
    assert decode("łódź".encode("iso-8859-2"), "iso-8859-2") == "łódź"
    assert decode("łódź".encode(), "iso-8859-2") == "łódź"
    assert decode("Müller".encode("cp1252"), "no-such-encoding") == "Müller"
    assert decode("請求書".encode("euc-jp"), "EUC-JP") == "請求書"


def test_what_browsers_take_a_narrow_name_for() -> None:
    assert decode("12 € – “now”".encode("cp1252"), "ISO-8859-1") == "12 € – “now”"
    assert decode("①請求書".encode("cp932"), "shift_jis") == "①請求書"


@pytest.mark.parametrize("declared", ["rot13", "unicode_escape", "utf-7", "idna", "\x00", ""])
def test_codecs_that_are_no_encodings_are_not_asked(declared: str) -> None:
    assert decode(b"caf\xe9 \\u0041 +AGE-", declared) == "café \\u0041 +AGE-"


def test_damage_costs_a_character_not_the_document(tmp_path: Path) -> None:
    assert decode(b"\xff\xfea\x00b\x00c") == "ab\ufffd"
    assert decode("für Köln, Straße 5: Größe".encode() + b"\xff 12") == "für Köln, Straße 5: Größe\ufffd 12"
    path = tmp_path / "a.txt"
    path.write_bytes(b"Total: 12.00\nName: \x81\x8d\x81\xff")
    assert kind_of(path) == "unsupported_input"


def test_line_ends_of_every_system() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_characters_without_width_are_no_part_of_a_word(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Reference: INV\u200b-\u200b77\nRech\u00adnung: \u200e12\u200f\nنام: می\u200cخواهم\n", encoding="utf-8"
    )
    assert said(only(path))[:2] == ["Reference: INV-77", "Rechnung: 12"]
    assert "می\u200cخواهم" in said(only(path))[2]
