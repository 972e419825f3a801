"""Bring text that others wrote to the plain form the Meta-Code is made of."""

from __future__ import annotations

import html
import re
from html.entities import html5
from pathlib import PurePath

# Elements whose opening tag becomes a line break; every other tag becomes nothing.
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
_SCRIPTS = tuple(
    re.compile(rf"<{name}[^>]*>.*?</{name}>", re.DOTALL | re.IGNORECASE)
    for name in ("script", "style")
)
_MARKUP = re.compile(
    r"""<!--(?:>|->|.*?(?:--!?>|\Z))        # comment
    |<[!?](?!--)[^>]*(?:>|\Z)               # declaration, instruction
    |</>
    |<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
      (?:[^>=]|=(?!\s*["'])|=\s*+"[^"]*+"|=\s*+'[^']*+')*+
      (?:>|(?<=[\s"'])\Z|=\s*+(?:"[^"]*+|'[^']*+)\Z)  # tag, or what the end of the text cut off""",
    re.DOTALL | re.VERBOSE,
)
_ENTITY = re.compile(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[^\s<&=;]+);")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"\s+")


def text_of(value: str) -> str:
    """Return value with markup removed, entities decoded and white space made single.

    Gives what the ISCC reference's text_sanitize gives, so that Meta-Codes agree.
    """
    for script in _SCRIPTS:
        value = script.sub("", value)
    if "<" in value:
        value = _without_markup(value)
    value = _CONTROL.sub("?", value.replace("\0", ""))
    return _SPACE.sub(" ", _ENTITY.sub(_decode, value)).strip()


def _without_markup(value: str) -> str:
    seen_tag = False

    def replace(match: re.Match[str]) -> str:
        nonlocal seen_tag
        name = match["name"]
        breaks = bool(seen_tag and name and not match["close"] and name.lower() in _BLOCKS)
        seen_tag = seen_tag or bool(name)
        return "\n" if breaks else ""

    return _MARKUP.sub(replace, value)


def _decode(match: re.Match[str]) -> str:
    """Decode an entity that ends with a semicolon; leave alone what only looks like one."""
    name = match[1]
    if name.startswith("#") or any(known.startswith(name) for known in html5):
        return html.unescape(match[0])
    return match[0]


def encodable(value: str) -> str:
    """Return value without lone surrogates: bytes that are not UTF-8 are read as Latin-1."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value


def name_from_path(path: PurePath) -> str:
    """Return the file's name as a title: no extension, hyphens and underscores as spaces."""
    name = path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return name.replace("-", " ").replace("_", " ")
