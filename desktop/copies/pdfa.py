"""PDF/A wants every property described that XMP does not define itself (ISO 19005-1, 6.7.8)."""

from __future__ import annotations

from lxml import etree

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ID = "http://www.aiim.org/pdfa/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_NSMAP = {"pdfaExtension": _EXTENSION, "pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY}
# Schema, namespace, prefix, and its properties: name, type, what it tells.
_SCHEMAS = (
    (
        "PLUS Licence Data Format",
        "http://ns.useplus.org/ldf/xmp/1.0/",
        "plus",
        (
            ("DataMining", "URI", "Whether data mining is allowed"),
            ("OtherConstraints", "Lang Alt", "Conditions in words"),
        ),
    ),
    (
        "TDM Reservation Protocol",
        "http://www.w3.org/ns/tdmrep/",
        "tdm",
        (
            ("reservation", "Integer", "Whether rights of text and data mining are reserved"),
            ("policy", "URI", "Where the terms are"),
        ),
    ),
)


def describe(rdf: etree._Element) -> None:
    """Add the descriptions to the packet of a PDF/A; any other packet stays as it is."""
    if not any(_is_of(one, _ID) for one in rdf.iter()):
        return
    known = {(one.text or "").strip() for one in rdf.iter(f"{{{_SCHEMA}}}namespaceURI")}
    known |= {one.get(f"{{{_SCHEMA}}}namespaceURI") or "" for one in rdf.iter()}
    wanted = [one for one in _SCHEMAS if one[1] not in known and _uses(rdf, one[1])]
    if not wanted:
        return
    bag = next((one for one in rdf.iterfind(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")), None)
    if bag is None:
        holder = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap=_NSMAP)
        about = next((one.get(f"{{{_RDF}}}about") for one in rdf), None)
        holder.set(f"{{{_RDF}}}about", about or "")
        schemas = etree.SubElement(holder, f"{{{_EXTENSION}}}schemas")
        bag = etree.SubElement(schemas, f"{{{_RDF}}}Bag")
    for title, address, prefix, properties in wanted:
        schema = _resource(bag, f"{{{_RDF}}}li", _SCHEMA, schema=title, namespaceURI=address,
                           prefix=prefix)  # fmt: skip
        sequence = etree.SubElement(
            etree.SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq"
        )
        for name, kind, told in properties:
            _resource(sequence, f"{{{_RDF}}}li", _PROPERTY, name=name, valueType=kind,
                      category="external", description=told)  # fmt: skip


def _resource(parent: etree._Element, tag: str, space: str, **values: str) -> etree._Element:
    made = etree.SubElement(parent, tag, nsmap=_NSMAP)
    made.set(f"{{{_RDF}}}parseType", "Resource")
    for name, value in values.items():
        etree.SubElement(made, f"{{{space}}}{name}").text = value
    return made


def _uses(rdf: etree._Element, space: str) -> bool:
    return any(_is_of(one, space) for one in rdf.iter())


def _is_of(one: etree._Element, space: str) -> bool:
    names = [one.tag, *one.attrib]
    return any(isinstance(name, str) and name.startswith(f"{{{space}}}") for name in names)
