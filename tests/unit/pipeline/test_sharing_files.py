"""All folders of sharing files, held against each other and against the last good reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.sharing_files import read_sharing_files, try_sharing_files
from schemas.errors import ConfigError
from schemas.sharing import SharingSet
from tests.support.sharing import SOUND, Files, changed, write_set


def read(folder: Path, files: Files = SOUND, last: Any = None) -> SharingSet:
    return read_sharing_files(write_set(folder, files), (), last)


def test_all_folders_are_read(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert set(found.partners) == {"maker", "other", "taker"}
    assert (set(found.communities), set(found.overlays), set(found.templates)) == ({"forum"}, {"law"}, {"base@1.0.0"})
    assert found.communities_of(found.partners["maker"]) == {"forum"}


def test_two_versions_of_a_template_stand_side_by_side(tmp_path: Path) -> None:
    files = {**SOUND, "templates/base@1.1.0": {**SOUND["templates/base"], "version": "1.1.0"}}
    assert set(read(tmp_path, files).templates) == {"base@1.0.0", "base@1.1.0"}


def test_a_member_is_one_where_both_say_so(tmp_path: Path) -> None:
    found = read(tmp_path, changed("communities/forum", members=["taker"]))
    assert found.communities_of(found.partners["maker"]) == frozenset()
    assert found.communities_of(found.partners["taker"]) == {"forum"}
    none = read(tmp_path, {**SOUND, "communities/forum": {"id": "forum", "version": "1.0.0"}})
    assert none.communities_of(none.partners["taker"]) == frozenset()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (changed("policies/taker", extends=["base@2.0.0"]), "policies/taker.yaml: extends: base@2.0.0 is not there; known are: base@1.0.0"),
        (changed("overlays/law", extends=["gone@1.0.0"]), "overlays/law.yaml: extends: gone@1.0.0 is not there"),
        (changed("agreements/agr", extends=["gone@1.0.0"]), "agreements/agr.yaml: extends: gone@1.0.0 is not there"),
        (changed("templates/base", extends=["base@1.0.0"]), "templates/base.yaml: extends: it leads back to base@1.0.0 itself"),
        (changed("communities/forum", members=["nobody"]), "communities/forum.yaml: members: nobody is no partner"),
        (changed("overlays/law", members=["nobody"]), "overlays/law.yaml: members: nobody is no partner"),
        (changed("policies/taker", release={"never_with": ["nobody"]}), "policies/taker.yaml: never_with: nobody is no partner"),
        (changed("overlays/law", jurisdictions=None), "name members or jurisdictions"),
        (changed("templates/base", id="other"), "templates/base.yaml:1: id: is other, but the file is called base"),
        ({**SOUND, "templates/base@1.0.0": SOUND["templates/base"]}, "base@1.0.0 stands in another file, too"),
        ({**SOUND, "templates/base@2.0.0": SOUND["templates/base"]}, "id: is base@1.0.0, but the file is called base@2.0.0"),
        (changed("policies/taker", extends=["base"]), "policies/taker.yaml:4: extends.0: "),
    ],
)
def test_mistakes_between_files(tmp_path: Path, files: Files, told: str) -> None:
    reading = try_sharing_files(write_set(tmp_path, files), ())
    assert reading.files is None
    assert any(told in line for line in reading.mistakes), reading.mistakes


def test_a_circle_of_templates_is_found_whoever_is_in_it(tmp_path: Path) -> None:
    circle = {f"templates/{one}": {"id": one, "version": "1.0.0", "extends": [f"{other}@1.0.0"]} for one, other in ("ab", "bc", "ca")}
    lines = try_sharing_files(write_set(tmp_path, {**SOUND, **circle}), ()).mistakes
    assert [line.partition(": ")[0].rpartition("/")[2] for line in lines] == ["a.yaml", "b.yaml", "c.yaml"]


def cuts(text: str) -> list[int]:
    """Places before, inside and after each line, except the end of the last."""
    ends = [place for place, letter in enumerate(text) if letter == "\n"]
    return sorted({0, *ends, *(end + 1 for end in ends[:-1]), *(end + 4 for end in ends[:-1])})


@pytest.mark.parametrize("name", sorted(SOUND))
def test_a_file_cut_off_anywhere_is_never_read_as_a_whole_one(tmp_path: Path, name: str) -> None:
    """Inside a line it is refused by itself. At the end of a line it may be another whole file; its version gives it away."""
    last = read(tmp_path).record
    text = yaml.safe_dump(SOUND[name], sort_keys=False)
    for end in cuts(text):
        reading = try_sharing_files(write_set(tmp_path, {name: text[:end]}), (), last)
        if text[:end].endswith("\n") and name.startswith("partners/"):
            continue  # a partner has no version
        assert reading.files is None, text[:end]


def test_who_writes_markers_is_safe_at_the_end_of_a_line_too(tmp_path: Path) -> None:
    text = f"---\n{yaml.safe_dump({**SOUND['partners/taker'], 'suspended': True}, sort_keys=False)}...\n"
    assert read(tmp_path, {**SOUND, "partners/taker": text}).partners["taker"].suspended
    for end in cuts(text)[1:]:
        assert try_sharing_files(write_set(tmp_path, {"partners/taker": text[:end]}), ()).files is None


def test_the_record_holds_across_restarts(tmp_path: Path) -> None:
    last = json.loads(json.dumps(read(tmp_path).record))
    assert read(tmp_path, SOUND, last).record == last


@pytest.mark.parametrize("name", ["overlays/law", "communities/forum"])
def test_what_narrows_by_itself_does_not_vanish_silently(tmp_path: Path, name: str) -> None:
    last = read(tmp_path).record
    (tmp_path / f"{name}.yaml").unlink()
    with pytest.raises(ConfigError, match=f"{name}.yaml: was there and is gone; put it back, and say `retired: true`"):
        read_sharing_files(tmp_path, (), last)
    retired = read(tmp_path, changed(name, retired=True, version="1.1.0"), last).record
    (tmp_path / f"{name}.yaml").unlink()
    assert read_sharing_files(tmp_path, (), retired)


def test_a_file_that_changes_says_so_in_its_version(tmp_path: Path) -> None:
    last = read(tmp_path).record
    with pytest.raises(ConfigError, match=r"overlays/law\.yaml: version: it says something else than before, but is still 1\.0\.0"):
        read(tmp_path, changed("overlays/law", minimize=None), last)
    assert read(tmp_path, changed("overlays/law", minimize=None, version="1.0.1"), last)


def test_the_digest_of_a_recipient_changes_with_what_concerns_it(tmp_path: Path) -> None:
    found = read(tmp_path).digest_for("taker")
    assert read(tmp_path).digest_for("taker") == found
    assert read(tmp_path, changed("overlays/law", minimize=None)).digest_for("taker") != found
    assert read(tmp_path, changed("policies/taker", release={"tlp_max": "clear"})).digest_for("taker") != found
    elsewhere = {"overlays/far": {"id": "far", "version": "1.0.0", "jurisdictions": ["CHE"]}}
    assert read(tmp_path, {**SOUND, **elsewhere}).digest_for("taker") == found
