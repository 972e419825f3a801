"""Terms of works, written in the vocabularies of the web: one text for one target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from desktop.errors import UsageProblem
from desktop.flows.whole_files import write_whole
from desktop.model.terms import Terms
from desktop.model.vocabularies import Loss, Merged, Site, Spot, Target
from desktop.services import Services
from desktop.store import addresses
from desktop.store import terms as terms_store
from desktop.terms import robots_merge, site, tdmai
from desktop.terms.paths import END, WHOLE_SITE, host_of, path_of
from desktop.terms.spoken import WEB
from desktop.terms.together import spots_of, strictest

_LOCATION = re.compile(r"/[A-Za-z0-9._~!&'()+,;=:@%/-]*")
_ADDRESS = re.compile(_LOCATION.pattern + r"(\?[A-Za-z0-9._~!&'()+,;=:@%/?-]*)?")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_ISCC_FOR_LOSSES = "ISCC:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """Works that terms are said of: their spots on a site, and each with its ISCC."""

    spots: tuple[Spot, ...]
    each: tuple[tuple[int, str, Terms], ...]

    @property
    def everywhere(self) -> Terms:
        """What holds in every spot."""
        return strictest(spot.terms for spot in self.spots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A text that was written, and what it does not say. size_bytes 0: there was nothing to say."""

    target: Target
    size_bytes: int
    spots: tuple[Spot, ...]
    losses: tuple[Loss, ...]
    conflicts: tuple[str, ...] = ()


def works_for(
    work_ids: Collection[int] | None,
    services: Services,
    *,
    at: Mapping[int, str] | None = None,
    location: str = WHOLE_SITE,
    of_site: Site | None = None,
) -> Works:
    """Return works (None: all) with the terms they have today.

    at: paths of single works, each for itself unless it ends with /; location: the path that the
    others are below. of_site: works published there have their own paths, unless at says others.
    Raises UsageProblem if a work does not exist, there is none, or a path is not one.
    """
    said = dict(at or {})
    for path, form in [(location, _LOCATION), *((one, _ADDRESS) for one in said.values())]:
        if not form.fullmatch(path):
            raise UsageProblem(
                f"{path!r} is not a path of a site.",
                advice="It starts with / and has no spaces, such as /art/low-tide.jpg.",
            )
    wanted = None if work_ids is None else {*work_ids, *said}
    with services.store.read() as connection:
        rows = terms_store.versions_of(connection, wanted)
        versions = terms_store.by_version(connection)
        published = addresses.of_works(connection, wanted) if of_site else {}
    missing = sorted({*(wanted or ()), *said} - {work_id for work_id, _, _ in rows})
    if missing:
        raise UsageProblem(f"There is no work {missing[0]}.", advice="`works` lists them.")
    if not rows:
        raise UsageProblem("There are no works yet.", advice="`scan` takes them in.")
    today = services.now().date()
    versions = {number: one.on(today) for number, one in versions.items()}
    versions[0] = Terms(uses={})
    patterns = {work_id: _patterns_on(of_site, found) for work_id, found in published.items()}
    patterns |= {
        work_id: [path if path[-1] == "/" else path + END] for work_id, path in said.items()
    }
    by_place: dict[str, list[Terms]] = {}
    for work_id, _, version in rows:
        for pattern in patterns.get(work_id) or [location]:
            by_place.setdefault(pattern, []).append(versions[version])
    each = tuple((work_id, iscc, versions[version]) for work_id, iscc, version in rows)
    return Works(spots=spots_of(by_place), each=each)


def _patterns_on(of_site: Site | None, published: Iterable[str]) -> list[str]:
    """Return the patterns of the addresses that are on a site."""
    host = host_of(of_site.address) if of_site else ""
    there = [one for one in published if host and host_of(one) == host]
    return [f"{path_of(one)}{END}" for one in there]


