"""Connectors by name: installed, or beside the hub."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from connectors.registry import GROUP, available, load
from connectors.stix_file import StixFileSource
from connectors.taxii import TaxiiSource
from schemas.errors import ConfigError

OWN = '''"""A feed of our own.

More about it.
"""
from pydantic import BaseModel

class Settings(BaseModel):
    pass

class Own:
    name = "own"
    Settings = Settings

    def pages(self, cursor, stop):
        return iter(())
'''


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this tree were installed: the entry points of pyproject.toml, and one that is broken."""
    points = metadata.EntryPoints(
        metadata.EntryPoint(name, value, GROUP)
        for name, value in [
            ("taxii", "connectors.taxii:TaxiiSource"),
            ("stix_file", "connectors.stix_file:StixFileSource"),
            ("broken", "connectors.no_such_module:Source"),
        ]
    )
    monkeypatch.setattr(metadata, "entry_points", lambda **chosen: points.select(**chosen))


def own_folder(hub: Path) -> Path:
    (hub / "connectors").mkdir(exist_ok=True)
    return hub / "connectors"


def test_installed_ones() -> None:
    assert load("taxii") is TaxiiSource
    assert load("stix_file") is StixFileSource


def test_own_ones(tmp_path: Path) -> None:
    (own_folder(tmp_path) / "own.py").write_text(OWN)
    assert load("own", tmp_path).name == "own"


def test_the_list_names_all_without_running_the_operator_s_files(tmp_path: Path) -> None:
    (own_folder(tmp_path) / "own.py").write_text(OWN + "\nraise SystemExit\n")
    (own_folder(tmp_path) / "odd.py").write_text("def (")
    (own_folder(tmp_path) / "test_own.py").write_text("")
    assert [(found.name, found.about) for found in available(tmp_path)] == [
        ("broken", "cannot be loaded"),
        ("odd", "cannot be read"),
        ("own", "A feed of our own."),
        ("stix_file", "STIX bundles, envelopes, lists and single objects in files, a folder, or what matches a pattern."),
        ("taxii", "Objects of a collection on a TAXII 2.1 server."),
    ]
    assert available(tmp_path)[2].where == str(own_folder(tmp_path) / "own.py")


@pytest.mark.parametrize("folder", [None, Path("no-such-folder")])
def test_an_unknown_name_lists_what_exists(folder: Path | None) -> None:
    with pytest.raises(ConfigError, match="There are: broken, stix_file, taxii"):
        load("acme", folder)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("own", OWN.replace('"own"', '"other"'), "holds no class"),
        ("own", "import no_such_module_anywhere", "ModuleNotFoundError"),
        ("own", "1 / 0", "ZeroDivisionError"),
        ("own", "def (", "SyntaxError"),
        ("own", OWN.replace("def pages", "def pagez"), "lacks pages"),
        ("taxii", OWN.replace('"own"', '"taxii"'), "Two connectors"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, name: str, text: str, message: str) -> None:
    (own_folder(tmp_path) / f"{name}.py").write_text(text)
    with pytest.raises(ConfigError, match=message):
        load(name, tmp_path)


def test_a_broken_installed_one_says_so() -> None:
    with pytest.raises(ConfigError, match="cannot be loaded"):
        load("broken")
