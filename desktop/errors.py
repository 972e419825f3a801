"""Every error the app raises on purpose, so that one place can explain them to the user.

AppError                      message: what happened; advice: what to do
├── FileProblem               one file could not be read or fingerprinted
├── StoreProblem              the library's database
│   ├── StoreBusy             another process holds it
│   ├── StoreFull             the disk is full
│   ├── StoreTooNew           written by a newer version of the app
│   └── StoreDamaged          the file is not a sound database
├── ClusterProblem            the machines that share a scan, or the way to them
├── KeyProblem                the signing key is missing, locked or wrong
├── SignatureProblem          a proof does not verify
├── ClaimProblem              a claim cannot be drafted or signed as it stands
├── RegistryProblem           a registry, or the way to it
│   ├── Offline               no connection; nothing is known of the outcome
│   ├── Busy                  asked to come back later (retry_after_s)
│   ├── LoginNeeded           401 or 403: the user must act
│   ├── Refused               a final no, in the registry's own words
│   ├── BatchTooLarge         413: send fewer at once
│   └── Untrusted             its answer breaks schema, signature, size or time limits
├── StatementProblem          a statement cannot be read (line)
├── BankFileProblem           a bank file cannot be read (line)
│   ├── BalanceProblem        its balances, entries and their parts do not add up
│   └── BankTableUnknown      a table whose columns the user has to explain first
├── TableProblem              a table that someone wrote cannot be read (line)
├── TermsProblem              a text that should say what AI may do cannot be read
├── FormProblem               a form's description is wrong, or its folder cannot be made
├── DiskFull                  a file for others does not fit where it should go
└── UsageProblem              the user asked for something that does not exist
Cancelled                     the user stopped it; never shown as an error
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class AppError(Exception):
    """Something the user should hear about, in words that need no engineer."""

    kind = "problem"

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class FileProblemKind(StrEnum):
    """Why one file could not be taken in, or no copy of it be made."""

    MISSING = "missing"
    NOT_READABLE = "not_readable"
    NOT_A_FILE = "not_a_file"
    EMPTY = "empty"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    CHANGED = "changed"
    QUARANTINED = "quarantined"
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"
    TAKEN = "taken"


class FileProblem(AppError):
    """One file could not be taken in; it survives pickling between processes."""

    kind = "file"

    def __init__(
        self, message: str, *, path: Path, reason: FileProblemKind, advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_file_problem, (self.message, self.path, self.reason, self.advice))


def _rebuild_file_problem(
    message: str, path: Path, reason: FileProblemKind, advice: str
) -> FileProblem:
    return FileProblem(message, path=path, reason=reason, advice=advice)


class StoreProblem(AppError):
    """The library's database could not do what was asked; nothing was half done."""

    kind = "store"


class StoreBusy(StoreProblem):
    """Another process has the library open or holds its lock."""

    kind = "store_busy"


class StoreFull(StoreProblem):
    """The disk is full; the last change was rolled back."""

    kind = "store_full"


class StoreTooNew(StoreProblem):
    """The library was written by a newer version of the app."""

    kind = "store_too_new"


class StoreDamaged(StoreProblem):
    """The file is not a sound SQLite database."""

    kind = "store_damaged"


class ClusterProblem(AppError):
    """The machines that share a scan cannot be used, or not any more; what came in is kept."""

    kind = "cluster"


class KeyProblem(AppError):
    """The signing key is missing, locked, or the password is wrong."""

    kind = "key"


class SignatureProblem(AppError):
    """A signature or proof does not verify."""

    kind = "signature"


class ClaimProblem(AppError):
    """A claim cannot be drafted, signed or changed as it stands."""

    kind = "claim"


class RegistryProblem(AppError):
    """A registry, or the way to it, did not do what was asked."""

    kind = "registry"


class Offline(RegistryProblem):
    """No connection, or it broke: whether the request arrived is not known."""

    kind = "offline"


class Busy(RegistryProblem):
    """The registry asked to come back later."""

    kind = "busy"

    def __init__(self, message: str, *, retry_after_s: int | None = None, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.retry_after_s = retry_after_s


class LoginNeeded(RegistryProblem):
    """The registry answered 401 or 403; sending to it is paused until the user acts."""

    kind = "login_needed"


class Refused(RegistryProblem):
    """A final no. status is the HTTP status; message carries the registry's own words."""

    kind = "refused"

    def __init__(self, message: str, *, status: int, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.status = status


class BatchTooLarge(RegistryProblem):
    """The registry answered 413; the batch has to be halved."""

    kind = "too_large"


class Untrusted(RegistryProblem):
    """The registry's answer breaks its schema, signature, size or time limit; not believed."""

    kind = "untrusted"


class StatementProblem(AppError):
    """A statement cannot be read; line is 1-based where there is one."""

    kind = "statement"

    def __init__(self, message: str, *, line: int | None = None, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.line = line


class BankFileProblem(AppError):
    """A bank file, or one entry of it, cannot be read; line is 1-based."""

    kind = "bank_file"

    def __init__(self, message: str, *, line: int | None = None, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.line = line


class BalanceProblem(BankFileProblem):
    """Balances, entries and their parts in a bank file do not add up; all entries are kept."""

    kind = "bank_balance"


class BankTableUnknown(BankFileProblem):
    """A table that no mapping fits yet; the user can say what its columns are."""


class TableProblem(AppError):
    """A table that someone wrote cannot be read, or not from some line on."""

    kind = "table"


class TermsProblem(AppError):
    """A text that should say what AI may do is not in the vocabulary it is read in."""

    kind = "terms"


class FormProblem(AppError):
    """A form's description is wrong, or the folder for it cannot be made; claims wait as before."""

    kind = "form"


class DiskFull(AppError):
    """There is no room for a file that was asked for."""

    kind = "disk_full"


class UsageProblem(AppError):
    """The user named something that does not exist or cannot be combined."""

    kind = "usage"


class Cancelled(Exception):
    """The user stopped the work; what was finished is kept."""
