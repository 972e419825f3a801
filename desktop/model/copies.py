"""What is written into a published copy of a work, and what was written: values only.

The original is never written to; a copy carries the labels, or files beside it do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.model.vocabularies import Target


class Algorithm(StrEnum):
    """How a manifest is signed (C2PA 2.2, section 13.2)."""

    ES256 = "es256"
    ES384 = "es384"
    PS256 = "ps256"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer of a CAWG training-mining assertion; info: its conditions, or ""."""

    name: str
    use: str
    info: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """All that is written into a copy; `terms.labelling.labels_for` makes them. "" is left out.

    rights: the copyright line. usage_terms: what may be done, in words. address: where the full
    terms are. units: ISCC-UNITs of 256 bits. data_mining: a value of PLUS. constraints: its
    conditions in words. reservation: TDMRep's 1 or 0, None for nothing. policy: of a 1, where its
    terms are. entries: CAWG's answers, in its order.
    """

    title: str = ""
    creators: tuple[str, ...] = ()
    rights: str = ""
    usage_terms: str = ""
    address: str = ""
    iscc: str = ""
    units: tuple[str, ...] = ()
    data_mining: str = ""
    constraints: str = ""
    reservation: int | None = None
    policy: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs a manifest: the chain of certificates, leaf first, and the leaf's key, as PEM."""

    certificates_pem: bytes
    key_pem: bytes = field(repr=False)
    algorithm: Algorithm = Algorithm.ES256


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What a copy says now. sidecars: files to put beside it, by what is added to its name.

    vocabularies: in the copy or beside it. notes: sentences on what could not be done as usual.
    """

    mediatype: str
    vocabularies: tuple[Target, ...]
    sidecars: Mapping[str, bytes]
    notes: tuple[str, ...] = ()
