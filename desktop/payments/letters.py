"""Writes the letter that asks a registry about its statement, as text and as a page to print."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from desktop.model.queries import Letter, Query, QueryItem, QueryLine

_STYLE = """
@page { margin: 22mm; }
body { font: 11pt/1.5 Inter, Helvetica, Arial, sans-serif; color: #1f1d1a; max-width: 42em;
       margin: 2em auto; }
h1 { font-size: 14pt; font-weight: 650; margin: 1.6em 0 1em; }
ol > li { margin-bottom: 1.2em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; margin: .4em 0; }
dt { color: #6b655c; } dd { margin: 0; }
table { border-collapse: collapse; font-size: 9.5pt; width: 100%; }
th { text-align: left; font-weight: 500; color: #6b655c; }
td, th { border-bottom: 1px solid #e4dfd7; padding: .2em .6em .2em 0; overflow-wrap: anywhere; }
td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; }
footer { margin-top: 2.4em; color: #6b655c; font-size: 9pt; overflow-wrap: anywhere; }
"""
_ASK = (
    "Please look at it. If it is a mistake, send a corrected statement. If it is not, explain it "
    "in a few words."
)


def write_letter(query: Query) -> Letter:
    """Return the letter. What strangers wrote into the statement is plain text in it."""
    return Letter(
        subject=_subject(query),
        text="\n".join(_text(query)),
        page=_page(query),
        findings=tuple(item.finding.finding_id for item in query.items),
    )


def _subject(query: Query) -> str:
    if not query.number:
        return f"Question about a payment of {query.registry}"
    revision = f", revision {query.revision}" if query.revision > 1 else ""
    return f"Question about statement {query.number}{revision}"


def _opening(query: Query) -> str:
    things = "one thing that does not agree" if len(query.items) == 1 else (
        f"{len(query.items)} things that do not agree"
    )  # fmt: skip
    if not query.number:
        return f"I checked the money that came from you and found {things}. {_ASK}"
    return f"I checked your statement {query.number} for {query.period} and found {things}. {_ASK}"


def _sources(query: Query) -> Iterator[str]:
    if query.sha256:
        signed = "with your signature, which holds" if query.signed else "without a signature"
        yield f"The statement as it came to me, {signed}: SHA-256 {query.sha256}"
    known = ", ".join(item.finding.finding_id for item in query.items)
    yield f"My reference: {known}. Please name it in your answer."


def _text(query: Query) -> Iterator[str]:
    yield from (f"To {query.registry}", _day(query), "", _subject(query), "", _opening(query), "")
    for number, item in enumerate(query.items, start=1):
        one = item.finding.finding
        yield f"{number}. {one.sentence}"
        yield f"   Expected: {one.expected}"
        yield f"   Found: {one.actual}"
        for line in item.lines:
            yield f"   - {_line(line)}"
        if item.more:
            yield f"   - and {item.more:,} more"
        yield ""
    yield from (*_sources(query), "", query.sender)


def _line(line: QueryLine) -> str:
    place = f"line {line.number}, {line.name}" if line.number is not None else line.name
    return ": ".join(part for part in (place, "  ".join((line.title, line.amount)).strip()) if part)


def _day(query: Query) -> str:
    return f"{query.written_on.day} {query.written_on:%B %Y}"


def _page(query: Query) -> str:
    subject = escape(_subject(query))
    items = "".join(_item(item) for item in query.items)
    sources = "".join(f"<p>{escape(text)}</p>" for text in _sources(query))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{subject}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f"<p>To {escape(query.registry)}<br>{_day(query)}</p><h1>{subject}</h1>"
        f"<p>{escape(_opening(query))}</p><ol>{items}</ol><p>{escape(query.sender)}</p>"
        f"<footer>{sources}</footer></body></html>\n"
    )


def _item(item: QueryItem) -> str:
    one = item.finding.finding
    said = (
        f"<li>{escape(one.sentence)}<dl><dt>Expected</dt><dd>{escape(one.expected)}</dd>"
        f"<dt>Found</dt><dd>{escape(one.actual)}</dd></dl>"
    )
    if item.lines:
        rows = "".join(
            f"<tr><td>{line.number or ''}</td><td>{escape(line.name)}</td>"
            f'<td>{escape(line.title)}</td><td class="amount">{escape(line.amount)}</td></tr>'
            for line in item.lines
        )
        said += (
            "<table><tr><th>Line</th><th>Number</th><th>Title</th>"
            f'<th class="amount">Amount</th></tr>{rows}</table>'
        )
    if item.more:
        said += f"<p>and {item.more:,} more</p>"
    return said + "</li>"
