"""HTTP headers in the words of common servers: none of a wider place reaches a narrower one.

nginx: a location with add_header lines of its own inherits none (ngx_http_headers_module), and two
equal locations are an error; so the values are maps of the address that was asked for. Apache 2.4:
variables of mod_setenvif, which .htaccess may set too; <Location> may not stand there. Cloudflare:
a rule joins the fields of all that match ("tdm-reservation: 0, 1" means nothing), unless it
detaches them with "!". Netlify: of rules that match, the later one replaces a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from desktop.terms.paths import is_exact, without_end

SERVERS = ("nginx", "apache", "netlify", "cloudflare")
Field = tuple[str, str]
Places = Sequence[tuple[str, Sequence[Field]]]
# A site may have these already, with other things in them.
_SHARED = ("X-Robots-Tag", "Link")
_MOST_RULES = 100
_NGINX = """\
# nginx 1.7.5 or newer. The map blocks stand beside your server block, not in it.
# The add_header lines stand in your server block; repeat them in each location that has
# add_header lines of its own, since it takes over none from the server.
"""
_APACHE = """\
# Apache 2.4 with mod_headers and mod_setenvif: for the file .htaccess in the top folder of your
# site, or for its configuration.
"""


def for_server(server: str, places: Places) -> str:
    """Return the lines for one kind of server; places: pattern → its fields, the widest first."""
    return _WRITERS[server](places) if any(found for _, found in places) else ""


def takes_queries(server: str) -> bool:
    """Tell whether a server tells addresses apart that differ after the question mark."""
    return server in ("nginx", "apache")


def _names(places: Places) -> list[str]:
    return list(dict.fromkeys(name for _, found in places for name, _ in found))


def _quoted(value: str) -> str:
    """Return a value in quotes; a dollar sign would begin a variable."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "%24") + '"'


def _regex(path: str) -> str:
    """Return a path as a regular expression that needs no backslash."""
    return "".join(one if one.isalnum() or one in "/-_~%&=;:,@!'" else f"[{one}]" for one in path)


def _nginx(places: Places) -> str:
    maps, lines = [], []
    for name in _names(places):
        variable = f"$ai_{_variable(name)}"
        rows = "".join(
            f'    "~^{_regex(without_end(pattern))}{"$" if is_exact(pattern) else ""}" '
            f"{_quoted(dict(found).get(name, ''))};\n"
            for pattern, found in reversed(places)
        )
        maps.append(f'map $request_uri {variable} {{\n    default "";\n{rows}}}\n')
        lines.append(f"add_header {name} {variable} always;\n")
    return _NGINX + "".join(maps) + "\n" + "".join(lines)


def _apache(places: Places) -> str:
    lines = []
    for name in _names(places):
        variable = f"AI_{_variable(name).upper()}"
        for pattern, found in places:
            value = dict(found).get(name)
            end = "[ ]" if is_exact(pattern) else ""
            asked = f'"%{{THE_REQUEST}} =~ m#^[A-Z]+ {_regex(without_end(pattern))}{end}#"'
            said = f"!{variable}" if value is None else _quoted(f"{variable}={value}")
            lines.append(f"SetEnvIfExpr {asked} {said}\n")
        verb = "merge" if name in _SHARED else "set"
        lines.append(f'Header always {verb} {name} "%{{{variable}}}e" env={variable}\n')
    return _APACHE + "".join(lines)


def _variable(name: str) -> str:
    return name.lower().replace("-", "_")


def _netlify(places: Places) -> str:
    return "\n".join(_rules(places, ()))


def _cloudflare(places: Places) -> str:
    wide: dict[str, Sequence[Field]] = {}
    rules: list[str] = []
    for pattern, found in places:
        path = without_end(pattern)
        detached = _names([(at, wide[at]) for at in _around(path) if at in wide])
        rules += _rules([(pattern, found)], detached)
        if not is_exact(pattern):
            wide[path] = found
    told = f"# Cloudflare takes {_MOST_RULES} rules at most, and these are {len(rules)}.\n"
    return (told if len(rules) > _MOST_RULES else "") + "\n".join(rules)


def _around(path: str) -> list[str]:
    """Return the places whose rules reach a path: each folder it is in, with and without its last
    slash, and itself."""
    ends = [at for at, one in enumerate(path) if one == "/"]
    return [one for at in ends for one in (path[:at], path[: at + 1])] + [path]


def _rules(places: Places, detached: Sequence[str]) -> Iterator[str]:
    """Yield rules for all below a path, and for the path itself if it may be one file."""
    for pattern, found in places:
        lines = "".join(f"  ! {name}\n" for name in detached)
        lines += "".join(f"  {name}: {value}\n" for name, value in found)
        path = without_end(pattern)
        below = f"{path}*" if path.endswith("/") else f"{path}/*"
        patterns = [path] if is_exact(pattern) else [path, below]
        if not is_exact(pattern) and path.endswith("/"):
            patterns = [below]
        yield from (f"{one}\n{lines}" for one in patterns if lines)


_WRITERS: dict[str, Callable[[Places], str]] = {
    "nginx": _nginx,
    "apache": _apache,
    "netlify": _netlify,
    "cloudflare": _cloudflare,
}
