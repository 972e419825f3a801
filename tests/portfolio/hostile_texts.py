"""Documents, drawings and archives that lie: entities, bombs, loops, addresses, endless nesting."""

# ruff: noqa: E501  (hostile bytes are easier to judge on one line)
from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.portfolio import corpus
from tests.portfolio.hostile_media import deflated, png

File = tuple[str, str, bytes]
SECRET = "The canary sings of seven golden rivers under a moon that nobody else has ever seen."
_MEGABYTE = 1 << 20
_WORD = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)


def files(sources: dict[str, bytes], web: str, aside: Path) -> Iterator[File]:
    """Yield (group, name, bytes). web and aside are what entities and pictures point to."""
    (aside / "secret.txt").write_text(SECRET)
    corpus.painting(99).save(aside / "secret.png")
    yield from _drawings(web, aside)
    yield from _markup(web, aside)
    yield from _archives(sources)
    yield from _office(sources, web, aside)
    yield from _portable(sources)
    yield from _plain(sources)


def svg(inside: bytes, *, head: bytes = b"", more: bytes = b'width="100" height="100"') -> bytes:
    """Return an SVG drawing."""
    names = b'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return head + b"<svg " + names + b" " + more + b">" + inside + b"</svg>"


def _laughs(width: int = 10, height: int = 10) -> str:
    """Return entities that grow tenfold at every step: a billion laughs."""
    steps = (f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, height))
    return '<!ENTITY a0 "ha ha ha ha">' + "".join(steps)


