"""STIX bundles, envelopes, lists and single objects in files, a folder, or what matches a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.base import Cursor, Page
from connectors.body import Tail
from connectors.stix_file_find import Found, find_files
from connectors.stix_file_open import FileReader, key_of, open_regular, state_of
from connectors.stix_file_settings import StixFileSettings
from schemas.errors import SourceUnavailable
from schemas.split import Fragment, Piece, split

PAGE_OBJECTS = 500
PAGE_BYTES = 512 << 10
"""A page is one message on the bus: large enough to be cheap, small enough to be read and repeated without pain."""


class _Batch:
    """What the page that is being filled holds."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []
        self.fragments: list[Fragment] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self.objects) + len(self.fragments)

    def add(self, part: Piece | Fragment) -> None:
        if isinstance(part, Piece):
            self.objects.append(part.raw)
        else:
            self.fragments.append(part)
        self._size += _size(part)

    def has_room(self, part: Piece | Fragment) -> bool:
        return not len(self) or (len(self) < PAGE_OBJECTS and self._size + _size(part) <= PAGE_BYTES)

    def page(self, done: dict[str, str], current: dict[str, Any] | None = None) -> Page:
        cursor = {"done": dict(done)} if current is None else {"done": dict(done), "current": current}
        return Page(tuple(self.objects), cursor, tuple(self.fragments))


def _size(part: Piece | Fragment) -> int:
    return len(part.raw) if isinstance(part, Piece) else len(part.head)


class StixFileSource:
    """Reads .json, .stix2 and .stix files, also gzipped, in order of name and in bounded memory, and again when they change.

    The cursor remembers every file that was read to its end: 48 bits of its name's hash, and 48 bits of a hash over size, modification
    time, and the first and last 4 KiB. That is about 24 bytes a file in each saved cursor, so a feed may have at most 10,000 files;
    more is refused before anything is read, rather than forgotten and read again for ever. Files that are gone are forgotten. A changed
    file is read again as a whole: repeats are absorbed downstream. Inside the present file the cursor counts parts, and a resumed poll
    steps over them. Write files under another name and rename them: a half-written one is read as it is and again when it is whole.
    """

    name: ClassVar[str] = "stix_file"
    Settings: ClassVar[type[BaseModel]] = StixFileSettings

    def __init__(self, settings: StixFileSettings) -> None:
        self._settings = settings

    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        """One pass over what is new or changed.

        Raises ConfigError where nothing is at the path, and SourceUnavailable for what could not be read, after all the rest.
        """
        listing = find_files(self._settings.path)
        keys = {key_of(file.name) for file in listing.files}
        done = {key: state for key, state in _mapping(cursor.get("done")).items() if key in keys}
        unreadable = listing.closed
        for file in listing.files:
            if stop.is_set():
                return
            try:
                yield from self._file(file, done, _mapping(cursor.get("current")), stop)
            except FileNotFoundError:
                continue  # it was taken away since the folder was listed, which is the other side's right
            except OSError:
                unreadable += 1
        if unreadable:
            message = (
                f"{unreadable} files or folders at {self._settings.path} could not be read; the others were. "
                "Check their permissions and the file system."
            )
            raise SourceUnavailable(message)

    def _file(self, found: Found, done: dict[str, str], current: dict[str, Any], stop: Event) -> Iterator[Page]:
        """Pages of one file; marks it in `done` once it was read to its end. Raises OSError after what could be read."""
        key = key_of(found.name)
        with open_regular(found.path) as file:
            if file is None:
                return
            state = state_of(file)
            if done.get(key) == state:
                return
            passed = current.get("parts", 0) if (current.get("file"), current.get("state")) == (key, state) else 0
            batch = _Batch()
            position = 0
            try:
                for part in _parts(FileReader(file), self._settings.max_object_bytes):
                    if stop.is_set():
                        return
                    if position >= passed:
                        if not batch.has_room(part):
                            yield batch.page(done, {"file": key, "state": state, "parts": position})
                            batch = _Batch()
                        batch.add(part)
                    position += 1
            except OSError:
                if batch:
                    yield batch.page(done, {"file": key, "state": state, "parts": position})
                raise
        done[key] = state
        if batch:
            yield batch.page(done)


def _parts(reader: FileReader, max_object_bytes: int) -> Iterator[Piece | Fragment]:
    """The file's parts, and at the end why it was not whole, unless its last part says so already."""
    tail = Tail(reader.read)
    last: Piece | Fragment | None = None
    for last in split(tail, max_object_bytes):
        yield last
    flaw = reader.flaw or ("" if tail.closed else "truncated-json")
    told = isinstance(last, Fragment) and last.reason in ("truncated-json", "not-json") and flaw != "too-large"
    if flaw and not told:
        yield Fragment(flaw, b"", 0)


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
