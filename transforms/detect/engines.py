"""The engines that run the expressions. Whatever the engine, the same spans are found: only the time differs.

re          the standard library, always there: an expression runs only where its Shape allows it
re2         google-re2 (extra `re2`): the same with time linear by construction
hyperscan   extra `hyperscan`: one pass over the text says which expressions match at all, `re` then says where
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from threading import local
from typing import Any, Literal, Protocol

from schemas.errors import ConfigError
from transforms.detect import addresses, credentials, names, national, numbers, places
from transforms.detect.detector import Detector
from transforms.detect.hits import Hit, settle
from transforms.detect.quiet import PACKED, PLAIN, Index, packed, plain
from transforms.detect.views import MAX_TEXT, walk

ALL: tuple[Detector, ...] = (
    *addresses.DETECTORS,
    *numbers.DETECTORS,
    *national.DETECTORS,
    *places.DETECTORS,
    *credentials.DETECTORS,
    *names.DETECTORS,
)

_UPPER = re.compile(r"\{(\d+),\d{2,}\}")
"""A repeat with a high bound: without the bound it matches no less, and Hyperscan compiles it in a tenth of the time."""

EngineName = Literal["auto", "re", "re2", "hyperscan"]


class Detectors(Protocol):
    """What finds personal data and secrets in a text."""

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every hit, in order of place."""

    def any(self, text: str) -> bool:
        """Whether there is one: as `find`, but cheap where there is none."""


_Entry = tuple[Detector, Callable[[str], Iterator[Any]]]


class _Engine:
    """What engines have in common: the readings, the judges and the bounds."""

    def find(self, text: str) -> tuple[Hit, ...]:
        if len(text) > MAX_TEXT:
            return (Hit("too-long", 0, len(text)),)
        alone, matching = self._look(text)
        if alone:
            return settle(Hit(kind, *span) for kind, span in _spans(text, matching))
        hits: list[Hit] = []
        for view in walk(text):
            if view.text is None:
                hits.append(Hit("too-long", *view.origin(0, 0), view.name))
                continue
            found = list(_spans(view.text, self._matching(view.text)))
            if found:
                places = view.origins([span for _, span in found])
                hits += [Hit(kind, *place, view.name) for (kind, _), place in zip(found, places, strict=True)]
        return settle(hits)

    def any(self, text: str) -> bool:
        if len(text) > MAX_TEXT:
            return True
        alone, matching = self._look(text)
        if any(True for _ in _spans(text, matching)):
            return True
        readings = iter(()) if alone else walk(text)
        next(readings, None)
        return any(view.text is None or any(True for _ in _spans(view.text, self._matching(view.text))) for view in readings)

    def _look(self, text: str) -> tuple[bool, Iterable[_Entry]]:
        """Whether the text as written says it all, and the detectors that may find something in it."""
        return plain(text), self._matching(text)

    def _matching(self, text: str) -> Iterable[_Entry]:
        raise NotImplementedError


def _spans(text: str, matching: Iterable[_Entry]) -> Iterator[tuple[str, tuple[int, int]]]:
    for detector, finditer in matching:
        for match in finditer(text):
            for span in detector.judge(text, *match.span()):
                yield detector.kind, span


class _Expressions(_Engine):
    """Each expression by itself, where the index allows it."""

    def __init__(self, compiler: Callable[[str], Any]) -> None:
        self._matching = Index([(detector, compiler(detector.pattern).finditer) for detector in ALL]).may  # type: ignore[method-assign]


_PLAIN, _PACKED = len(ALL), len(ALL) + 1


class _Hyperscan(_Engine):
    """One pass over the text says which expressions match, and whether it is plain; the expressions are then run by `re`."""

    def __init__(self, hyperscan: Any) -> None:
        self._table = [(detector, re.compile(detector.pattern).finditer) for detector in ALL]
        triggers = [(number, trigger) for number, detector in enumerate(ALL) for trigger in detector.trigger or (detector.pattern,)]
        triggers += [*((_PLAIN, expression) for expression in PLAIN), *((_PACKED, expression) for expression in PACKED)]
        flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_PREFILTER
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[_UPPER.sub(r"{\1,}", expression).encode() for _, expression in triggers],
            ids=[number for number, _ in triggers],
            flags=[flags] * len(triggers),
        )
        self._scratch = hyperscan.Scratch(self._database)
        self._own = local()  # two threads must not write to one scratch

    def _look(self, text: str) -> tuple[bool, Iterable[_Entry]]:
        """As of every engine, with one pass for both questions."""
        found = self._scan(text)
        alone = _PLAIN not in found and not (_PACKED in found and packed(text))
        return alone, [self._table[number] for number in found if number < _PLAIN]

    def _matching(self, text: str) -> Iterable[_Entry]:
        return [self._table[number] for number in self._scan(text) if number < _PLAIN]

    def _scan(self, text: str) -> set[int]:
        scratch = getattr(self._own, "scratch", None)
        if scratch is None:
            scratch = self._own.scratch = self._scratch.clone()
        found: list[int] = []
        self._database.scan(text.encode("utf-8", "replace"), match_event_handler=lambda number, *_: found.append(number), scratch=scratch)
        return set(found)


@cache
def detectors(engine: EngineName = "re") -> Detectors:
    """The detectors by one engine, made once; `auto` takes the fastest that is installed.

    Raises ConfigError naming the extra that is missing.
    """
    if engine == "auto":
        engine = "hyperscan" if find_spec("hyperscan") else "re2" if find_spec("re2") else "re"
    if engine == "re":
        return _Expressions(re.compile)
    try:
        module = import_module(engine)
    except ImportError as error:
        message = f"the engine {engine} is not installed: pip install 'tearline[{engine}]', or take the engine re"
        raise ConfigError(message) from error
    return _Hyperscan(module) if engine == "hyperscan" else _Expressions(module.compile)
