"""HTTP headers: Content-Usage, TDMRep's and RSL's, and how common servers are told to send them.

AIPREF attach-05, section 2; TDMRep section 5.2; RSL 1.0, "Link"; X-Robots-Tag as for meta elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Place
from desktop.terms import aipref, html_meta, rsl, tdmrep
from desktop.terms.wording import MOST_STATEMENTS, TRAINING, check_size, statement, yes_or_no

SPEAKS_OF = tuple(dict.fromkeys((*aipref.SPEAKS_OF, *html_meta.SPEAKS_OF)))
SERVERS = ("nginx", "apache", "netlify", "cloudflare")


def fields(terms: Terms, place: Place) -> list[tuple[str, str]]:
    """Return the header fields, in order; none says nothing."""
    return list(_fields(terms, place))


def _fields(terms: Terms, place: Place) -> Iterator[tuple[str, str]]:
    usage, mark = aipref.value(terms), tdmrep.reservation(terms)
    if usage:
        yield aipref.FIELD, usage
    if mark is not None:
        yield "tdm-reservation", str(mark)
    if mark == 1 and place.policy:
        yield "tdm-policy", place.policy
    if yes_or_no(terms, TRAINING) is Answer.DENY:
        yield "X-Robots-Tag", html_meta.NO_AI
    if place.rsl:
        yield "Link", f'<{place.rsl}>; rel="license"; type="{rsl.MEDIA_TYPE}"'


def write(terms: Terms, place: Place) -> str:
    """Return the fields as a server sends them, one a line; "" says nothing."""
    return "".join(f"{name}: {value}\n" for name, value in fields(terms, place))


def for_server(server: str, places: list[tuple[str, list[tuple[str, str]]]]) -> str:
    """Return the lines for one kind of server; places: path of the site → its fields."""
    write_one = {
        "nginx": _nginx,
        "apache": _apache,
        "netlify": _netlify,
        "cloudflare": _netlify,  # Cloudflare Pages took over the form of Netlify's _headers
    }[server]
    return "\n".join(write_one(path, found) for path, found in places if found)


def read(text: str) -> tuple[AiStatement, ...]:
    """Read header fields, one a line; fields about other things are left alone."""
    said: list[AiStatement] = []
    for line in check_size(text).splitlines():
        name, colon, value = line.partition(":")
        if colon and len(said) < MOST_STATEMENTS:
            said += _field(name.strip().lower(), value.strip())
    return tuple(said)


def _field(name: str, value: str) -> list[AiStatement]:
    if name == aipref.FIELD.lower():
        try:
            return list(aipref.read(value))
        except TermsProblem:  # such a field counts as none
            return [statement(Vocabulary.AIPREF, aipref.FIELD, value)]
    if name in ("tdm-reservation", "tdm-policy"):
        return [tdmrep.read_value(name, value)]
    if name == "x-robots-tag":
        return html_meta.read_robots("X-Robots-Tag", value)
    if name == "link" and rsl.MEDIA_TYPE in value:
        return [statement(Vocabulary.RSL, "Link", value)]
    return []


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _nginx(path: str, found: list[tuple[str, str]]) -> str:
    lines = "".join(f"    add_header {name} {_quoted(value)} always;\n" for name, value in found)
    return f"location {path} {{\n{lines}}}\n"


def _apache(path: str, found: list[tuple[str, str]]) -> str:
    lines = "".join(f"    Header always set {name} {_quoted(value)}\n" for name, value in found)
    return f"<Location {_quoted(path)}>\n{lines}</Location>\n"


def _netlify(path: str, found: list[tuple[str, str]]) -> str:
    """Return rules for all below a path, and for the path itself if it may be one file."""
    patterns = [f"{path}*"] if path.endswith("/") else [path, f"{path}/*"]
    fields = "".join(f"  {name}: {value}\n" for name, value in found)
    return "".join(f"{pattern}\n{fields}" for pattern in patterns)
