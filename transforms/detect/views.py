"""The readings of a text that detectors look at: as written, folded, in Latin look-alikes, and what is encoded within it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.detect.decode import fragments
from transforms.detect.fold import DEPTH, FOLDED, QUOTED, SKELETON, Step, read, trace

MAX_TEXT = 100_000
"""Characters of a text that are read. A longer one is not: it is a hit of kind `too-long`, so that nothing unread counts as clean.

Descriptions in ATT&CK stay far below; the worst 100,000 characters that we know take a fifth of a second.
"""

MAX_READ = 4 * MAX_TEXT
"""Characters that all readings of one text may add up to, beside the text itself; more is `too-long` again."""

_QUOTABLE = re.compile(r"=[0-9A-F]{2}|=\r?\n")


@dataclass(slots=True)
class View:
    """One reading. text None: too long to be read. within: the span that a decoded run takes in the text given."""

    text: str | None
    name: str
    source: str
    steps: tuple[Step, ...] = ()
    within: tuple[int, int] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the reading stands in the text given."""
        if self.within is not None:
            return self.within
        return trace(self.source, self.steps).origin(start, end) if self.steps else (start, end)

    def origins(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The same for several, tracing once."""
        if self.within is not None or not self.steps:
            return [self.origin(start, end) for start, end in spans]
        traced = trace(self.source, self.steps)
        return [traced.origin(start, end) for start, end in spans]


def walk(text: str) -> Iterator[View]:
    """Every reading, the text itself first. Each is made when it is asked for."""
    left = MAX_READ
    seen = {text}
    queue = [(View(text, "", text), 0)]
    while queue:
        view, depth = queue.pop(0)
        assert view.text is not None
        forms = [view, *(form for form in _forms(view) if form.text not in seen)]
        for form in forms:
            assert form.text is not None
            if form is not view:
                seen.add(form.text)
                left -= len(form.text)
            if left < 0:
                yield View(None, form.name, text, within=view.within or (0, len(text)))
                return
            yield form
        if depth == DEPTH:
            continue
        for form in forms[:2]:
            assert form.text is not None
            found = list(fragments(form.text))
            places = form.origins([(item.start, item.end) for item in found]) if found else []
            for item, place in zip(found, places, strict=True):
                name = f"{view.name}>{item.how}".lstrip(">")
                if item.text is None:
                    yield View(None, name, text, within=place)
                elif item.text not in seen:
                    seen.add(item.text)
                    left -= len(item.text)
                    if left < 0:
                        yield View(None, name, text, within=place)
                        return
                    queue.append((View(item.text, name, text, within=place), depth + 1))


def _forms(view: View) -> Iterator[View]:
    """Folded; in Latin letters, where it has others; and read as quoted-printable, where it may be."""
    assert view.text is not None
    folded = read(view.text, FOLDED)
    prefix = f"{view.name}>" if view.name else ""
    yield View(folded, f"{prefix}folded", view.text, FOLDED, view.within)
    if not folded.isascii():
        yield View(read(view.text, SKELETON), f"{prefix}look-alikes", view.text, SKELETON, view.within)
    if _QUOTABLE.search(view.text):
        yield View(read(view.text, QUOTED), f"{prefix}quoted-printable", view.text, QUOTED, view.within)


def views(text: str) -> tuple[str, ...]:
    """The text and its readings, without repeats. Of a text that is too long only itself."""
    if len(text) > MAX_TEXT:
        return (text,)
    return tuple(view.text for view in walk(text) if view.text is not None)
