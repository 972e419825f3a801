"""What lies beside the sheets: signed claims, evidence, small pictures, and copies if asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from desktop.errors import FormProblem
from desktop.forms.facts import Source
from desktop.forms.folder import CopyOf, safe_name
from desktop.identity.canonical import parse_json
from desktop.model.forms import Form
from desktop.model.works import FileState, Reach, Work
from desktop.services import Services
from desktop.store import claims, evidence, works
from desktop.store.database import Connection
from desktop.store.forms import WaitingClaim

_CLAIMS, _FILES = "evidence/claims", "evidence/files"
_PICTURES, _COPIES = "pictures", "copies"
_WHAT = {
    _CLAIMS: "signed claim",
    _FILES: "piece of evidence that the claims name",
    _PICTURES: "small picture",
    _COPIES: "copy of a work",
}


def source_of(connection: Connection, claim: WaitingClaim) -> Source:
    """Return what a row is filled from: the signed claim, and what only the library knows."""
    document = parse_json(claim.document)
    work = works.get(connection, claim.work_id)
    path = _path(work, document["fingerprint"]["datahash"])
    facts = work.fingerprint
    return Source(
        claim_id=claim.claim_id,
        work_id=claim.work_id,
        claim_hash=claim.claim_hash,
        document=document,
        file_name=path.name if path else "",
        mediatype=facts.mediatype,
        width=facts.width,
        height=facts.height,
        duration_ms=facts.duration_ms,
        contacts=dict(_contacts(work)),
    )


@dataclass(slots=True)
class Parts:
    """What was gathered for one folder. files: place in the folder → what it holds."""

    files: dict[str, bytes | CopyOf] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    taken: dict[str, set[str]] = field(default_factory=dict)

    @property
    def listed(self) -> Iterator[tuple[str, str]]:
        """Yield each folder and what is in it, in words."""
        for place, count in self.counts.items():
            what = _WHAT[place]
            words = what.replace("piece", "pieces", 1) if what.startswith("piece") else f"{what}s"
            words = what.replace("copy", "copies", 1) if what.startswith("copy") else words
            yield f"{place}/", f"{count} {what if count == 1 else words}"

    def put(self, place: str, name: str, content: bytes | CopyOf) -> None:
        """Add a file under a name of its own."""
        unique = safe_name(name, self.taken.setdefault(place, set()))
        self.files[f"{place}/{unique}"] = content
        self.counts[place] += 1


class Enclosures:
    """Gathers what a form wants beside its sheets. copies: the user wants them enclosed."""

    def __init__(self, services: Services, form: Form, *, copies: bool) -> None:
        self._services = services
        self._form = form
        self.copies = copies and form.enclosed.copies

    def add(self, connection: Connection, source: Source, parts: Parts) -> None:
        """Add what belongs to one row. Raises FormProblem if a work to be copied is not there."""
        wanted = self._form.enclosed
        fingerprint = source.document["fingerprint"]
        if wanted.claims:
            document = claims.document(connection, source.claim_id)
            parts.put(_CLAIMS, f"claim-{source.claim_id}.json", document)
        if wanted.evidence:
            self._evidence(connection, source, parts)
        if wanted.pictures:
            picture = self._services.thumbnails.get(fingerprint["datahash"])
            if picture is not None:
                parts.put(_PICTURES, f"{PurePath(source.file_name).stem or 'work'}.jpg", picture)
        if self.copies:
            path = _path(works.get(connection, source.work_id), fingerprint["datahash"])
            if path is None or not path.is_file():
                raise FormProblem(
                    f"The file of ‘{source.title}’ is not there, so it cannot be copied. Nothing "
                    "was made.",
                    advice="Connect its drive, or make the folder without copies.",
                )
            parts.put(_COPIES, source.file_name or path.name, CopyOf(path, fingerprint["sha256"]))

    def _evidence(self, connection: Connection, source: Source, parts: Parts) -> None:
        """Add the files of the evidence that the claim names; each once."""
        names = {
            one.sha256: PurePath(one.name).name or one.kind
            for one in works.get(connection, source.work_id).evidence
        }
        for one in source.document.get("evidence", []):
            data = evidence.data_of(connection, one["sha256"])
            if data is not None:
                name = names.get(one["sha256"], one["kind"])
                parts.put(_FILES, f"claim-{source.claim_id}-{name}", data)


def _path(work: Work, datahash: str) -> Path | None:
    """Return the file that was claimed; one that is there before one that is missing."""
    same = [file for file in work.files if file.datahash == datahash] or list(work.files)
    same.sort(key=lambda file: file.state is not FileState.PRESENT)
    return same[0].path if same else None


def _contacts(work: Work) -> Iterator[tuple[str, str]]:
    for share in work.shares:
        party = share.party
        cannot = "(cannot be reached)" if party.reach is Reach.UNREACHABLE else ""
        yield party.name, f"{party.contact} {cannot}".strip()
