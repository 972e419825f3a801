"""What banks call the columns of their tables, in the languages they write in; likeliest first.

Headings in small plain letters, as bank_tables compares them.
"""

from __future__ import annotations

from desktop.model.bank_mappings import BankFact

HEADINGS: dict[BankFact, tuple[str, ...]] = {
    BankFact.DATE: (
        "bookingdate", "buchungstag", "buchungsdatum", "buchung", "postingdate", "posteddate",
        "transactiondate", "bokforingsdag", "bokforingsdato", "bogforingsdato", "boekdatum",
        "completeddate", "date", "datum", "dato", "fecha", "fechaoperacion", "datum", "data",
        "datacontabile", "dateoperation", "datedelaoperation", "datecomptable", "transaktionsdatum",
        "valuedate", "valutadatum", "wertstellung", "reskontradatum", "rentedatum", "kirjauspaiva",
    ),
    BankFact.AMOUNT: (
        "amount", "betrag", "umsatz", "belopp", "belob", "belop", "bedrag", "montant", "importe",
        "importo", "valor", "kwota", "summa", "maara", "transactionamount", "betragineur",
        "amountineur", "betrageur", "transaktionsbetrag", "amounteur",
    ),
    BankFact.MONEY_IN: (
        "paidin", "moneyin", "credit", "creditamount", "haben", "gutschrift", "deposits", "deposit",
        "montantcredit", "insattning", "ind", "inn", "innpaakonto", "avere", "abono", "in",
    ),
    BankFact.MONEY_OUT: (
        "paidout", "moneyout", "debit", "debitamount", "soll", "lastschrift", "belastung",
        "withdrawals", "withdrawal", "uttag", "ud", "ut", "utfrakonto", "dare", "cargo", "out",
    ),
    BankFact.CURRENCY: (
        "currency", "wahrung", "waehrung", "ccy", "currencycode", "valuta", "devise", "moneda",
        "divisa", "waluta", "moeda", "kontowahrung", "munt",
    ),
    BankFact.COUNTERPARTY: (
        "counterparty", "counterpartyname", "payer", "payername", "partnername", "name", "sender",
        "beguenstigterzahlungspflichtiger", "begunstigterzahlungspflichtiger",
        "zahlungspflichtiger",
        "auftraggeberempfanger", "auftraggeber", "zahlungsbeteiligter", "nameofpartner", "from",
        "namezahlungsbeteiligter", "naamtegenpartij", "tegenpartij", "naam", "avsender", "afsender",
        "ordenante", "beneficiario", "payee", "merchant", "kontrahent", "saajamaksaja", "motpart",
    ),
    BankFact.REFERENCE: (
        "verwendungszweck", "paymentreference", "reference", "purpose", "remittanceinformation",
        "description", "transactiondescription", "memo", "details", "narrative", "message",
        "omschrijving", "mededelingen", "beskrivning", "beskrivelse", "tekst", "text", "libelle",
        "concepto", "causale", "descrizione", "descricao", "descripcion", "tytul", "meddelande",
        "buchungstext", "viesti", "communication", "particulars",
    ),
    BankFact.BANK_REFERENCE: (
        "transactionid", "transactionreference", "bankreference", "entryreference", "id",
        "transaktionsid", "referenznummer", "arkistointitunnus", "uniqueid", "verifikationsnummer",
    ),
    BankFact.ACCOUNT: (
        "auftragskonto", "account", "accountnumber", "ibanauftragskonto", "konto", "kontonummer",
        "accountiban", "rekening", "cuenta", "conto", "rekeningnummer", "kontonr", "accountname",
    ),
    BankFact.FEE: ("fee", "fees", "gebuhr", "gebuehr", "commission", "kosten", "avgift", "gebyr"),
}  # fmt: skip
