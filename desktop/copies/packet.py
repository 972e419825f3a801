"""An XMP packet with the labels in it: what others wrote stays, what the labels say is replaced.

ISO 16684-1 (XMP, part 1) sections 7.3 and 7.4; IPTC Photo Metadata 2025.1 and PLUS LDF for the
properties; TDMRep (2024) section 6.5 for a document's. Entities and document types are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from desktop.copies import pdfa
from desktop.model.copies import Labels

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_X = "adobe:ns:meta/"
_DC = "http://purl.org/dc/elements/1.1/"
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
_PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
_TDM = "http://www.w3.org/ns/tdmrep/"
_TDM_TOO = "http://www.w3.org/ns/tdmrep#"
_XML = "http://www.w3.org/XML/1998/namespace"
_NSMAP = {"dc": _DC, "xmpRights": _RIGHTS, "plus": _PLUS}
DATA_MINING = f"{{{_PLUS}}}DataMining"
CONSTRAINTS = f"{{{_PLUS}}}OtherConstraints"
_ALLOWED = "http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"
_RESERVATIONS = tuple(f"{{{space}}}reservation" for space in (_TDM, _TDM_TOO))
_POLICIES = tuple(f"{{{space}}}policy" for space in (_TDM, _TDM_TOO))
_EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
_OPENS = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_CLOSES = b'\n<?xpacket end="w"?>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A packet with the labels. broken: the old one, where not all of it could be read."""

    data: bytes
    broken: bytes = b""


def merged(old: bytes, labels: Labels, *, reservation: bool = False) -> Merged:
    """Return the packet of a copy. old: the one that was there, or b"".

    reservation: with TDMRep's properties, which are made for documents. What an old packet
    permitted is taken out; what it forbade stays where the labels say nothing of it.
    """
    root, sound = _parse(old)
    rdf = _rdf(root)
    _take_out(rdf, labels, reservation=reservation)
    _put_in(rdf, labels, reservation=reservation)
    pdfa.describe(rdf)
    meta = rdf.getparent()
    top = meta if meta is not None and meta.tag == f"{{{_X}}}xmpmeta" else rdf
    data = etree.tostring(top, encoding="UTF-8", xml_declaration=False)
    return Merged(data=_OPENS + data.strip() + _CLOSES, broken=b"" if sound else old)


def alone(labels: Labels, *, reservation: bool = False) -> bytes:
    """Return the packet for a file beside the copy."""
    return merged(b"", labels, reservation=reservation).data


def speaks(packet: bytes) -> bool:
    """Tell whether a packet may say what may be done with a file."""
    return any(word in packet for word in (b"DataMining", b"UsageTerms", b"reservation"))


def joined(packet: bytes, rest: bytes) -> bytes:
    """Return a packet with what its extension holds."""
    root, _ = _parse(packet)
    more, _ = _parse(rest)
    rdf = _rdf(root)
    for one in list(_rdf(more)) if more is not None else []:
        rdf.append(one)
    for description in rdf.iterchildren(f"{{{_RDF}}}Description"):
        description.attrib.pop(_EXTENDED, "")
        for child in list(description.iterchildren(_EXTENDED)):
            _cut(child)
    top = rdf.getroottree().getroot()
    return etree.tostring(top, encoding="UTF-8", xml_declaration=False)


def parted(packet: bytes) -> tuple[bytes, bytes]:
    """Return a packet with the labels alone, which names its extension, and that with the rest."""
    root, _ = _parse(packet)
    mine, others = _rdf(root), _rdf(None)
    for one in list(mine)[:-1]:
        others.append(one)
    top = others.getroottree().getroot()
    rest = etree.tostring(top, encoding="UTF-8", xml_declaration=False)
    list(mine)[-1].set(_EXTENDED, digest_of(rest).decode())
    top = mine.getroottree().getroot()
    main = etree.tostring(top, encoding="UTF-8", xml_declaration=False)
    return _OPENS + main.strip() + _CLOSES, rest


def digest_of(rest: bytes) -> bytes:
    """Return the name of extended XMP (XMP part 3, 1.1.3.1): its MD5, in capitals."""
    return hashlib.md5(rest, usedforsecurity=False).hexdigest().upper().encode()


def _parse(old: bytes) -> tuple[etree._Element | None, bool]:
    """Return the root of a packet, and whether all of it could be read."""
    start = old.find(b"<")
    if start < 0:
        return None, not old.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff")
    text = old.rstrip(b"\0 \r\n\t") if b"<\0" not in old[:40] and b"\0<" not in old[:40] else old
    root = _root(text[start:] if text is not old else old, recover=False)
    if root is not None:
        return root, True
    return _root(text[start:], recover=True), False