def _doctypes(web: str, aside: Path, root: str) -> Mapping[str, tuple[str, str]]:
    """Return document types that want too much, and the text that makes them: (head, text)."""
    return {
        "laughs": (f"<!DOCTYPE {root} [{_laughs()}]>", "&a9;"),
        "quadratic": (f'<!DOCTYPE {root} [<!ENTITY a "{"x" * 60_000}">]>', "&a;" * 30_000),
        "parameter": (f"<!DOCTYPE {root} [<!ENTITY % a \"<!ENTITY &#37; b '%a;'>\">%a;]>", "x"),
        "loop": (f'<!DOCTYPE {root} [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        "secret": (f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "file://{aside}/secret.txt">]>', "&a;"),
        "passwd": (f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
        "endless": (f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///dev/zero">]>', "&a;"),
        "web": (f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "{web}/entity">]>', "&a;"),
        "dtd": (f'<!DOCTYPE {root} SYSTEM "{web}/d.dtd">', "x"),
        "dtd-inside": (f'<!DOCTYPE {root} [<!ENTITY % a SYSTEM "{web}/p.dtd">%a;]>', "x"),
    }


def _drawings(web: str, aside: Path) -> Iterator[File]:
    for name, (head, text) in _doctypes(web, aside, "svg").items():
        inside = f"<title>{text}</title><text y='50'>{text}</text><circle r='40'/>"
        yield "svg", f"{name}.svg", svg(inside.encode(), head=head.encode())
    for number, address in enumerate((
        f"{web}/p.png", f"file://{aside}/secret.png", f"{aside}/secret.png", "/dev/zero",
        "/proc/self/mem", "../svg/image6.svg", "image6.svg", "/dev/stdin", "//127.0.0.1/share/a.png",
    )):  # fmt: skip
        picture = f'<image width="100" height="100" href="{address}" xlink:href="{address}"/>'
        yield "svg", f"image{number}.svg", svg(picture.encode())
    packed = png(6000, 6000, body=deflated(6000 * 18_001))
    import base64

    held = (
        b'<image width="9" height="9" href="data:image/png;base64,'
        + base64.b64encode(packed)
        + b'"/>'
    )
    yield "svg", "held.svg", svg(held * 3)
    style = f"<style>@import url({web}/a.css); @font-face{{font-family:a;src:url({web}/f)}}</style>"
    yield "svg", "style.svg", svg(style.encode() + b'<text style="font-family:a">x</text>')
    yield (
        "svg",
        "sheet.svg",
        svg(b"<g/>", head=f'<?xml-stylesheet href="{web}/s.xsl" type="text/xsl"?>'.encode()),
    )
    yield (
        "svg",
        "include.svg",
        svg(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{web}/i"/>'.encode()),
    )
    uses = "".join(
        f'<g id="u{n}">{f"<use href=%s#u{n - 1}%s/>" % (chr(34), chr(34)) * 10}</g>'
        for n in range(1, 12)
    )
    yield "svg", "uses.svg", svg(b'<g id="u0"><rect width="1" height="1"/></g>' + uses.encode())
    yield (
        "svg",
        "use-loop.svg",
        svg(b'<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
    )
    patterns = "".join(f'<pattern id="p{n}" width=".01" height=".01"><rect width="99" height="99" '
                       f'fill="url(#p{n - 1})"/></pattern>' for n in range(1, 9))  # fmt: skip
    yield (
        "svg",
        "patterns.svg",
        svg((patterns + '<rect width="99" height="99" fill="url(#p8)"/>').encode()),
    )
    blur = b'<filter id="f" x="-9e9" y="-9e9" width="9e10" height="9e10"><feGaussianBlur stdDeviation="9e5"/></filter>'
    yield "svg", "blur.svg", svg(blur + b'<rect width="99" height="99" filter="url(#f)"/>' * 50)
    turbulence = b'<filter id="f"><feTurbulence baseFrequency=".01" numOctaves="999999"/></filter>'
    yield "svg", "turbulence.svg", svg(turbulence + b'<rect width="99" height="99" filter="url(#f)"/>',
                                       more=b'width="3000" height="3000"')  # fmt: skip
    yield "svg", "deep.svg", svg(b"<g>" * 100_000 + b"</g>" * 100_000)
    yield "svg", "deep200.svg", svg(b"<g>" * 200 + b'<circle r="40"/>' + b"</g>" * 200)
    yield "svg", "many.svg", svg(b'<path d="M0 0L9 9"/>' * 20_000)
    yield "svg", "path.svg", svg(b'<path d="M0 0' + b"L9 9L1 7" * 20_000 + b'" stroke="red"/>')
    yield "svg", "dashes.svg", svg(b'<path d="M0 0L1e9 1e9" stroke="red" stroke-dasharray="1e-7"/>')
    for name, size in (("width", b'width="1e9" height="1"'), ("both", b'width="99999999" height="9e99"'),
                       ("nan", b'width="nan" height="inf"'), ("box", b'viewBox="0 0 1e300 1e-300"'),
                       ("minus", b'width="-5" height="0"'), ("percent", b'width="1e9%" viewBox="0 0 nan 1"'),
                       ("mm", b'width="1e400mm" height="1..5mm"')):  # fmt: skip
        yield "svg", f"size-{name}.svg", svg(b'<circle r="40"/>', more=size)
    yield "svg", "comment.svg", b"<!--" * 900_000 + svg(b"<g/>")
    yield "svg", "attributes.svg", svg(b"<g/>", more=b" ".join(b"a%d='1'" % n for n in range(5000)))
    yield "svg", "utf16.svg", svg(b'<circle r="40"/>').decode().encode("utf-16")
    yield (
        "svg",
        "packed.svgz",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + deflated(100 * _MEGABYTE, window=-15) + bytes(8),
    )


def _markup(web: str, aside: Path) -> Iterator[File]:
    for suffix, root in (("xml", "a"), ("xhtml", "html"), ("html", "html")):
        for name, (head, text) in _doctypes(web, aside, root).items():
            body = f"{head}<{root}><body><p>{text}</p></body></{root}>"
            yield "markup", f"{name}.{suffix}", body.encode()
    remote = (f'<html><head><base href="{web}/"><link rel="stylesheet" href="a.css"><meta http-equiv='
              f'"refresh" content="0;url={web}/r"><script src="s.js"></script></head><body><img src="p.png">'
              f'<iframe src="{web}/f"></iframe><object data="{web}/o"></object><video src="{web}/v">'
              f"</video><p>Only a page with many addresses.</p></body></html>")  # fmt: skip
    yield "markup", "remote.html", remote.encode()
    yield "markup", "include.xml", (f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" '
                                    f'href="file://{aside}/secret.txt"/><xi:include href="{web}/x"/></a>').encode()  # fmt: skip
    yield "markup", "schema.xml", (f'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                                   f'xsi:schemaLocation="a {web}/a.xsd">x</a>').encode()  # fmt: skip
    yield "markup", "deep.xml", b"<a>" * 200_000
    yield "markup", "deep.html", b"<div>" * 200_000 + b"deep"
    yield "markup", "deep-table.html", b"<table><tr><td>" * 2000 + b"deep"
    yield "markup", "deep.xhtml", b"<html><body>" + b"<b>" * 20_000
    yield (
        "markup",
        "attributes.html",
        b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">x",
    )
    yield "markup", "attribute.xml", b'<a b="' + b"x" * 5_000_000 + b'"/>'
    yield "markup", "name.xml", b"<" + b"x" * 5_000_000 + b"/>"
    yield "markup", "encoding.xml", b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-x+AD4-</a>'
    yield "markup", "code.xml", b'<?xml version="1.0" encoding="no-such-code"?><a/>'


def _archive(entries: Mapping[str, bytes | Callable[[], Iterator[bytes]]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in (data,) if isinstance(data, bytes) else data():
                    entry.write(piece)
    return target.getvalue()


def _rewritten(
    document: bytes, changes: Mapping[str, bytes | Callable[[], Iterator[bytes]]]
) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return _archive({**entries, **changes})


def _long(before: bytes, after: bytes, megabytes: int) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield before
        for _ in range(megabytes):
            yield b"word " * (_MEGABYTE // 5)
        yield after

    return pieces


def _archives(sources: dict[str, bytes]) -> Iterator[File]:
    """Archives in archives, entries that overlap, directories that lie."""
    inside = _archive({f"{n}.txt": _long(b"", b"", 10) for n in range(3)})
    for level in range(6):
        inside = _archive({f"{level}-{n}.zip": inside for n in range(10)})
    for suffix in ("zip", "docx", "epub"):
        yield "archives", f"nested.{suffix}", inside
    overlapping = _overlapping(2000)
    for suffix in ("zip", "docx", "epub", "odt"):
        yield "archives", f"overlapping.{suffix}", overlapping
    yield (
        "archives",
        "names.zip",
        _archive({"../" * n + f"../escape{n}.txt": b"out" for n in range(1, 30)}),
    )
    yield "archives", "many.zip", _archive({f"{n}": b"" for n in range(1000)})
    for suffix in ("docx", "epub", "odt"):
        data = bytearray(sources[suffix])
        at = data.rindex(b"PK\5\6")
        data[at + 16 : at + 20] = b"\xff\xff\xff\x7f"
        yield "archives", f"directory.{suffix}", bytes(data)
        data = bytearray(sources[suffix])
        at = data.index(b"PK\1\2")
        data[at + 20 : at + 28] = b"\xfe" * 8
        yield "archives", f"sizes.{suffix}", bytes(data)
    yield (
        "archives",
        "bomb.txt.gz",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + deflated(200 * _MEGABYTE, window=-15) + bytes(8),
    )


def _overlapping(count: int) -> bytes:
    """Return an archive whose entries are all the same 10 MB: 20 GB in a few kilobytes."""
    packed, name = deflated(10 * _MEGABYTE, window=-15), b"a.txt"
    check = zlib.crc32(bytes(10 * _MEGABYTE))
    facts = struct.pack("<HHHHIIIHH", 0, 8, 0, 0, check, len(packed), 10 * _MEGABYTE, len(name), 0)
    local = b"PK\3\4\x14\0" + facts + name + packed
    names = (b"%04d.txt" % n for n in range(count))
    listing = b"".join(
        b"PK\1\2\x14\0\x14\0" + facts[:22] + struct.pack("<HHHHHII", 8, 0, 0, 0, 0, 0, 0)[:0]
        + struct.pack("<HHHHHII", len(one), 0, 0, 0, 0, 0, 0) + one for one in names
    )  # fmt: skip
    return (
        local
        + listing
        + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(listing), len(local), 0)
    )


def _office(sources: dict[str, bytes], web: str, aside: Path) -> Iterator[File]:
    """DOCX, ODT, EPUB and XLSX with bombs, entities, outside references and loops."""
    word = _WORD
    office = (b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
              b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>')  # fmt: skip
    parts = {
        "docx": ("word/document.xml", word + b"<w:p><w:r><w:t>", b"</w:t></w:r></w:p></w:body></w:document>"),
        "odt": ("content.xml", office + b"<text:p>", b"</text:p></office:text></office:body></office:document-content>"),
        "epub": (_chapter(sources["epub"]), b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>', b"</p></body></html>"),
        "xlsx": ("xl/sharedStrings.xml", b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>', b"</t></si></sst>"),
    }  # fmt: skip
    for suffix, (name, before, after) in parts.items():
        yield (
            "office",
            f"bomb.{suffix}",
            _rewritten(
                sources[suffix], {name: _long(before, after, 250 if suffix == "docx" else 40)}
            ),
        )
        deep = before + b"<a>" * 100_000
        yield "office", f"deep.{suffix}", _rewritten(sources[suffix], {name: deep})
        for kind, (head, text) in _doctypes(web, aside, "x").items():
            inside = head.encode() + before + text.encode() + after
            yield "office", f"{kind}.{suffix}", _rewritten(sources[suffix], {name: inside})
    relations = (f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                 f'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                 f'attachedTemplate" Target="{web}/t.dotm" TargetMode="External"/></Relationships>')  # fmt: skip
    yield (
        "office",
        "template.docx",
        _rewritten(sources["docx"], {"word/_rels/settings.xml.rels": relations.encode()}),
    )
    yield (
        "office",
        "self.docx",
        _rewritten(sources["docx"], {"word/embeddings/a.docx": sources["docx"]}),
    )
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="{web}/a.css"/></head><body><img src="{web}/i.png"/>x</body></html>'
    yield (
        "office",
        "remote.epub",
        _rewritten(sources["epub"], {_chapter(sources["epub"]): page.encode()}),
    )
    for kind, (head, text) in _doctypes(web, aside, "container").items():
        names = 'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
        body = f'{head}<container {names}><rootfiles><rootfile full-path="{text}"/></rootfiles></container>'
        yield (
            "office",
            f"container-{kind}.epub",
            _rewritten(sources["epub"], {"META-INF/container.xml": body.encode()}),
        )
    ole = bytearray(sources["doc"])
    ole[76 : 76 + 436] = struct.pack("<109I", *[0] * 109)
    yield "office", "loop.doc", bytes(ole)


def word_bomb(docx: bytes, megabytes: int) -> bytes:
    """Return the document with so many megabytes of words in it."""
    end = b"</w:t></w:r></w:p></w:body></w:document>"
    return _rewritten(
        docx, {"word/document.xml": _long(_WORD + b"<w:p><w:r><w:t>", end, megabytes)}
    )


def _chapter(epub: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(epub)) as book:
        return next(name for name in book.namelist() if name.endswith("html"))


def _pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first being the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
            + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(data)))  # fmt: skip


def _stream(data: bytes, more: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (more, len(data), data)


def _portable(sources: dict[str, bytes]) -> Iterator[File]:
    catalog, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>"
    flate = b"/Filter/FlateDecode"
    bomb = deflated(150 * _MEGABYTE)
    text = b"BT /F1 12 Tf (word) Tj ET " * 2000
    yield "pdf", "flate.pdf", _pdf(catalog, pages, page, _stream(bomb, flate))
    twice = b"/Filter[/FlateDecode/FlateDecode]"
    yield (
        "pdf",
        "flate-twice.pdf",
        _pdf(catalog, pages, page, _stream(zlib.compress(bomb, 9), twice)),
    )
    yield (
        "pdf",
        "filters.pdf",
        _pdf(catalog, pages, page, _stream(bomb, b"/Filter[" + b"/FlateDecode" * 50 + b"]")),
    )
    packed = _stream(bomb, flate + b"/Type/ObjStm/N 100000000/First 9")
    yield "pdf", "objects.pdf", _pdf(catalog, pages, page, packed)
    yield "pdf", "loop.pdf", _pdf(catalog, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9999999>>")
    yield "pdf", "parent.pdf", _pdf(catalog, pages, b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>")
    many = b"<</Type/Pages/Kids[" + b"3 0 R " * 3000 + b"]/Count 3000>>"
    yield "pdf", "pages.pdf", _pdf(catalog, many, page, _stream(b"", b""))
    yield (
        "pdf",
        "count.pdf",
        _pdf(catalog, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", page, _stream(text, b"")),
    )
    for name, box in (
        ("vast", b"0 0 1e9 1e9"),
        ("strip", b"0 0 100000 .001"),
        ("none", b"0 0 0 0"),
        ("nan", b"0 0 nan -9"),
    ):
        yield (
            "pdf",
            f"{name}.pdf",
            _pdf(catalog, pages, page.replace(b"0 0 200 200", box), _stream(text, b"")),
        )
    yield "pdf", "deep.pdf", _pdf(catalog, b"[" * 300_000)
    yield "pdf", "deep-names.pdf", _pdf(b"<</A" * 200_000)
    outline = b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>"
    yield (
        "pdf",
        "outline.pdf",
        _pdf(outline, pages, page, _stream(text, b""), b"<</First 5 0 R/Next 5 0 R/Title(x)>>"),
    )
    form = _stream(
        b"/X Do /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>",
    )
    holder = page.replace(b"/Contents", b"/Resources<</XObject<</X 5 0 R>>>>/Contents")
    yield "pdf", "form.pdf", _pdf(catalog, pages, holder, _stream(b"/X Do " * 9, b""), form)
    forms = [
        _stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
            % (6 + n),
        )
        for n in range(11)
    ]
    yield (
        "pdf",
        "forms.pdf",
        _pdf(
            catalog,
            pages,
            holder,
            _stream(b"/X Do ", b""),
            *forms,
            _stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
        ),
    )
    picture = _stream(
        bomb,
        flate
        + b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8",
    )
    yield "pdf", "picture.pdf", _pdf(catalog, pages, holder, _stream(b"/X Do", b""), picture)
    scripts = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while(1);)>>/AA<</O<</S/Launch/F(sh)>>>>>>"
    yield "pdf", "script.pdf", _pdf(scripts, pages, page, _stream(text, b""))
    pdf = sources["pdf"]
    yield "pdf", "previous.pdf", pdf.replace(b"/Root", b"/Prev 9/Root") + b"\nstartxref\n9\n%%EOF"
    yield "pdf", "version.pdf", b"%PDF-9.9\n" + random.Random(5).randbytes(90_000)


def _plain(sources: dict[str, bytes]) -> Iterator[File]:
    chance = random.Random(3)
    yield "plain", "line.txt", b"one line without an end " * (50_000_000 // 24)
    yield "plain", "letter.txt", b"a" * 1_000_000
    yield "plain", "marks.txt", ("a" + "\u0301" * 300_000).encode()
    yield "plain", "directions.txt", ("\u202e\u2066\u200f" * 100_000).encode()
    yield "plain", "noise.txt", chance.randbytes(3_000_000)
    yield "plain", "wide.txt", ("\ufdfa" * 50_000).encode("utf-16")
    yield "plain", "half.txt", b"\xff\xfe\x00\xd8" * 100_000
    yield "plain", "numbers.csv", b'"' * 300_000
    yield "plain", "deep.json", b"[" * 300_000
    yield "plain", "deep-names.json", b'{"a":' * 100_000
    yield "plain", "number.json", b"9" * 1_000_000
    yield "plain", "deep.rtf", b"{\\rtf1" + b"{" * 300_000
    yield "plain", "bin.rtf", b"{\\rtf1\\bin2147483647 x}"
    yield "plain", "minus.rtf", b"{\\rtf1\\bin-5 \\u-99999 \\pict\\picw999999999 00}"
    yield "plain", "object.rtf", b"{\\rtf1{\\object\\objdata " + b"01050000" * 200_000 + b"}}"
    yield "plain", "quotes.md", b">" * 50_000 + b"\n" + b"[" * 50_000 + b"*_" * 50_000
    yield "plain", "mail.eml", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 20_000
    yield "plain", "tar.tar", b"x" * 100 + b"0000777\0" * 3 + b"77777777777\0" + bytes(400)
    for suffix in ("jpg", "mp3", "mp4", "pdf", "docx", "svg", "heic", "flac"):
        yield "noise", f"noise.{suffix}", chance.randbytes(40_000)
