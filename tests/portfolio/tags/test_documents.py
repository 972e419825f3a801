"""What documents and books say: PDFs by pikepdf, pages, office files, packages of books."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from iscc_tika import Extractor

from desktop.portfolio.content import Embedded
from desktop.portfolio.mediatype import EPUB, PDF
from desktop.portfolio.tags.documents import document_metadata
from desktop.portfolio.tags.suggest import suggestions_of
from tests.portfolio.reference import sample
from tests.portfolio.tags.reading import said, told

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PAGE = (
    "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>%s</body></html>"
)


def read(path: Path, mediatype: str = "") -> Embedded:
    """Read a document's tags as the text reader does."""
    _, tags = Extractor().extract_file_to_string(str(path))
    return document_metadata(tags, path, mediatype)


def book(path: Path, metadata: str, *, prefix: str = "", version: str = "3.0") -> Path:
    """Write an EPUB with this metadata."""
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf" version="{version}" prefix="{prefix}">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:opf="http://www.idpf.org/2007/opf">{metadata}</metadata><manifest><item id="p" '
        'href="p.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="p"/></spine></package>'
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/epub+zip")
        made.writestr("META-INF/container.xml", CONTAINER)
        made.writestr("OPS/book.opf", package)
        made.writestr("OPS/p.xhtml", PAGE % ("The tide returns. " * 20))
    return path


def test_a_pdf_says_its_own_and_not_what_a_picture_in_it_says() -> None:
    made = read(said("tdm.pdf"), PDF)
    assert made.name == "A title"
    assert [one.name for one in made.creators] == ["Iris Vale"]
    assert (made.rights, made.language, made.created) == ("© Iris Vale", "pt", "2023-04-01")
    assert made.identifiers == (("doi", "10.5555/abc"),)
    assert told(made.ai_use) == [("tdm:reservation", "0", {"mining": "allow"})]


def test_a_pdf_with_a_manifest() -> None:
    assert len(read(said("manifest.pdf"), PDF).ai_use) == 5


def test_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        '<!doctype html><html lang="pt"><head><title>Tides</title>'
        '<meta name="author" content="Iris Vale"><meta name="keywords" content="sea">'
        '<meta name="robots" content="noindex, NoAI, noimageai">'
        '<meta name="tdm-reservation" content="1">'
        '<meta name="tdm-policy" content="https://iris.example/tdm">'
        '<meta name="citation_doi" content="10.5555/q"></head><body>'
        + "<p>The tide returns what it took.</p>"
        * 20
    )
    made = read(path, "text/html")
    assert [one.name for one in made.creators] == ["Iris Vale"]
    assert (made.language, made.keywords) == ("pt", ("sea",))
    assert made.identifiers == (("doi", "10.5555/q"),)
    assert told(made.ai_use) == [
        ("robots", "NoAI", {"train": "deny", "train-generative": "deny"}),
        ("robots", "noimageai", {}),
        ("tdm-reservation", "1", {"mining": "deny"}),
        ("tdm-policy", "https://iris.example/tdm", {}),
    ]


