"""What pictures say, written by ExifTool and Pillow."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import PngImagePlugin

from desktop.model.suggestions import Vocabulary
from desktop.portfolio.content import Embedded
from desktop.portfolio.tags import exif
from desktop.portfolio.tags.containers import is_bare
from desktop.portfolio.tags.pictures import read_image_tags
from tests.portfolio import corpus
from tests.portfolio.tags.reading import SAID, said, told

XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" %s>%s</rdf:Description></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
)
PLUS = 'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
DMI = "http://ns.useplus.org/ldf/vocab/DMI-"


def with_xmp(path: Path, namespaces: str, body: str) -> Path:
    """Write a small picture with an XMP packet; Pillow puts it in as it is."""
    packet = XMP % (namespaces, body)
    if path.suffix == ".png":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", packet)
        corpus.painting(1, (40, 30)).save(path, pnginfo=chunks)
    else:
        corpus.painting(1, (40, 30)).save(path, xmp=packet.encode())
    return path


def test_a_picture_from_a_studio() -> None:
    made = read_image_tags(said("iptc.jpg"))
    assert made.name == "Harbour at dawn"
    assert [one.name for one in made.creators] == ["Ana Sousa", "Bo Lind"]
    assert made.rights == "© 2024 Ana Sousa"
    assert made.created == "2024-05-31"
    assert made.identifiers == (("doi", "10.5555/12345678"),)
    assert made.language == "en"
    assert made.keywords == ("harbour", "dawn, early")
    assert told(made.ai_use) == [
        ("plus:DataMining", f"{DMI}PROHIBITED-AIMLTRAINING",
         {"train": "deny", "train-generative": "deny"}),
        ("plus:OtherConstraints", "Ask the studio first", {}),
        ("xmpRights:UsageTerms", "No AI without a licence", {}),
        ("xmpRights:WebStatement", "https://ana.example/terms", {}),
    ]  # fmt: skip


def test_a_picture_from_before_xmp() -> None:
    made = read_image_tags(said("iptc-only.jpg"))
    assert [one.name for one in made.creators] == ["Ana Sousa", "Bo Lind"]
    assert made.keywords == ("sea", "boat")
    assert (made.rights, made.created) == ("(c) Ana", "2023")
    assert made.ai_use == ()


def test_a_picture_from_windows() -> None:
    made = read_image_tags(said("windows.jpg"))
    assert made.name == "Büro"
    assert [one.name for one in made.creators] == ["Zoë Ánton"]
    assert made.created == ""


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_tdmrep_in_pictures(suffix: str) -> None:
    made = read_image_tags(said(f"tdm.{suffix}"))
    assert told(made.ai_use) == [
        ("tdm:reservation", "1", {"mining": "deny"}),
        ("tdm:policy", "https://ana.example/tdm.json", {}),
    ]


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
@pytest.mark.parametrize("prefix", ["tdm", "tdmrep", "mine"])
@pytest.mark.parametrize("end", ["/", "#"])
def test_any_prefix_of_tdmrep(tmp_path: Path, suffix: str, prefix: str, end: str) -> None:
    path = with_xmp(
        tmp_path / f"a.{suffix}",
        f'xmlns:{prefix}="http://www.w3.org/ns/tdmrep{end}"',
        f"<{prefix}:reservation>1</{prefix}:reservation>",
    )
    assert told(read_image_tags(path).ai_use) == [("tdm:reservation", "1", {"mining": "deny"})]


@pytest.mark.parametrize("prefix", ["tdm", "plus", "xmpRights"])
def test_a_strangers_namespace_says_nothing(tmp_path: Path, prefix: str) -> None:
    """exiv2 names tags by their prefix alone."""
    body = "".join(
        f"<{prefix}:{name}>{value}</{prefix}:{name}>"
        for name, value in (
            ("reservation", "1"),
            ("DataMining", f"{DMI}PROHIBITED"),
            ("UsageTerms", "none"),
        )
    )
    path = with_xmp(tmp_path / "a.png", f'xmlns:{prefix}="http://else.example/"', body)
    assert read_image_tags(path).ai_use == ()
    # The toolkit inside exiv2 remembers prefixes from file to file.
    assert len(read_image_tags(said("iptc.jpg")).ai_use) == 4
    assert len(read_image_tags(said("tdm.png")).ai_use) == 2


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (f"{DMI}PROHIBITED", {"train": "deny", "train-generative": "deny", "search": "deny",
                              "mining": "deny"}),
        (f"{DMI}PROHIBITED-GENAIMLTRAINING", {"train-generative": "deny"}),
        (f"{DMI}PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
         {"train": "deny", "train-generative": "deny", "search": "allow", "mining": "deny"}),
        (
            f"{DMI}PROHIBITED-SEECONSTRAINT",
            dict.fromkeys(("train", "train-generative", "mining"), "constrained"),
        ),
        (f"{DMI}ALLOWED", {"train": "allow", "train-generative": "allow", "search": "allow",
                           "mining": "allow"}),
        (f"{DMI}UNSPECIFIED", {}),
        (f"{DMI}BANANA", {}),
        # As some programs wrote it: the key, or the label.
        ("DMI-PROHIBITED-GENAIMLTRAINING", {"train-generative": "deny"}),
        ("Prohibited for AI/ML training", {"train": "deny", "train-generative": "deny"}),
        ("DMI-BANANA", {}),
        ("prohibited", {}),
        ("PROHIBITED", {}),
    ],
)  # fmt: skip
def test_only_values_of_the_vocabulary_mean_something(
    tmp_path: Path, value: str, meaning: dict[str, str]
) -> None:
    path = with_xmp(tmp_path / "a.png", PLUS, f"<plus:DataMining>{value}</plus:DataMining>")
    made = read_image_tags(path)
    assert told(made.ai_use) == [("plus:DataMining", value, meaning)]
    assert made.ai_use[0].vocabulary is Vocabulary.IPTC


def test_hostile_tags(tmp_path: Path) -> None:
    """Ten megabytes, marks that turn text around, a thousand people: read at once, and little."""
    people = "".join(f"<rdf:li>Person {number}</rdf:li>" for number in range(1000))
    turning = "\u202e" * 500
    body = (
        f"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{'T' * 10_000_000}</rdf:li></rdf:Alt>"
        f"</dc:title><dc:creator><rdf:Seq>{people}</rdf:Seq></dc:creator>"
        f"<dc:rights>{turning}free\u2066</dc:rights>"
        f"<plus:DataMining>{'x' * 100_000}</plus:DataMining>"
    )
    made = read_image_tags(with_xmp(tmp_path / "a.webp", PLUS, body))
    assert len(made.creators) == 50
    assert made.rights == "free"
    assert [len(one.value) for one in made.ai_use] == [2000]


def test_a_text_is_one_value() -> None:
    """exiv2 counts the letters of a plain text as if they were values."""
    packet = XMP % ("", "<dc:identifier>10.5555/a</dc:identifier>")
    assert exif.packet_tags(packet.encode()) == {"Xmp.dc.identifier": "10.5555/a"}


def test_one_creator_of_a_megabyte(tmp_path: Path) -> None:
    body = f"<dc:creator>{'A' * 1_000_000}</dc:creator>"
    made = read_image_tags(with_xmp(tmp_path / "a.webp", PLUS, body))
    assert [len(one.name) for one in made.creators] == [200]


@pytest.mark.parametrize("body", ["<dc:title>half", "&undefined;", "\x00\x01"])
def test_broken_xmp_costs_only_itself(tmp_path: Path, body: str) -> None:
    made = read_image_tags(with_xmp(tmp_path / "a.jpg", PLUS, body))
    assert (made.name, made.ai_use) == ("", ())


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_picture_with_nothing_beside_its_pixels_says_nothing(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    corpus.painting(1, (40, 30)).save(path, dpi=(300, 300))
    assert is_bare(path.read_bytes())
    assert read_image_tags(path) == Embedded()


def test_whatever_could_say_something_is_read(tmp_path: Path) -> None:
    """Every picture that says anything at all, and some that say it where few look."""
    speaking = [path for path in SAID.iterdir() if path.suffix in (".jpg", ".png")]
    assert len(speaking) > 5
    assert not any(is_bare(path.read_bytes()) for path in speaking)
    commented = tmp_path / "a.jpg"
    corpus.painting(1, (40, 30)).save(commented, comment=b"hello")
    assert not is_bare(commented.read_bytes())
    for data in (b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"):
        assert not is_bare(data)
    corpus.painting(1, (40, 30)).save(tmp_path / "b.png")
    assert not is_bare((tmp_path / "b.png").read_bytes()[:-12])
