"""All folders of sharing files, held against each other and against the last good reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.sharing_files import read_sharing_files, try_sharing_files
from schemas.config import FeedSettings
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


def beside(folder: Path, name: str, content: str | bytes = "id: eu\n") -> list[str]:
    """The mistakes of the sound set with one more file."""
    write_set(folder, SOUND)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [line.removeprefix(f"{folder}/") for line in try_sharing_files(folder, ()).mistakes]


@pytest.mark.parametrize("kind", ["partners", "agreements", "policies", "communities", "overlays", "templates"])
@pytest.mark.parametrize("ending", ["yml", "YML", "YAML", "Yaml"])
def test_a_file_that_would_be_left_unread_is_a_mistake(tmp_path: Path, kind: str, ending: str) -> None:
    expected = f"{kind}/eu.{ending}: only files that end in .yaml count; rename it to eu.yaml, or take it away"
    assert beside(tmp_path, f"{kind}/eu.{ending}") == [expected]


@pytest.mark.parametrize(
    "name", [".eu.yaml", ".eu.yml", ".yaml", "eu.yaml~", "eu.yml~", ".eu.yaml.swp", "#eu.yaml#", "README.md", "eu.txt"]
)
def test_what_an_editor_leaves_and_what_is_for_people_is_ignored(tmp_path: Path, name: str) -> None:
    assert beside(tmp_path, f"overlays/{name}", b"\xff[") == []


def test_a_name_that_cannot_be_printed_is_told_in_one_line(tmp_path: Path) -> None:
    (line,) = beside(tmp_path, "overlays/e\nu.yaml")
    assert line == "overlays: 'e\\nu.yaml': a name that cannot be printed; rename the file to ID.yaml"


def test_a_folder_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    write_set(tmp_path, {name: content for name, content in SOUND.items() if not name.startswith("overlays/")})
    (tmp_path / "overlays").write_text("")
    (line,) = try_sharing_files(tmp_path, ()).mistakes
    assert line == f"{tmp_path / 'overlays'}: cannot be read: Not a directory; it must be a folder that the hub may read"


@pytest.mark.parametrize(
    "name",
    ["partners/maker", "partners/taker", "agreements/agr", "templates/base", "communities/forum", "overlays/law", "policies/taker"],
)
@pytest.mark.parametrize("content", ["nonsense: true\n", "[\n"])
def test_one_broken_file_is_one_mistake(tmp_path: Path, name: str, content: str) -> None:
    feeds = (FeedSettings(id="f", connector="c", producer="maker"),)
    mistakes = try_sharing_files(write_set(tmp_path, {**SOUND, name: content}), feeds).mistakes
    assert {line.partition(":")[0] for line in mistakes} == {f"{tmp_path / name}.yaml"}


@pytest.mark.parametrize(("name", "key"), [("agreements/agr", "id"), ("templates/base", "id"), ("partners/maker", "id")])
def test_who_names_a_file_with_another_id_is_not_at_fault(tmp_path: Path, name: str, key: str) -> None:
    (line,) = try_sharing_files(write_set(tmp_path, changed(name, **{key: "other-id"})), ()).mistakes
    assert f"{name}.yaml:1: {key}: is other-id, but the file is called" in line


def test_a_broken_file_hides_no_other_mistake(tmp_path: Path) -> None:
    files = {**changed("policies/taker", agreements=["agr@1.0.0", "gone@1.0.0"]), "agreements/agr": "[\n", "partners/bad": "x: y\n"}
    told = [line for line in try_sharing_files(write_set(tmp_path, files), ()).mistakes if "policies/" in line]
    assert told == [f"{tmp_path}/policies/taker.yaml: agreements: gone@1.0.0 is not there; known are: none"]


def test_one_broken_version_of_a_template_hides_no_other(tmp_path: Path) -> None:
    files = {**changed("policies/taker", extends=["base@1.0.0", "base@1.1.0", "base@2.0.0"]), "templates/base@1.1.0": "[\n"}
    told = [line for line in try_sharing_files(write_set(tmp_path, files), ()).mistakes if "policies/" in line]
    assert [line.partition(" is not there")[0].rpartition(" ")[2] for line in told] == ["base@2.0.0"]


def test_each_mistake_of_a_file_is_one(tmp_path: Path) -> None:
    mistakes = beside(tmp_path, "overlays/eu.yaml", "id: eu\nversion: x\nmembers: maker\n")
    assert [line.partition(": ")[0] for line in mistakes] == ["overlays/eu.yaml:2", "overlays/eu.yaml:3"]


@pytest.mark.parametrize(
    "value", ["2036-13-01", "2036-01-01T25:00:00Z", '!!int "x"', "9" * 5000, "[" * 5000, "&a [*a]", "{? [a] : b}", "{1: 2}"]
)
def test_a_value_that_cannot_be_is_a_mistake_and_no_crash(tmp_path: Path, value: str) -> None:
    text = yaml.safe_dump(SOUND["agreements/agr"], sort_keys=False)
    (line,) = try_sharing_files(write_set(tmp_path, {**SOUND, "agreements/agr": f"framework: {value}\n{text}"}), ()).mistakes
    assert line.startswith(f"{tmp_path}/agreements/agr.yaml:1: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_what_is_no_utf_8_is_not_called_cut_off(tmp_path: Path, encoding: str) -> None:
    (line,) = beside(tmp_path, "overlays/eu.yaml", "id: eu\nversion: 1.0.0\n".encode(encoding))
    assert line.startswith("overlays/eu.yaml:1: not YAML: ")
    assert line.endswith("; save it as UTF-8 text")


def test_markers_count_behind_a_byte_order_mark_too(tmp_path: Path) -> None:
    text = f"---\n{yaml.safe_dump(SOUND['partners/taker'], sort_keys=False)}"
    (line,) = beside(tmp_path, "partners/taker.yaml", b"\xef\xbb\xbf" + text.encode())
    assert "begins with --- and does not end with ..." in line


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