def test_a_page_for_search_engines_only_says_nothing_of_ai(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<html><head><meta name="robots" content="noindex"></head><body>Sea</body>')
    assert read(path, "text/html").ai_use == ()


def test_an_epub_3(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.epub",
        '<dc:identifier id="i">urn:isbn:9780306406157</dc:identifier>'
        '<dc:identifier id="j">0-306-40615-2</dc:identifier>'
        '<meta refines="#j" property="identifier-type" scheme="onix:codelist5">02</meta>'
        "<dc:identifier>urn:uuid:6466d5f1-f791-433d-8f11-23ad44dd57e5</dc:identifier>"
        "<dc:title>The Lighthouse Ledger</dc:title><dc:language>en-GB</dc:language>"
        '<dc:creator id="a">Iris Vale</dc:creator><dc:creator id="b">Ana Sousa</dc:creator>'
        '<dc:contributor id="c">Zoë Ánton</dc:contributor>'
        '<dc:contributor id="d">A Printer</dc:contributor>'
        '<meta refines="#a" property="role" scheme="marc:relators">aut</meta>'
        '<meta refines="#b" property="role" scheme="marc:relators">ill</meta>'
        '<meta refines="#c" property="role" scheme="marc:relators">trl</meta>'
        '<meta refines="#d" property="role" scheme="marc:relators">prt</meta>'
        "<dc:rights>© Iris Vale</dc:rights><dc:date>2021-03</dc:date>"
        '<meta property="rights:reservation">1</meta>'
        '<meta property="other:reservation">0</meta>',
        prefix="rights: http://www.w3.org/ns/tdmrep# other: http://else.example/",
    )
    made = read(path, EPUB)
    assert made.identifiers == (("isbn", "9780306406157"),)
    assert [(one.name, one.role) for one in made.creators] == [
        ("Iris Vale", "author"),
        ("Ana Sousa", "illustrator"),
        ("Zoë Ánton", "translator"),
    ]
    assert (made.language, made.created, made.rights) == ("en-GB", "2021-03", "© Iris Vale")
    assert told(made.ai_use) == [("tdm:reservation", "1", {"mining": "deny"})]


def test_an_epub_2(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.epub",
        '<dc:identifier opf:scheme="ISBN">0306406152</dc:identifier><dc:title>T</dc:title>'
        '<dc:creator opf:role="aut">Iris Vale</dc:creator><dc:creator>Bo Lind</dc:creator>'
        '<meta name="tdm-reservation" content="1"/>'
        '<meta name="tdm:policy" content="https://iris.example/tdm"/>'
        '<meta name="cover" content="p"/>',
        version="2.0",
    )
    made = read(path, EPUB)
    assert made.identifiers == (("isbn", "9780306406157"),)
    assert [(one.name, one.role) for one in made.creators] == [
        ("Iris Vale", "author"),
        ("Bo Lind", ""),
    ]
    assert told(made.ai_use) == [
        ("tdm:reservation", "1", {"mining": "deny"}),
        ("tdm:policy", "https://iris.example/tdm", {}),
    ]


@pytest.mark.parametrize(
    "package",
    [
        "<package",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><package>&e;</package>",
        " " * 5_000_000,
    ],
    ids=["cut", "entity", "huge"],
)
def test_an_odd_package_changes_nothing(tmp_path: Path, package: str) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("META-INF/container.xml", CONTAINER)
        made.writestr("OPS/book.opf", package)
    made_of = document_metadata({"dc:title": "T", "dc:creator": ["Iris"]}, path, EPUB)
    assert made_of.name == "T"
    assert [one.name for one in made_of.creators] == ["Iris"]


@pytest.mark.parametrize("name", ["demo.docx", "demo.odt", "demo.rtf", "demo.doc", "demo.pptx"])
def test_office_files(name: str) -> None:
    made = read(sample(f"text/{name}"))
    assert made.name == "title from metadata"
    assert [one.name for one in made.creators] == ["titusz"]
    assert made.created.startswith(("2019-", "2021-"))


def test_hostile_tags(tmp_path: Path) -> None:
    """What Tika hands on may be anything at all."""
    path = tmp_path / "a.txt"
    path.write_text("x")
    made = suggestions_of(
        document_metadata(
            {
                "dc:title": "\u202e" + "T" * 10_000_000,
                "dc:creator": [f"Person {number}" for number in range(10_000)],
                "dc:rights": "\x00\x1b]0;owned\x07" + "r" * 10_000,
                "dcterms:created": "99999999999",
                "dc:identifier": [f"10.5555/{number}" for number in range(1000)],
                "robots": "noai," * 100_000,
                "tdm-reservation": "1" * 100_000,
            },
            path,
            "text/html",
        )
    )
    assert (len(made.title), len(made.rights), made.created) == (500, 2000, "")
    assert len(made.creators) == 50
    assert len(made.identifiers) == 20
    assert len(made.ai_use) <= 40
    assert all(len(one.value) <= 2000 for one in made.ai_use)
    assert (made.title + made.rights).isprintable()
