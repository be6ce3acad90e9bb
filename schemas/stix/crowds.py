"""Many findings of one kind are a few, so that a hostile object of a megabyte costs about what a good one does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.stix.findings import Finding

MOST = 64
"""How many findings of one kind on one part are told one by one. Nobody reads more, and each costs a microsecond wherever it goes: a
megabyte has room for 80,000 wrong keys, which took a second."""

_ENDS = ("", "optional_parts")


def few(found: Iterable[Finding], depth: int = 1, *, alone: bool = False) -> Iterator[Finding]:
    """The findings; where more than MOST of one reason and setting are about parts of one place, one about the whole stands for the others.

    The whole is what the first `depth` steps lead to; with a depth of 0 the object, which no setting can take out. Every reason and
    setting that occurs is told, so the verdict on the object stays the same. If all findings are about one and the same property
    (`alone`), the search ends where the property is known to be lost.
    """
    counts: dict[tuple[object, ...], int] = {}
    for finding in found:
        whole = finding.place[:depth]
        kind = (finding.reason, finding.setting, whole)
        counts[kind] = count = counts.get(kind, 0) + 1
        if count <= MOST:
            yield finding
            continue
        if count == MOST + 1:
            path = ".".join(finding.path.split(".")[:depth]) or finding.path
            yield Finding(finding.reason, path, finding.section, finding.setting, whole)
        if alone and finding.setting in _ENDS:
            return
