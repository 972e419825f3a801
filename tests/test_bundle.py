"""What build.spec asks PyInstaller for, without building; bundle_check.py builds and tries it."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from desktop import __version__

ROOT = Path(__file__).resolve().parent.parent
QT = "PySide6/Qt"
Entry = tuple[str, str, str]


class Asked:
    """Stands in for PyInstaller's classes: remembers what it was asked for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.arguments = arguments
        self.options = options
        self.pure: list[Entry] = []
        self.scripts = [("__main__", "desktop/__main__.py", "PYSOURCE")]
        self.binaries: list[Entry] = []
        self.datas: list[Entry] = []


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that build.spec defines once it has run."""
    names: dict[str, Any] = dict.fromkeys(("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE"), Asked)
    names |= {"SPECPATH": str(ROOT), "workpath": str(tmp_path_factory.mktemp("build"))}
    code = (ROOT / "build.spec").read_text(encoding="utf-8")
    exec(compile(code, "build.spec", "exec"), names)
    return names


@pytest.fixture(scope="module")
def shipped(spec: dict[str, Any]) -> set[str]:
    """The data files and folders, by their paths in the app."""
    return {
        f"{folder}/{Path(source).name}".removeprefix("./")
        for source, folder in spec["analysis"].options["datas"]
    }


def test_one_version_and_one_name(spec: dict[str, Any]) -> None:
    """The version is the one of desktop/__init__.py; the command line has a console; no UPX."""
    terminal = spec["programs"][0].options
    assert spec["bundle"].options["version"] == __version__
    assert (terminal["name"], terminal["console"], terminal["exclude_binaries"]) == (
        "residuals",
        True,
        True,
    )
    assert spec["folder"].options == {"name": "residuals", "upx": False}
    assert not any(program.options["upx"] for program in spec["programs"])


def test_everything_named_exists(spec: dict[str, Any]) -> None:
    options = spec["analysis"].options
    sources = [*spec["analysis"].arguments[0], *[source for source, _ in options["datas"]]]
    sources += [source for source, _ in options["binaries"]]
    sources.append(spec["icon"]())
    assert [source for source in sources if not Path(source).exists()] == []
    assert [name for name in options["hiddenimports"] if not importlib.util.find_spec(name)] == []


def test_resources_go_where_the_app_looks(shipped: set[str]) -> None:
    kept = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    wanted = {str(path.relative_to(ROOT)) for path in kept if path.suffix not in (".py", ".pyc")}
    assert "resources/openclaims.yaml" in wanted
    assert wanted <= shipped
    assert "resources/samples/make_samples.py" not in shipped
    assert "currency_converter/eurofxref-hist.zip" in shipped
    assert "fpdf/data/color_profiles/sRGB2014.icc" in shipped
    assert "iso4217/table.xml" in shipped
    assert "currency_converter/eurofxref-hist.zip" in shipped
    assert "mnemonic/wordlist/english.txt" in shipped
    assert "LICENSE" in shipped


def test_every_package_comes_with_its_licence_and_entry_points(shipped: set[str]) -> None:
    """No pip, which sqlite-utils names for a command this app does not have."""
    packages = {name.rpartition("/")[2].partition("-")[0] for name in shipped if ".dist" in name}
    assert {"keyring", "pyside6_essentials", "pebble", "iscc_lib", "anyio"} <= packages
    assert "pip" not in packages


def test_the_development_group_stays_out(spec: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    group = {_plain(name) for name in project["dependency-groups"]["dev"]}
    excluded = set(spec["analysis"].options["excludes"])
    assert {"pydantic", "tkinter", "iscc_sdk", "pytest", "PyInstaller"} <= excluded
    for module, owners in packages_distributions().items():
        if group & {_plain(owner) for owner in owners}:
            assert module in excluded


def test_nothing_the_app_imports_stays_out(spec: dict[str, Any]) -> None:
    excluded = set(spec["analysis"].options["excludes"])
    missing = {name for name in _imports(ROOT / "desktop") if name in excluded}
    assert missing == {"distributed"}, "an extra, of the machines that scan together"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (f"{QT}/plugins/platforms/libqxcb.so", True),
        (f"{QT}/plugins/platforms/libqoffscreen.so", True),
        (f"{QT}/plugins/platforms/libqwayland.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        (f"{QT}/plugins/platforms/libqcocoa.dylib", True),
        (f"{QT}/plugins/platforms/libqvnc.so", False),
        (f"{QT}/plugins/imageformats/libqsvg.so", True),
        (f"{QT}/plugins/imageformats/libqtiff.so", False),
        (f"{QT}/plugins/platforminputcontexts/libcomposeplatforminputcontextplugin.so", True),
        (f"{QT}/plugins/platformthemes/libqgtk3.so", False),
        (f"{QT}/plugins/tls/libqopensslbackend.so", False),
        (f"{QT}/translations/qt_de.qm", False),
        (f"{QT}/lib/libQt6Core.so.6", True),
        ("libmvec.so.1", False),
        ("iscc_tika/libtika_native.so", True),
        ("resources/samples/works/low-tide.mp3", True),
    ],
)
def test_only_the_plugins_of_qt_that_are_used(
    spec: dict[str, Any], name: str, wanted: bool
) -> None:
    assert spec["is_wanted"]((name, "", "BINARY")) is wanted


@pytest.mark.skipif(sys.platform != "linux", reason="left_over looks at Linux libraries")
def test_libraries_only_an_unwanted_plugin_needed_stay_out(spec: dict[str, Any]) -> None:
    """What is needed in turn stays: the extension needs libQt6Gui, and that needs libQt6DBus."""
    origin = importlib.util.find_spec("PySide6")
    assert origin is not None
    assert origin.origin is not None
    package = Path(origin.origin).parent
    binaries = [("PySide6/QtGui.abi3.so", str(package / "QtGui.abi3.so"), "EXTENSION")]
    binaries += [
        (f"{QT}/lib/{name}", str(package / "Qt" / "lib" / name), "BINARY")
        for name in ("libQt6Gui.so.6", "libQt6Core.so.6", "libQt6DBus.so.6", "libQt6Network.so.6")
    ]
    assert spec["left_over"](binaries) == {"libQt6Network.so.6"}


def test_programs_the_app_starts_get_the_environment_it_was_started_with(
    spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/the/app")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/mine")
    monkeypatch.setenv("QT_PLUGIN_PATH", "/the/app")
    monkeypatch.setenv("QML2_IMPORT_PATH", "/the/app")
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")
    exec(spec["CLEAN_ENVIRONMENT"], {})
    assert os.environ["LD_LIBRARY_PATH"] == "/mine"
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
    gone = {"LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"}
    assert not gone & set(os.environ)
    if sys.platform == "linux":
        scripts = [name for name, _, _ in spec["analysis"].scripts]
        assert scripts == ["clean_environment", "__main__"]


def _plain(requirement: str) -> str:
    """Return the name of a requirement as package indexes compare it."""
    name = requirement.split(">")[0].split("<")[0].split("=")[0].strip()
    return name.lower().replace("_", "-").replace(".", "-")


def _imports(folder: Path) -> Iterable[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                yield node.module.partition(".")[0]
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