def likely_site(services: Services) -> str:
    """Return the address of the site that most works are published on; "" if none is known."""
    with services.store.read() as connection:
        published = addresses.of_works(connection)
    sites = Counter(
        f"{urlsplit(one).scheme}://{host_of(one)}" for found in published.values() for one in found
    )
    return sites.most_common(1)[0][0] if sites else ""


def checked_site(address: str, by: str = "") -> Site:
    """Return a site. Raises UsageProblem if the address is not just https://NAME."""
    bare = address.strip().rstrip("/")
    if bare:
        try:
            parts = urlsplit(bare)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("https", "http") or not _HOST.fullmatch(parts.netloc) or parts.path:
            raise UsageProblem(
                f"{address!r} is not the address of a site.", advice="Such as https://example.org."
            )
        if parts.query or parts.fragment:
            raise UsageProblem("The address of a site ends after its name.")
    return Site(address=bare, by=" ".join(by.split()))


def text_of(target: Target, works: Works, of_site: Site, server: str = "") -> str:
    """Return what a target will say; "" for nothing."""
    if target is Target.TDMAI:
        return _declarations(works)
    return _TEXTS[target](works.spots, of_site, server)


def losses_of(target: Target, works: Works, of_site: Site) -> tuple[Loss, ...]:
    """Return what a target cannot say of the terms of works."""
    spots: Sequence[Spot] = works.spots
    if target is Target.TDMAI:  # it speaks of each work by itself
        different = {id(terms): terms for _, _, terms in works.each}
        spots = [Spot(location=WHOLE_SITE, terms=terms) for terms in different.values()]
        return site.losses(target, spots, of_site, _ISCC_FOR_LOSSES)
    return site.losses(target, spots, of_site)


def export_terms(
    target: Target,
    works: Works,
    out: Path,
    *,
    of_site: Site,
    server: str = "",
    merge: Path | None = None,
    force: bool = False,
) -> Spoken:
    """Write what a target says to a file, whole or not at all; nothing to say writes no file.

    merge: the robots.txt that is there. Raises UsageProblem if it cannot be read or written.
    """
    text = text_of(target, works, of_site, server)
    merged = merged_robots(merge, text, works) if merge is not None else Merged(data=text.encode())
    size = 0
    if merged.data:
        size = write_whole(out, lambda file: file.write(merged.data), force=force)
    return Spoken(
        target=target,
        size_bytes=size,
        spots=works.spots,
        losses=losses_of(target, works, of_site),
        conflicts=merged.conflicts,
    )


def merged_robots(path: Path, text: str, works: Works) -> Merged:
    """Return a robots.txt with our lines in it. Raises UsageProblem or TermsProblem."""
    try:
        with path.open("rb") as file:
            before = file.read(robots_merge.MOST_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"{path.name} cannot be read: {error.strerror}.") from error
    return robots_merge.merge(before, text, works.everywhere)


def declaration_lines(works: Works) -> str:
    """Return the TDM·AI declarations of works, one a line (JSON Lines)."""
    texts = (tdmai.write(terms, iscc) for _, iscc, terms in works.each)
    return "".join(" ".join(text.split()) + "\n" for text in texts if text)


def _declarations(works: Works) -> str:
    if len(works.each) == 1:
        _, iscc, terms = works.each[0]
        return tdmai.write(terms, iscc)
    return declaration_lines(works)


_TEXTS: dict[Target, Callable[[Sequence[Spot], Site, str], str]] = {
    Target.ROBOTS: lambda spots, of_site, _: site.robots_text(spots, of_site),
    Target.HEADERS: site.headers_text,
    Target.META: lambda spots, of_site, _: site.meta_text(spots, of_site),
    Target.TDMREP: lambda spots, of_site, _: site.tdmrep_text(spots, of_site),
    Target.RSL: lambda spots, _, __: site.rsl_text(spots),
    Target.AITXT: lambda spots, _, __: site.aitxt_text(spots),
}
TARGETS = WEB
