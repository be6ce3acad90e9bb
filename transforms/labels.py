"""Which label a contribution has for one recipient: what its markings' definitions say, and its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from schemas.labels import FAULT, UNKNOWN, Label, join, label_of, label_of_id, total
from schemas.markings import Tlp
from transforms.entity import Block, Candidate, Contribution


@dataclass
class Labels:
    """The labels of one block, each worked out once.

    What a marking id means is for the producer to say that uses it. Where it does not serve the definition, the marking stays unknown, and
    what others say of it, as far as the recipient may know their definitions (`is_open`), can only add to that.
    """

    block: Block
    is_open: Callable[[Candidate], bool]
    _known: dict[tuple[str, str], Label] = field(default_factory=dict)
    _joined: dict[tuple[str, tuple[str, ...]], Label] = field(default_factory=dict)

    def of(self, producer: str, markings: tuple[str, ...]) -> Label:
        """What several markings say together, as a producer uses them."""
        known = self._joined.get((producer, markings))
        if known is None:
            known = self._joined[producer, markings] = join(*(self._of_marking(producer, marking) for marking in markings))
        return known

    def whole(self, producer: str, contribution: Contribution, unmarked: Tlp) -> Label:
        """The label of an object as a whole; `unmarked` is the TLP that it counts as where no marking states one.

        A marking definition that is not marked itself, and is no statement, may be known to whoever may have what it marks.
        """
        marked = self.of(producer, contribution.whole)
        value = contribution.value
        if value["type"] != "marking-definition":
            return total((marked,), contribution.words, unmarked)
        own = label_of(value)
        return total((marked, own), contribution.words, unmarked if own.statement else Tlp.CLEAR)

    def _of_marking(self, producer: str, marking: str) -> Label:
        known = self._known.get((producer, marking))
        if known is None:
            known = self._known[producer, marking] = self._work_out(producer, marking)
        return known

    def _work_out(self, producer: str, marking: str) -> Label:
        if (producer, marking) in self.block.faults:
            return FAULT
        fixed = label_of_id(marking)
        if fixed is not None:
            return fixed
        found = list(self._definitions(producer, marking))
        own = [candidate for candidate in found if candidate.producer == producer]
        if own:
            return join(*(label_of(candidate.current.value) for candidate in own))
        return join(UNKNOWN, *(label_of(candidate.current.value) for candidate in found if self.is_open(candidate)))

    def _definitions(self, producer: str, marking: str) -> Iterator[Candidate]:
        for no in self.block.targets.get((producer, marking), ()):
            yield from (item for item in self.block.under(no, marking) if item.current.value["type"] == "marking-definition")
