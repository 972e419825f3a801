"""The site bundle: one folder to upload, so that a web site says what AI may do with its works."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.flows import saying
from desktop.flows.saying import Works
from desktop.model.vocabularies import Loss, Site, Spot, Target
from desktop.terms import site, site_page
from desktop.terms.servers import SERVERS
from desktop.terms.spoken import WEB

ROBOTS_FILE = "robots.txt"
PAGE_FILE = "READ ME FIRST.html"
UPLOAD, SERVER = "upload", "server"
_SERVER_FILES = {
    "nginx": "nginx.conf",
    "apache": "apache.conf",
    "netlify": "netlify _headers.txt",
    "cloudflare": "cloudflare _headers.txt",
}


_TARGETS = {
    f"{UPLOAD}/{ROBOTS_FILE}": Target.ROBOTS,
    f"{UPLOAD}/.well-known/tdmrep.json": Target.TDMREP,
    f"{UPLOAD}/{site.RSL_FILE}": Target.RSL,
    f"{UPLOAD}/{site.POLICY_FILE}": Target.TDMREP,
    f"{UPLOAD}/ai.txt": Target.AITXT,
    f"{SERVER}/head.html": Target.META,
    "tdmai.jsonl": Target.TDMAI,
    **{f"{SERVER}/{name}": Target.HEADERS for name in _SERVER_FILES.values()},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The files of a bundle by their path in the folder, and what they cannot say."""

    files: dict[str, bytes]
    losses: tuple[Loss, ...]
    conflicts: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()

    def told_of(self, name: str) -> tuple[str, ...]:
        """What one of the files cannot say, and where a robots.txt that was there contradicts."""
        target = _TARGETS.get(name)
        lost = (loss.sentence for loss in self.losses if loss.target is target)
        found = self.conflicts if target is Target.ROBOTS else ()
        return (*(f"Your robots.txt: {one}" for one in found), *dict.fromkeys(lost))


def bundle(works: Works, of_site: Site, merge: Path | None = None) -> Bundle:
    """Return the files for a site; nothing is written yet.

    merge: the site's robots.txt as it is. Raises UsageProblem if there is nothing to say, or it
    cannot be read; TermsProblem if it is no robots.txt.
    """
    spots = works.spots
    texts = {
        f"{UPLOAD}/.well-known/tdmrep.json": site.tdmrep_text(spots, of_site),
        f"{UPLOAD}/{site.RSL_FILE}": site.rsl_text(spots),
        f"{UPLOAD}/{site.POLICY_FILE}": site.policy_text(spots, of_site),
        f"{UPLOAD}/ai.txt": site.aitxt_text(spots),
        f"{SERVER}/head.html": site.meta_text(spots, of_site),
        "tdmai.jsonl": saying.declaration_lines(works),
        **{
            f"{SERVER}/{_SERVER_FILES[one]}": site.headers_text(spots, of_site, one)
            for one in SERVERS
        },
    }
    lines = site.robots_text(spots, of_site)
    if not lines and not any(texts.values()):
        raise UsageProblem(
            "You have said nothing about these works that a site could tell.",
            advice="Say it first: `terms set`.",
        )
    files = {name: text.encode() for name, text in texts.items() if text}
    merged = saying.merged_robots(merge, lines, works) if merge else None
    robots = merged.data if merged else lines.encode()
    if robots:
        files[f"{UPLOAD}/{ROBOTS_FILE}"] = robots
    lost = _losses(works, of_site)
    told = merged.conflicts if merged else ()
    page = site_page.write(
        sorted(files),
        spots,
        lost,
        told,
        merged=merge is not None,
        addressed=bool(of_site.address),
    )
    files[PAGE_FILE] = page.encode()
    return Bundle(files=files, losses=lost, conflicts=told, spots=spots)


def write_bundle(made: Bundle, folder: Path) -> int:
    """Write a bundle as a new folder, whole or not at all; returns its size in bytes.

    Raises UsageProblem if the name is taken or it cannot be written; then nothing is left.
    """
    if os.path.lexists(folder):
        raise UsageProblem(
            f"{folder.name} exists already.", advice="Choose a name that is not taken."
        )
    temporary: Path | None = None
    try:
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".site-", suffix=".part"))
        for name, data in made.files.items():
            _write(temporary / name, data)
        temporary.chmod(0o755)  # mkdtemp lets nobody else read it
        temporary.rename(folder)
    except OSError as error:
        raise UsageProblem(
            f"{folder.name} cannot be written: {error.strerror}. Nothing was changed.",
            advice="Choose another place, or free the disk.",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(temporary, ignore_errors=True)
    return sum(len(data) for data in made.files.values())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _losses(works: Works, of_site: Site) -> tuple[Loss, ...]:
    found: Sequence[Loss] = [
        loss for target in WEB for loss in saying.losses_of(target, works, of_site)
    ]
    return tuple(dict.fromkeys(found))
