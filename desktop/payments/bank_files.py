"""Tells what kind of bank or wallet file something is, and reads it."""

from __future__ import annotations

import re

from desktop.errors import BankFileProblem, TableProblem
from desktop.payments.bank_file import MAX_BYTES, BankFile

_MT940 = re.compile(rb"(?m)^:(20|25):.*$")
_START = 64 * 1024


def read_bank_file(data: bytes) -> BankFile:
    """Read camt.052/053/054, MT940, OFX/QFX, or a CSV of PayPal, Stripe or Wise.

    Raises BankFileProblem if it is none of these. A wrong row costs itself alone.
    """
    if len(data) > MAX_BYTES:
        raise BankFileProblem("The bank file is far too large.")
    start = data[:_START].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"OFXHEADER") or b"<OFX>" in start.upper() or b"<?OFX" in start.upper():
        from desktop.payments.ofx import read_ofx

        return read_ofx(data)
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        from desktop.payments.camt import read_camt

        return read_camt(data)
    if len(_MT940.findall(start)) >= 2:
        from desktop.payments.mt940 import read_mt940

        return read_mt940(data)
    from desktop.payments.wallets import read_wallet

    try:
        return read_wallet(data)
    except TableProblem as problem:
        raise BankFileProblem(problem.message, line=None, advice=problem.advice) from problem
