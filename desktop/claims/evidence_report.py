"""The page in an evidence bundle: what there is, who signed it, and how to check each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One signature: whose, when, where its parts lie, and whether it holds."""

    title: str
    folder: str
    signer: str
    created: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One proof of time: where it lies, who gives it, what it says."""

    folder: str
    by: str
    said: str


class Moment(Protocol):
    """A line of the timeline."""

    @property
    def time(self) -> datetime: ...
    @property
    def what(self) -> str: ...
    @property
    def by(self) -> str: ...


_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
       color: #1F1D1A; background: #FAF8F5; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .4em .8em .4em 0; border-bottom: 1px solid #E4DFD7;
         vertical-align: top; overflow-wrap: anywhere; }
pre { background: #F2EFEA; padding: 1em; overflow: auto; }
.no { color: #B42318; font-weight: 600; }
"""

_HOW = """
<h2>How to check it yourself</h2>
<p>You need nothing of the person who gave you this, and not their program: <code>sha256sum</code>
and OpenSSL 3 are enough. Unpack the ZIP and open a terminal in its folder.</p>
<ol>
<li>Is every file as it was packed?
<pre>sha256sum -c SHA256SUMS</pre></li>
<li>Is a signature genuine? In a folder named below:
<pre>openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed.bin \\
    -sigfile signature.bin</pre></li>
<li>Is it a signature over this document? <code>signed.bin</code> is the SHA-256 of
<code>proof-options.jcs</code> followed by the SHA-256 of <code>content.jcs</code>:
<pre>cat proof-options.jcs | openssl dgst -sha256 -binary &gt; check.bin
cat content.jcs | openssl dgst -sha256 -binary &gt;&gt; check.bin
cmp check.bin signed.bin &amp;&amp; echo same</pre>
<code>content.jcs</code> is <code>document.json</code> without its proof, written as RFC 8785 says;
the method is the W3C's <em>Data Integrity EdDSA Cryptosuites</em>, eddsa-jcs-2022.</li>
<li>Whose key is it? <code>did:key</code> names the key itself. The key of a <code>did:web</code>
stands at that address, in <code>/.well-known/did.json</code>. A receipt is worth as much as the
registry that signed it: ask the registry.</li>
<li>Is a file the one that was claimed? Compare its SHA-256 with the one in the claim:
<pre>sha256sum FILE</pre></li>
</ol>
"""

_WHEN = """
<h2>When it existed</h2>
<p>Others prove that a list with the hashes of claims existed at a time. They saw the hash of the
list and nothing else; its other lines are other claims of the same person, which nobody can read
from a hash.</p>
"""
_HOW_WHEN = """
<ol>
<li>Does the list have the claim? Its SHA-256 must be a line of <code>claims.txt</code>:
<pre>grep "$(sha256sum signed/01-claim-1/document.json | cut -c1-64)" timestamps/01/claims.txt</pre>
</li>
<li>A file that ends in <code>.ots</code>: the OpenTimestamps client looks the Bitcoin block up,
whose time is known to everybody:
<pre>ots verify claims.txt.ots</pre>
Without it: the block of that height must have the Merkle root that stands above, in any copy of
the chain.</li>
<li>A file that ends in <code>.tsr</code> is signed by a time-stamping authority (RFC 3161). Take
the authority's root certificate from the authority itself and compare it with the one here:
<pre>openssl ts -verify -data claims.txt -in NAME.tsr -CAfile NAME-root.pem
openssl ts -reply -in NAME.tsr -text</pre></li>
</ol>
"""


def report(
    title: str,
    made: datetime,
    facts: Mapping[str, str],
    verdicts: Sequence[Verdict],
    proofs: Sequence[Proof],
    timeline: Sequence[Moment],
    files: Sequence[str],
) -> bytes:
    """Return a page in plain HTML, without scripts and without anything from elsewhere."""
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>Evidence: {escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Evidence: {escape(title)}</h1>",
        f"<p>Put together on {made:%d %B %Y at %H:%M} UTC.</p>",
        _table(("", ""), [(name, value) for name, value in facts.items()]),
        "<h2>What was signed, and by whom</h2>",
        _table(
            ("What", "Key", "Signed", "Folder", "Signature"),
            [
                (one.title, one.signer, one.created, one.folder, "holds" if one.holds else "NO")
                for one in verdicts
            ],
        ),
        _HOW,
        *_when(proofs),
        "<h2>What happened</h2>",
        "<p>Times are UTC. What only the claimant says is worth what their word is; what a "
        "registry says stands in its signed receipt or in its feed.</p>",
        _table(
            ("When", "Who says so", "What"),
            [(f"{one.time:%Y-%m-%d %H:%M:%S}", one.by, one.what) for one in timeline],
        ),
    ]
    if files:
        parts += ["<h2>Files handed over</h2>", _table(("Name",), [(name,) for name in files])]
    return "".join([*parts, "</body></html>"]).encode()


def _when(proofs: Sequence[Proof]) -> list[str]:
    if not proofs:
        return []
    rows = [(one.folder, one.by, one.said) for one in proofs]
    return [_WHEN, _table(("Folder", "Who proves it", "What it says"), rows), _HOW_WHEN]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = [
        "<tr>" + "".join(f"<td{_look(cell)}>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    ]
    return f"<table><tr>{top}</tr>{''.join(lines)}</table>"


def _look(cell: str) -> str:
    return " class='no'" if cell == "NO" else ""
