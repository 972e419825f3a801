"""Pictures, sounds and films that lie: of their size, their parts and where these are."""

# ruff: noqa: E501  (hostile bytes are easier to judge on one line)
from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.portfolio import corpus

File = tuple[str, str, bytes]


def files(sources: dict[str, bytes], web: str, aside: Path) -> Iterator[File]:
    """Yield (group, name, bytes). web and aside are what playlists and references point to."""
    corpus.tone(aside / "secret.wav", 6)
    yield from _vast_pictures(sources)
    yield from _swollen_chunks(sources)
    yield from _false_structures(sources)
    yield from _playlists(sources, web, aside)
    yield from _films(sources, web, aside)
    yield from _polyglots(sources)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, body: bytes = b"", depth: int = 8) -> bytes:
    """Return a PNG that says it is of this size, whatever its body holds."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    inside = png_chunk(b"IDAT", body or zlib.compress(bytes(1_000_000), 9))
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + b"".join(more) + inside
            + png_chunk(b"IEND", b""))  # fmt: skip


@cache
def deflated(size_bytes: int, *, window: int = 15) -> bytes:
    """Return size_bytes of nothing, packed a few hundred times smaller."""
    packer = zlib.compressobj(1, zlib.DEFLATED, window)
    piece = bytes(1 << 20)
    parts = [packer.compress(piece) for _ in range(size_bytes // len(piece))]
    return b"".join((*parts, packer.flush()))


def _vast_pictures(sources: dict[str, bytes]) -> Iterator[File]:
    """Few bytes that say they are a great many pixels."""
    big = struct.pack("<I", 60_000)
    for side in (50_000, 2**31 - 1, 11_000, 0):
        yield "bombs", f"{side}.png", png(side, side)
    yield "bombs", "interlaced.png", png(11_000, 11_000, depth=16)
    yield "bombs", "full.png", png(11_000, 11_000, body=deflated(11_000 * 33_001))
    plain = io.BytesIO()
    corpus.painting(7).save(plain, "JPEG")
    jpeg = plain.getvalue()
    at = jpeg.index(b"\xff\xc0") + 5
    yield "bombs", "vast.jpg", jpeg[:at] + b"\xff\xdc\xff\xdc" + jpeg[at + 4 :]
    yield "bombs", "tall.jpg", jpeg[:at] + b"\xff\xdc\x00\x08" + jpeg[at + 4 :]
    gif = sources["gif"]
    yield "bombs", "screen.gif", gif[:6] + b"\xff\xff\xff\xff" + gif[10:]
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\x08\x01\x00\x00"
    yield "bombs", "frames.gif", gif[:13] + frame * 2000 + b"\x3b"
    yield "bombs", "vast.bmp", sources["bmp"][:18] + big * 2 + sources["bmp"][26:]
    yield "bombs", "negative.bmp", sources["bmp"][:18] + b"\0\0\0\x80" * 2 + sources["bmp"][26:]
    psd = sources["psd"]
    yield "bombs", "vast.psd", psd[:14] + struct.pack(">II", 30_000, 30_000) + psd[22:]
    yield "bombs", "vast.ppm", b"P6 60000 60000 255\n" + bytes(1000)
    yield "bombs", "digits.ppm", b"P6 " + b"9" * 100_000 + b" 1 255\n"
    yield "bombs", "text.ppm", b"P3 11000 11000 255\n" + b"1 " * 100_000
    yield "bombs", "vast.qoi", b"qoif" + struct.pack(">IIBB", 60_000, 60_000, 4, 0) + bytes(8)
    yield (
        "bombs",
        "runs.qoi",
        b"qoif" + struct.pack(">IIBB", 11_000, 11_000, 4, 0) + b"\xfd" * 2**21,
    )
    yield "bombs", "vast.tga", bytes(12) + struct.pack("<HHBB", 65535, 65535, 24, 0) + bytes(99)
    yield "bombs", "runs.tga", (b"\0\0\x0a" + bytes(9) + struct.pack("<HHBB", 11_000, 11_000, 24, 0)
                                + b"\xff\0\0\0" * 1_000_000)  # fmt: skip
    yield "bombs", "vast.dds", (b"DDS " + struct.pack("<IIII", 124, 0x1007, 65535, 65535)
                                + bytes(60) + struct.pack("<II4s", 32, 4, b"DXT1") + bytes(44))  # fmt: skip
    yield "bombs", "vast.sgi", b"\x01\xda\x01\x01\0\x03\xff\xff\xff\xff\0\x03" + bytes(500)
    yield (
        "bombs",
        "vast.pcx",
        b"\x0a\x05\x01\x08\0\0\0\0\xff\xff\xff\xff" + bytes(53) + b"\x03" + bytes(90),
    )
    jp2 = sources["jp2"]
    at = jp2.index(b"ihdr") + 4
    yield "bombs", "header.jp2", jp2[:at] + struct.pack(">II", 60_000, 60_000) + jp2[at + 8 :]
    at = jp2.index(b"\xff\x51") + 6
    yield "bombs", "tiles.jp2", jp2[:at] + struct.pack(">II", 60_000, 60_000) + jp2[at + 8 :]
    icon = png(20_000, 20_000)
    yield "bombs", "inside.ico", (struct.pack("<HHH", 0, 1, 1)
                                  + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(icon), 22) + icon)  # fmt: skip
    yield "bombs", "inside.icns", (b"icns" + struct.pack(">I", 16 + len(icon)) + b"ic10"
                                   + struct.pack(">I", 8 + len(icon)) + icon)  # fmt: skip
    for suffix in ("heic", "avif"):
        data = sources[suffix]
        at = data.index(b"ispe") + 8
        yield (
            "bombs",
            f"vast.{suffix}",
            data[:at] + struct.pack(">II", 60_000, 60_000) + data[at + 8 :],
        )
    webp = sources["webp"]
    yield "bombs", "vast.webp", (b"RIFF" + struct.pack("<I", 40) + b"WEBPVP8L" + struct.pack("<I", 20)
                                 + b"\x2f\xff\xff\xff\x0f" + bytes(15))  # fmt: skip
    yield (
        "bombs",
        "long.webp",
        b"RIFF\xff\xff\xff\xff" + webp[8:16] + b"\xff\xff\xff\x7f" + webp[20:],
    )


def _swollen_chunks(sources: dict[str, bytes]) -> Iterator[File]:
    """Texts, profiles and covers inside pictures and sounds that unpack to far more."""
    packed = deflated(200_000_000)
    whole = zlib.compress(bytes(3 * 60 * 60 + 60), 9)
    yield "bombs", "text.png", png(60, 60, png_chunk(b"zTXt", b"a\0\0" + packed), body=whole)
    yield (
        "bombs",
        "texts.png",
        png(60, 60, *[png_chunk(b"tEXt", b"a\0" + bytes(2**20))] * 20, body=whole),
    )
    yield "bombs", "itext.png", png(60, 60, png_chunk(b"iTXt", b"a\0\1\0\0\0" + packed), body=whole)
    yield "bombs", "profile.png", png(60, 60, png_chunk(b"iCCP", b"a\0\0" + packed), body=whole)
    yield "bombs", "exif.png", png(60, 60, png_chunk(b"eXIf", bytes(range(256)) * 200), body=whole)
    jpeg = sources["jpg"]
    for name, data in (
        ("exif", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(range(256)) * 200),
        ("loop", b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08\0\0\0\x08"),
        ("profile", b"ICC_PROFILE\0\1\1" + b"\xff" * 60_000),
        ("xmp", b"http://ns.adobe.com/xap/1.0/\0" + _laughing_xmp()),
        (
            "deep-xmp",
            b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 20_000,
        ),
        ("iptc", b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff" + b"\x1c\x02" * 9000),
    ):
        marker = (
            b"\xff\xe1" if data[:1] in b"Eh" else b"\xff\xe2" if data[:1] == b"I" else b"\xff\xed"
        )
        segment = marker + struct.pack(">H", len(data) + 2) + data
        yield "tags", f"{name}.jpg", jpeg[:2] + segment + jpeg[2:]
    yield "tags", "comments.jpg", jpeg[:2] + (b"\xff\xfe\xff\xff" + bytes(65533)) * 300 + jpeg[2:]
    cover = png(50_000, 50_000)
    frame = b"\0image/png\0\3\0" + cover
    tag = b"APIC" + struct.pack(">I", len(frame)) + b"\0\0" + frame
    size = bytes(len(tag) >> shift & 127 for shift in (21, 14, 7, 0))
    yield "tags", "cover.mp3", b"ID3\3\0\0" + size + tag + sources["mp3"]
    yield "tags", "endless.mp3", b"ID3\3\0\0\x7f\x7f\x7f\x7f" + sources["mp3"]
    yield "tags", "frames.mp3", b"ID3\4\0\0\0\x0f\x7f\x7f" + b"TIT2\x7f\x7f\x7f\x7f\0\0" * 9000
    flac = sources["flac"]
    yield "tags", "picture.flac", flac[:42] + b"\x06\xff\xff\xff" + flac[42:]
    yield "tags", "comment.flac", b"fLaC\x84\0\0\x28" + b"\xff" * 40 + flac[42:]


def _laughing_xmp() -> bytes:
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{names}]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a11;</x:xmpmeta>'.encode()


def _false_structures(sources: dict[str, bytes]) -> Iterator[File]:
    """Directories that lead back to themselves, sizes that lead outside the file."""
    entry = struct.pack("<HHII", 256, 3, 1, 9)
    ifd = struct.pack("<H", 2) + entry + struct.pack("<HHII", 257, 3, 1, 9) + struct.pack("<I", 8)
    yield "structure", "loop.tif", b"II*\0\x08\0\0\0" + ifd
    many = struct.pack("<HHII", 273, 4, 0xFFFFFFFF, 8)
    yield (
        "structure",
        "strips.tif",
        b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + entry + many * 2 + bytes(4),
    )
    yield "structure", "entries.tif", b"II*\0\x08\0\0\0\xff\xff" + entry * 65535 + bytes(4)
    sub = struct.pack("<HHII", 330, 4, 1, 8)
    yield "structure", "children.tif", b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + sub + bytes(4)
    yield "structure", "big.tif", b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**63) + bytes(99)
    tif = sources["tif"]
    yield "structure", "offset.tif", tif[:4] + b"\xff\xff\xff\x7f" + tif[8:]
    wav = sources["wav"]
    yield "structure", "endless.wav", wav[:4] + b"\xff" * 4 + wav[8:40] + b"\xff" * 4 + wav[44:]
    yield "structure", "channels.wav", wav[:22] + b"\xff\xff" + wav[24:]
    yield "structure", "rate.wav", wav[:24] + b"\1\0\0\0" + wav[28:]
    yield "structure", "fast.wav", wav[:24] + b"\xff\xff\xff\x7f" + wav[28:]
    ogg = sources["ogg"]
    yield "structure", "pages.ogg", ogg[:4000] + (b"OggS\0\0" + b"\xff" * 20 + b"\xff" * 200) * 900
    yield "structure", "granule.ogg", ogg[:-200].replace(b"OggS\0\0", b"OggS\0\4" + b"", 40)
    yield "structure", "sync.mp3", b"\xff\xfb\x90\x64" * 100_000
    yield "structure", "vbr.mp3", sources["mp3"][:6000].replace(b"Info", b"Xing") + b"\xff" * 9000
    heic = sources["heic"]
    yield (
        "structure",
        "loop.heic",
        heic[:4] + heic[4:].replace(b"iloc", b"iref").replace(b"meta", b"ftyp"),
    )


def _playlists(sources: dict[str, bytes], web: str, aside: Path) -> Iterator[File]:
    """Lists of addresses under names of sounds and films, with things before them."""
    secret = aside / "secret.wav"
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{web}/a.ts\n#EXTINF:9,\n{secret}\n"
    concat = f"ffconcat version 1.0\nfile '{secret}'\nfile '{web}/b.mp3'\n"
    sdp = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"
    segment = f"<BaseURL>{secret}</BaseURL><SegmentBase/>"
    mpd = (f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" '
           f'type="static" mediaPresentationDuration="PT6S"><Period><AdaptationSet mimeType="audio/wav">'
           f'<Representation id="1" bandwidth="9">{segment}</Representation></AdaptationSet></Period></MPD>')  # fmt: skip
    asx = f'<asx version="3.0"><entry><ref href="{web}/c.wma"/></entry></asx>'
    for suffix in ("mp3", "mp4", "mkv", "ogg", "jpg", "wav"):
        for kind, text in (
            ("hls", hls),
            ("concat", concat),
            ("sdp", sdp),
            ("dash", mpd),
            ("asx", asx),
        ):
            yield "playlists", f"{kind}.{suffix}", text.encode()
    for name, before in (
        ("bom", b"\xef\xbb\xbf"), ("lines", b"\r\n" * 3000), ("tag", b"ID3\3\0\0\0\0\0\0"),
        ("junk", b"RIFF" + bytes(40)), ("nuls", bytes(5000)), ("comment", b"<?xml version='1.0'?>"),
    ):  # fmt: skip
        for kind, text in (("hls", hls), ("concat", concat), ("dash", mpd), ("sdp", sdp)):
            yield "playlists", f"{kind}-{name}.mp3", before + text.encode()
    yield "playlists", "dash-junk.mp4", sources["mp4"][:64] + mpd.encode() + bytes(3000)
    imf = '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016">'
    yield "playlists", "imf.mov", b" " * 9 + imf.encode()
    yield "playlists", "list.m3u8", hls.encode()
    yield "playlists", "list.ffconcat", concat.encode()
    yield "playlists", "list.sdp", sdp.encode()
    yield "playlists", "list.mpd", mpd.encode()
    subtitles = f"# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n{web}\n"
    yield "playlists", "vobsub.mkv", subtitles.encode()


def _box(kind: bytes, *inside: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, inside))) + kind + b"".join(inside)


def _films(sources: dict[str, bytes], web: str, aside: Path) -> Iterator[File]:
    """Boxes in boxes, tables without end, media that lie elsewhere."""
    film = sources["mp4"]
    nested = b""
    for _ in range(3000):
        nested = _box(b"moov", nested)
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2")
    yield "films", "deep.mp4", head + nested
    at = film.index(b"stsz") + 4
    yield "films", "table.mp4", film[: at + 8] + b"\xff\xff\xff\xff" + film[at + 12 :]
    at = film.index(b"stts") + 8
    yield "films", "times.mp4", film[: at + 4] + b"\xff\xff\xff\xff" * 2 + film[at + 12 :]
    at = film.index(b"tkhd")
    yield (
        "films",
        "vast.mp4",
        film[: at + 80] + struct.pack(">II", 60_000 << 16, 60_000 << 16) + film[at + 88 :],
    )
    at = film.index(b"mvhd")
    yield "films", "century.mp4", film[: at + 20] + b"\xff\xff\xff\xf0" + film[at + 24 :]
    for name, place in (("web", web + "/film.mp4"), ("file", f"file://{aside}/secret.wav")):
        url = _box(b"url ", bytes(4) + place.encode() + b"\0")
        yield (
            "films",
            f"elsewhere-{name}.mp4",
            _replaced(film, b"dref", bytes(4) + b"\0\0\0\1" + url),
        )
        alias = _box(b"alis", bytes(4) + place.encode() + b"\0" * 200)
        yield "films", f"alias-{name}.mov", _replaced(film, b"dref", bytes(4) + b"\0\0\0\1" + alias)
        reference = _box(b"rmra", _box(b"rmda", _box(b"rdrf", bytes(4) + b"url "
                                       + struct.pack(">I", len(place)) + place.encode())))  # fmt: skip
        yield "films", f"moved-{name}.mov", head + _box(b"moov", reference)
    mkv = sources["mkv"]
    at = mkv.index(b"\xb0") + 1
    yield "films", "vast.mkv", mkv[:at] + b"\x84\0\0\xff\xff" + mkv[at + 4 :]
    yield "films", "deep.mkv", mkv[:4] + b"\xff" * 8 + b"\x18\x53\x80\x67" * 3000
    yield "films", "index.avi", sources["avi"][:-20_000] + b"idx1\xff\xff\xff\x7f" + bytes(20_000)
    yield "films", "rate.avi", sources["avi"][:32] + bytes(4) + sources["avi"][36:]
    yield "films", "tags.flv", sources["flv"][:13] + b"\x12\xff\xff\xff" * 20_000


_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"dinf")


def _replaced(data: bytes, kind: bytes, inside: bytes) -> bytes:
    """Return the boxes with the inside of one kind replaced, sizes put right."""
    made, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        size = size if size >= 8 else len(data) - at
        body = data[at + 8 : at + size]
        made.append(_box(name, inside if name == kind
                         else _replaced(body, kind, inside) if name in _PARENTS else body))  # fmt: skip
        at += size
    return b"".join(made)


def _polyglots(sources: dict[str, bytes]) -> Iterator[File]:
    """Files that are two things at once."""
    jpeg, gif, pdf, docx = (sources[kind] for kind in ("jpg", "gif", "pdf", "docx"))
    comment = b"\xff\xfe" + struct.pack(">H", 4002) + pdf[:4000]
    yield "polyglots", "picture.pdf", jpeg[:2] + comment + jpeg[2:] + pdf
    yield "polyglots", "picture.jpg", jpeg + pdf
    yield "polyglots", "gifar.gif", gif + docx
    yield "polyglots", "gifar.docx", gif + docx
    yield "polyglots", "script.png", sources["png"] + b"<script src='http://192.0.2.1/'></script>"
    yield "polyglots", "song.jpg", jpeg + sources["mp3"]
    yield "polyglots", "song.mp3", b"ID3\3\0\0\0\0\0\0" + jpeg
    yield "polyglots", "book.epub", pdf + sources["epub"]
