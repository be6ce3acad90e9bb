"""The file connector: what it reads, when it reads again, and what it does with files that are damaged, hostile or gone."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from connectors import stix_file, stix_file_find
from connectors.hostile import envelope, sample_object
from connectors.stix_file import PAGE_BYTES, PAGE_OBJECTS, StixFileSource
from connectors.stix_file_open import FileReader
from connectors.stix_file_settings import StixFileSettings
from schemas.errors import ConfigError, SourceUnavailable
from tests.connectors.support import poll


def source(path: Path | str, **settings: Any) -> StixFileSource:
    return StixFileSource(StixFileSettings.model_validate({"path": str(path), **settings}))


def write(path: Path, *numbers: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(envelope(sample_object(number) for number in numbers))
    return path


def test_a_folder_is_read_in_order_of_name_with_its_sub_folders(tmp_path: Path) -> None:
    write(tmp_path / "b.json", 2)
    write(tmp_path / "a" / "z.STIX2", 1)
    write(tmp_path / "c.stix", 3)
    (tmp_path / "d.json.gz").write_bytes(gzip.compress(envelope([sample_object(4)])))
    write(tmp_path / "notes.txt", 9)
    write(tmp_path / ".half-written.json", 9)
    write(tmp_path / ".hidden" / "e.json", 9)
    result = poll(source(tmp_path))
    assert (result.error, result.numbers) == (None, [1, 2, 3, 4])


def test_a_file_and_a_pattern(tmp_path: Path) -> None:
    one = write(tmp_path / "one.txt", 1)
    write(tmp_path / "x" / "two.txt", 2)
    write(tmp_path / "x" / "y" / "three.txt", 3)
    assert poll(source(one)).numbers == [1]
    assert poll(source(tmp_path / "*.txt")).numbers == [1]
    assert poll(source(tmp_path / "**" / "t*.txt")).numbers == [2, 3]
    assert poll(source(tmp_path / "*.none")).pages == []


@pytest.mark.parametrize(
    ("document", "numbers"),
    [
        ({"type": "bundle", "id": "bundle--1", "objects": [sample_object(1), sample_object(2)]}, [1, 2]),
        ({"more": False, "objects": [sample_object(1)]}, [1]),
        ([sample_object(1), sample_object(2)], [1, 2]),
        (sample_object(1), [1]),
        ({"objects": []}, []),
        ([], []),
    ],
)
def test_every_form_of_document(tmp_path: Path, document: Any, numbers: list[int]) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document))
    result = poll(source(path))
    assert (result.numbers, result.reasons) == (numbers, [])


def test_objects_keep_their_bytes(tmp_path: Path) -> None:
    raw = b'{ "type":"x-odd",   "id": "x-odd--1", "n": 1.50 }'
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf [\n" + raw + b"\n]\n")
    assert poll(source(tmp_path)).pages[0].objects == (raw,)


def test_nothing_there_is_told_and_an_empty_folder_is_fine(tmp_path: Path) -> None:
    for missing in (tmp_path / "missing", tmp_path / "missing" / "*.json"):
        with pytest.raises(ConfigError, match="Create it"):
            next(source(missing).pages({}, Event()))
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(ConfigError):
        next(source(tmp_path / "pipe.json").pages({}, Event()))
    assert poll(source(tmp_path)).pages == []


def test_relative_paths_are_meant_from_the_hub_s_folder(tmp_path: Path) -> None:
    hub = tmp_path / "hub[1]"
    write(hub / "in" / "a.json", 1)
    for path in ("in", "in/a.json", "in/*.json"):
        settings = StixFileSettings.model_validate({"path": path}, context={"folder": hub})
        assert poll(StixFileSource(settings)).numbers == [1]


def test_only_what_is_new_or_changed_is_read_again(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.json", 1), write(tmp_path / "b.json", 2)
    feed = source(tmp_path)
    done = poll(feed).cursor
    assert poll(feed, done).pages == []
    write(tmp_path / "c.json", 3)
    write(b, 2, 4)
    changed = poll(feed, done)
    assert changed.numbers == [2, 4, 3]
    facts = a.stat()
    write(a, 7)
    os.utime(a, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # same size, same time, other content
    assert poll(feed, changed.cursor).numbers == [7]


def test_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    write(tmp_path / "a.json", 1)
    done = poll(source(tmp_path)).cursor
    (tmp_path / "a.json").unlink()
    write(tmp_path / "b.json", 2)
    assert len(poll(source(tmp_path), done).cursor["done"]) == 1


def test_pages_are_bounded(tmp_path: Path) -> None:
    write(tmp_path / "many.json", *range(PAGE_OBJECTS * 2 + 1))
    (tmp_path / "wide.json").write_bytes(envelope(sample_object(n, description="x" * 100_000) for n in range(12)))
    result = poll(source(tmp_path))
    assert [len(page.objects) for page in result.pages] == [PAGE_OBJECTS, PAGE_OBJECTS, 1, 5, 5, 2]
    assert all(sum(map(len, page.objects)) <= PAGE_BYTES for page in result.pages)


def test_a_poll_goes_on_inside_a_file_from_every_cursor(tmp_path: Path) -> None:
    write(tmp_path / "a.json", *range(1234))
    write(tmp_path / "b.json", 5000)
    feed = source(tmp_path)
    whole = poll(feed)
    for number, page in enumerate(whole.pages):
        rest = poll(feed, json.loads(json.dumps(dict(page.cursor))))
        assert rest.pages == whole.pages[number + 1 :]


def test_a_file_that_changed_meanwhile_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", *range(600))
    pages = source(tmp_path).pages({}, Event())
    half = next(pages).cursor
    write(path, *range(601))
    assert poll(source(tmp_path), half).numbers == list(range(601))


@pytest.mark.parametrize("cursor", [{"done": 5}, {"done": {}, "current": "x"}, {"other": 1}])
def test_a_damaged_cursor_begins_anew(tmp_path: Path, cursor: dict[str, Any]) -> None:
    write(tmp_path / "a.json", 1)
    assert poll(source(tmp_path), cursor).numbers == [1]


@pytest.mark.parametrize(
    ("spoil", "numbers", "reasons"),
    [
        (lambda body: body[:-1], [1, 2], ["truncated-json"]),
        (lambda body: body[:-30], [1], ["truncated-json"]),
        (lambda body: b"", [], ["not-json"]),
        (lambda body: b"<stix/>", [], ["not-json"]),
        (lambda body: json.dumps([sample_object(1)]).encode()[:-1], [1], ["truncated-json"]),
        (lambda body: gzip.compress(body)[:-20], None, ["truncated-json"]),
        (lambda body: gzip.compress(body)[:20] + b"\xff" * 40, [], ["not-json"]),
        (lambda body: gzip.compress(body) + b"\0" * 99, [1, 2], []),
        (lambda body: gzip.compress(body[:50]) + gzip.compress(body[50:]), [1, 2], []),
        (lambda body: body.replace(b'"2.1"', b"nope", 1), [2], ["malformed-json"]),
    ],
    ids=["frame", "object", "empty", "xml", "list", "short-gzip", "bad-gzip", "padded", "members", "one-bad"],
)
def test_damaged_files_give_what_can_be_read(
    tmp_path: Path, spoil: Callable[[bytes], bytes], numbers: list[int] | None, reasons: list[str]
) -> None:
    (tmp_path / "a.json").write_bytes(spoil(envelope([sample_object(1), sample_object(2)])))
    write(tmp_path / "b.json", 3)
    result = poll(source(tmp_path))
    assert result.error is None
    assert result.numbers[-1] == 3
    assert numbers is None or result.numbers[:-1] == numbers
    assert result.reasons == reasons


def test_a_gzip_bomb_ends_early_and_keeps_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"[" + json.dumps(sample_object(1)).encode() + b"," + b" " * (100 << 20) + b"]"))
    write(tmp_path / "b.json", 2)
    tracemalloc.start()
    result = poll(source(tmp_path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (result.error, result.numbers, result.reasons) == (None, [1, 2], ["truncated-json", "too-large"])
    assert peak < 16 << 20


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    with (tmp_path / "big.json").open("wb") as file:
        file.write(b'{"type": "bundle", "id": "bundle--1", "objects": [')
        block = b",".join(json.dumps(sample_object(number, description="x" * 5000)).encode() for number in range(100))
        file.write(b",".join([block] * 40) + b"]}")
    assert (tmp_path / "big.json").stat().st_size > 20 << 20
    tracemalloc.start()
    count = sum(len(page.objects) for page in source(tmp_path).pages({}, Event()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4000
    assert peak < 8 << 20


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret.json", 9)
    inside = tmp_path / "in"
    write(inside / "a.json", 1)
    (inside / "file.json").symlink_to(tmp_path / "outside" / "secret.json")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "loop.json").symlink_to(inside / "loop.json")
    (inside / "up").symlink_to(tmp_path)
    (inside / "same.json").symlink_to(inside / "a.json")
    assert poll(source(inside)).numbers == [1, 1]
    assert poll(source(inside / "*" / "*.json")).numbers == []
    assert 9 not in poll(source(inside / "*" / "*" / "*.json")).numbers


def test_a_link_put_in_a_file_s_place_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = write(tmp_path / "outside.json", 9)
    swapped = write(tmp_path / "in" / "a.json", 1)
    write(tmp_path / "in" / "b.json", 2)
    listing = stix_file_find.find_files(tmp_path / "in")
    swapped.unlink()
    swapped.symlink_to(outside)
    monkeypatch.setattr(stix_file, "find_files", lambda _: listing)
    result = poll(source(tmp_path / "in"))
    assert result.numbers == [2]
    assert isinstance(result.error, SourceUnavailable)


def test_a_file_that_vanishes_costs_no_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "a.json", 1)
    gone = write(tmp_path / "b.json", 2)
    write(tmp_path / "c.json", 3)
    pages = source(tmp_path).pages({}, Event())
    first = next(pages)
    gone.unlink()
    assert [len(page.objects) for page in (first, *pages)] == [1, 1]


def test_a_file_that_shrinks_while_it_is_read_gives_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps([sample_object(n, description="x" * 500) for n in range(1500)]).encode())
    pages = source(tmp_path).pages({}, Event())
    first = next(pages)
    os.truncate(path, 600_000)
    rest = list(pages)
    assert len(first.objects) == PAGE_OBJECTS
    assert [fragment.reason for page in rest for fragment in page.fragments] == ["truncated-json"]


def test_a_file_that_fails_while_it_is_read_gives_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.json", *range(2000))
    write(tmp_path / "b.json", 5000)
    honest = FileReader.read

    def failing(reader: FileReader, size: int) -> bytes:
        if reader._file.tell() > 400_000:
            raise OSError
        return honest(reader, size)

    monkeypatch.setattr(FileReader, "read", failing)
    result = poll(source(tmp_path))
    assert isinstance(result.error, SourceUnavailable)
    assert len(result.numbers) > 600
    assert result.numbers[-1] == 5000
    monkeypatch.undo()
    again = poll(source(tmp_path), result.cursor)
    assert set(result.numbers) | set(again.numbers) == {*range(2000), 5000}


NOBODY = 65534


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder, and no more rights than anybody has: root may read everything."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name) / "warm.json", 1)
        poll(source(name))  # whatever is imported late is imported now, while the interpreter's own files can be read
        (Path(name) / "warm.json").unlink()
        root = os.geteuid() == 0
        if root:
            os.chown(name, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)


def test_unreadable_files_are_told_after_the_rest(unprivileged: Path) -> None:
    write(unprivileged / "a.json", 1).chmod(0)
    write(unprivileged / "b.json", 2)
    result = poll(source(unprivileged))
    assert result.numbers == [2]
    assert isinstance(result.error, SourceUnavailable)


def test_too_many_files_are_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stix_file_find, "MAX_FILES", 2)
    for number in range(3):
        write(tmp_path / f"{number}.json", number)
    result = poll(source(tmp_path))
    assert isinstance(result.error, ConfigError)
    assert result.pages == []


def test_large_objects_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(envelope([sample_object(1), sample_object(2, description="x" * 2000), sample_object(3)]))
    result = poll(source(tmp_path, max_object_bytes=1024))
    assert (result.numbers, result.reasons) == ([1, 3], ["too-large"])


def test_a_stop_keeps_the_cursor_where_it_was(tmp_path: Path) -> None:
    write(tmp_path / "a.json", *range(1200))
    stop = Event()
    pages = source(tmp_path).pages({}, stop)
    first = next(pages)
    stop.set()
    assert list(pages) == []
    assert poll(source(tmp_path), first.cursor).numbers == list(range(500, 1200))
