"""The page of a site bundle that explains it: what is where, what to do, what gets lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from desktop.model.terms import Answer, Use
from desktop.model.vocabularies import Loss, Spot
from desktop.terms.paths import is_exact, without_end

_USES = {
    Use.TRAIN: "Train AI",
    Use.TRAIN_GENERATIVE: "Train generative AI",
    Use.INPUT: "Use as input of AI",
    Use.OUTPUT: "Use in what AI makes",
    Use.SEARCH: "Search engines",
    Use.MINING: "Text and data mining",
}
_ANSWERS = {
    Answer.ALLOW: "yes",
    Answer.DENY: "no",
    Answer.CONSTRAINED: "only on conditions",
    Answer.UNSET: "not said",
}
_WHAT = {
    "upload/robots.txt": "For crawlers: AIPREF and Content Signals.",
    "upload/.well-known/tdmrep.json": "Whether text and data mining is reserved (TDMRep).",
    "upload/rsl.xml": "What is permitted, and what it costs (RSL).",
    "upload/tdm-policy.json": "How to ask for text and data mining (ODRL).",
    "upload/ai.txt": "Whether files may go into training sets.",
    "server/head.html": "Lines for the <head> of your pages, if you can change them.",
    "server/nginx.conf": "Headers for nginx: where its lines go stands in it.",
    "server/apache.conf": "Headers for Apache: add the lines to .htaccess or the configuration.",
    "server/netlify _headers.txt": "Headers for Netlify: add the lines to your file _headers.",
    "server/cloudflare _headers.txt": "Headers for Cloudflare Pages: add them to _headers.",
    "tdmai.jsonl": "A TDM·AI declaration for each work, for registries. It is not for your site.",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;"
    "color:#1c1c1e;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .6rem;"
    "border-bottom:1px solid #8884;vertical-align:top}code{font-size:.9em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1e}}"
)


def write(
    files: Sequence[str],
    spots: Sequence[Spot],
    losses: Iterable[Loss],
    conflicts: Sequence[str],
    *,
    merged: bool,
    addressed: bool,
) -> str:
    """Return the page; every foreign word in it is escaped, and it loads nothing."""
    body = [
        "<h1>What AI may do with your works: for your web site</h1>",
        "<h2>What to do</h2>",
        _list(_steps(files, conflicts, merged=merged, addressed=addressed), "ol"),
        "<h2>What your site will say</h2>",
        _table(["Addresses", *_USES.values()], [_row(spot) for spot in spots]),
        "<h2>The files</h2>",
        _table(["File", "What it is"], [[name, _WHAT.get(name, "")] for name in files]),
    ]
    if conflicts:
        body += ["<h2>Where your robots.txt says something else</h2>", _list(conflicts, "ul")]
    lost = list(dict.fromkeys(loss.sentence for loss in losses))
    if lost:
        body += [
            "<h2>What could not be said</h2>",
            "<p>No file permits more than you said. Not every one can say all of it:</p>",
            _list(lost, "ul"),
        ]
    body.append(
        "<p>These files state what you want. They do not keep anybody out, and not every crawler "
        "reads them.</p>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>What AI may do with your works</title>"
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _steps(
    files: Sequence[str], conflicts: Sequence[str], *, merged: bool, addressed: bool
) -> list[str]:
    steps = []
    if conflicts:
        steps.append("Look at what your robots.txt says otherwise (below), and decide.")
    if "upload/robots.txt" in files and not merged:
        steps.append(
            "If your site has a robots.txt, do not replace it: make this folder again and give it "
            "that file, so that everything else in it stays; or add the lines at its end."
        )
    if "upload/rsl.xml" in files and not addressed:
        steps.append(
            "rsl.xml is found only where another file names it: make this folder again with the "
            "address of your site."
        )
    steps += [
        "Upload everything in the folder “upload” to the top folder of your site. The folder "
        "“.well-known” may be hidden on your computer: upload it too.",
        "If you can change your server's headers or your pages, add the lines from “server”: they "
        "reach those who fetch one file only.",
        "Open https://YOUR SITE/robots.txt in a browser and look whether the lines are there.",
        "When you change your answers, make this folder again and upload it again.",
    ]
    return steps


def _row(spot: Spot) -> list[str]:
    told = spot.terms.for_everyone().uses
    at = without_end(spot.location) if is_exact(spot.location) else f"{spot.location}…"
    return [at, *(_ANSWERS[told[use]] for use in _USES)]


def _list(items: Iterable[str], tag: str) -> str:
    return f"<{tag}>" + "".join(f"<li>{escape(item)}</li>" for item in items) + f"</{tag}>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_cells(head, "th"), *(_cells(row, "td") for row in rows)]
    return "<table>" + "".join(lines) + "</table>"


def _cells(row: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
