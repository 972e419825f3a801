"""Forms that others want filled in, and what became of the folders made for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from desktop.model.claims import ClaimState
from desktop.model.fingerprints import Kind
from desktop.model.works import Right


class Fact(StrEnum):
    """What a column can hold: everything a claim offers to a form, and nothing else."""

    TITLE = "title"
    KIND = "kind"
    CREATORS = "creators"
    CREATORS_WITH_ROLES = "creators_with_roles"
    IDENTIFIERS = "identifiers"
    ISBN = "isbn"
    ISSN = "issn"
    ISRC = "isrc"
    ISWC = "iswc"
    ISMN = "ismn"
    ISAN = "isan"
    DOI = "doi"
    COPYRIGHT = "copyright"
    CREATED = "created"
    PUBLISHED = "published"
    PUBLICATION_DATE = "publication_date"
    PUBLICATION_COUNTRY = "publication_country"
    CLAIMANT = "claimant"
    CLAIMANT_KEY = "claimant_key"
    CLAIMANT_IPI = "claimant_ipi"
    CLAIMANT_ISNI = "claimant_isni"
    CLAIMANT_ORCID = "claimant_orcid"
    CAPACITY = "capacity"
    RIGHT = "right"
    SHARE_PERCENT = "share_percent"
    SHARE_FRACTION = "share_fraction"
    TERRITORIES = "territories"
    BASIS = "basis"
    SOLE_OWNER = "sole_owner"
    CO_OWNERS = "co_owners"
    CO_OWNER_SHARES = "co_owner_shares"
    CO_OWNER_CONTACTS = "co_owner_contacts"
    AI_INVOLVEMENT = "ai_involvement"
    TERMS = "terms"
    TERMS_TRAIN = "terms_train"
    TERMS_TRAIN_GENERATIVE = "terms_train_generative"
    TERMS_INPUT = "terms_input"
    TERMS_OUTPUT = "terms_output"
    TERMS_SEARCH = "terms_search"
    TERMS_MINING = "terms_mining"
    TERMS_PRICE = "terms_price"
    TERMS_ADDRESS = "terms_address"
    FILE_NAME = "file_name"
    MEDIATYPE = "mediatype"
    PIXELS = "pixels"
    DURATION = "duration"
    ISCC = "iscc"
    SHA256 = "sha256"
    CLAIM_HASH = "claim_hash"
    SIGNED = "signed"
    ROW_NUMBER = "row_number"


class SheetFormat(StrEnum):
    """A kind of spreadsheet."""

    CSV = "csv"
    XLSX = "xlsx"


class Batches(StrEnum):
    """What becomes of more works than one sheet takes."""

    FOLDERS = "folders"
    """Each part is handed in for itself and gets a number of its own."""
    FILES = "files"
    """Several sheets are handed in together."""


class Formulas(StrEnum):
    """What is done in CSV to a text that a spreadsheet would take for a formula."""

    APOSTROPHE = "apostrophe"
    SPACE = "space"
    AS_IS = "as_is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. holds None: always the same text, `always`, perhaps none.

    right: of which a share is told. values: the form's words for ours. if_missing: what is
    written where the library does not know, or "".
    """

    heading: str
    holds: Fact | None = None
    always: str = ""
    required: bool = False
    max_characters: int = 0
    allowed: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    date_format: str = ""
    separator: str = "; "
    right: Right = Right.TRAINING
    if_missing: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRules:
    """How the spreadsheets are written. works: at most so many a sheet, 0: any number."""

    name: str = "works"
    formats: tuple[SheetFormat, ...] = (SheetFormat.XLSX,)
    works: int = 0
    batches: Batches = Batches.FILES
    csv_separator: str = ","
    csv_bom: bool = True
    csv_formulas: Formulas = Formulas.APOSTROPHE


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """What lies in the folder beside the sheets. copies: of the works themselves, if allowed."""

    claims: bool = True
    evidence: bool = True
    pictures: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as its description says it.

    address: where it is handed in, to read, never opened. deadline None with asks_deadline: the
    user says it. silence_days: after so many days without an answer the user is reminded.
    """

    form_id: str
    title: str
    purpose: str
    kinds: tuple[Kind, ...]
    columns: tuple[Column, ...]
    address: str = ""
    deadline: date | None = None
    asks_deadline: bool = False
    silence_days: int = 60
    sheet: SheetRules = SheetRules()
    enclosed: Enclosed = Enclosed()
    steps: tuple[str, ...] = ()


class FormEvent(StrEnum):
    """What can happen to a submission; each is a row of its own."""

    BEGUN = "begun"
    MADE = "made"
    ABANDONED = "abandoned"
    REPLACED = "replaced"
    SENT = "sent"
    ANSWERED = "answered"


class SubmissionState(StrEnum):
    """Where a submission stands: what happened last."""

    BEGUN = "begun"
    MADE = "made"
    ABANDONED = "abandoned"
    REPLACED = "replaced"
    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One folder, or one part of it, that is handed in under one number; as the user said.

    part, parts: 1 of 1 where the works fit. number, sent: as recorded last. waiting: works that
    were handed in and not answered yet.
    """

    submission_id: int
    registry_id: int
    registry: str
    folder: Path
    part: int
    parts: int
    state: SubmissionState
    made: datetime
    works: int
    number: str = ""
    sent: date | None = None
    accepted: int = 0
    rejected: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedWork:
    """One row of a submission and where its claim stands now."""

    claim_id: int
    work_id: int
    title: str
    state: ClaimState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event of a submission. detail: what was typed."""

    event: FormEvent
    time: datetime
    detail: dict[str, str]