def _root(text: bytes, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    return root


def _rdf(root: etree._Element | None) -> etree._Element:
    """Return the rdf:RDF of a packet; a new one where there is none."""
    if root is not None:
        found = root if root.tag == f"{{{_RDF}}}RDF" else next(root.iter(f"{{{_RDF}}}RDF"), None)
        if found is not None:
            return found
    meta = etree.Element(f"{{{_X}}}xmpmeta", nsmap={"x": _X})
    return etree.SubElement(meta, f"{{{_RDF}}}RDF", nsmap={"rdf": _RDF})


def _take_out(rdf: etree._Element, labels: Labels, *, reservation: bool) -> None:
    gone = {f"{{{_RIGHTS}}}UsageTerms"} if labels.usage_terms else set()
    if labels.data_mining or _ALLOWED in _values(rdf, DATA_MINING):
        gone |= {DATA_MINING, CONSTRAINTS}
    if labels.rights:
        gone |= {f"{{{_DC}}}rights", f"{{{_RIGHTS}}}Marked"}
    if labels.address:
        gone.add(f"{{{_RIGHTS}}}WebStatement")
    if labels.creators:
        gone.add(f"{{{_DC}}}creator")
    if labels.title:
        gone.add(f"{{{_DC}}}title")
    free = any("0" in _values(rdf, name) for name in _RESERVATIONS)
    if free or labels.reservation is not None:
        gone |= {*_RESERVATIONS, *_POLICIES}
    for description in rdf.iterchildren(f"{{{_RDF}}}Description"):
        for name in gone & set(description.attrib):
            del description.attrib[name]
        for child in [one for one in description if one.tag in gone]:
            _cut(child)


def _values(rdf: etree._Element, name: str) -> set[str]:
    """Return the texts of a simple property, however it is written."""
    found = set()
    for description in rdf.iterchildren(f"{{{_RDF}}}Description"):
        found.add((description.get(name) or "").strip())
        for child in description.iterchildren(name):
            found.add((child.text or child.get(f"{{{_RDF}}}resource") or "").strip())
    return found


def _cut(child: etree._Element) -> None:
    """Remove an element and leave the text behind it."""
    parent = child.getparent()
    if parent is not None:
        child.tail = None
        parent.remove(child)


def _put_in(rdf: etree._Element, labels: Labels, *, reservation: bool) -> None:
    about = next(
        (
            one.get(f"{{{_RDF}}}about")
            for one in rdf.iterchildren(f"{{{_RDF}}}Description")
            if one.get(f"{{{_RDF}}}about")
        ),
        "",
    )
    spaces = {**_NSMAP, **({"tdm": _TDM} if reservation else {})}
    mine = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap=spaces)
    mine.set(f"{{{_RDF}}}about", about or "")
    if labels.title:
        _list(mine, f"{{{_DC}}}title", "Alt", [labels.title], language=True)
    if labels.creators:
        _list(mine, f"{{{_DC}}}creator", "Seq", labels.creators)
    if labels.rights:
        _list(mine, f"{{{_DC}}}rights", "Alt", [labels.rights], language=True)
    if labels.usage_terms:
        _list(mine, f"{{{_RIGHTS}}}UsageTerms", "Alt", [labels.usage_terms], language=True)
    for name, value in (
        (f"{{{_RIGHTS}}}Marked", "True" if labels.rights else ""),
        (f"{{{_RIGHTS}}}WebStatement", labels.address),
        (DATA_MINING, labels.data_mining),
        (_RESERVATIONS[0], _number(labels.reservation) if reservation else ""),
        (_POLICIES[0], labels.policy if reservation else ""),
    ):
        if value:
            etree.SubElement(mine, name).text = value
    if labels.constraints:
        _list(mine, CONSTRAINTS, "Alt", [labels.constraints], language=True)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _list(
    parent: etree._Element, name: str, kind: str, texts: Iterable[str], *, language: bool = False
) -> None:
    holder = etree.SubElement(etree.SubElement(parent, name), f"{{{_RDF}}}{kind}")
    for text in texts:
        item = etree.SubElement(holder, f"{{{_RDF}}}li")
        item.text = text
        if language:
            item.set(f"{{{_XML}}}lang", "x-default")
