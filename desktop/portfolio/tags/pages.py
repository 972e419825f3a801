"""What a web page says about AI use in its elements: meta, link, and RSL in a script.

RSL is kept as it is written; what it means is found out where its vocabulary is known.
"""

from __future__ import annotations

from html.parser import HTMLParser

from desktop.model.suggestions import MOST_INLINE, AiStatement, Vocabulary
from desktop.portfolio.tags import ai_use
from desktop.portfolio.tags.plain import plain

_RSL = "application/rsl+xml"
_MOST_CHARACTERS = 2_000_000


def said_in_page(text: str) -> tuple[AiStatement, ...]:
    """Return what the elements of a page say; its text is left alone, and nothing is fetched."""
    reader = _Reader()
    reader.feed(text[:_MOST_CHARACTERS])
    return ai_use.worth_keeping(reader.said)


class _Reader(HTMLParser):
    """Collects the elements that speak of AI."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[AiStatement] = []
        self._inline: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element."""
        found = {name: value or "" for name, value in reversed(attrs)}
        kind = found.get("type", "").strip().lower()
        name, content = found.get("name", "").strip().lower(), found.get("content", "")
        if tag == "meta" and name == "tdm-reservation":
            self.said.append(ai_use.reservation(content, name))
        elif tag == "meta" and name == "tdm-policy":
            self.said.append(ai_use.policy(content, name))
        elif tag == "meta" and name == "robots":
            self.said += ai_use.robots(content)
        elif tag == "script" and kind == _RSL:
            self._inline = []
        elif tag == "link" and kind == _RSL:
            self.said.append(ai_use.remark(Vocabulary.RSL, "link", found.get("href", "")))

    def handle_data(self, data: str) -> None:
        """Take the text of a script element that holds RSL."""
        if self._inline is not None:
            self._inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keep the RSL that ends here, as it is written."""
        if tag == "script" and self._inline is not None:
            text, self._inline = plain("".join(self._inline), MOST_INLINE), None
            self.said.append(AiStatement(vocabulary=Vocabulary.RSL, property="script", value=text))
