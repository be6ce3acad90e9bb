"""What ids mean to one recipient: a reference leads to what it names only where the recipient may have something under that very id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.errors import BadInput
from schemas.markings import TLP_BY_ID, is_plain_statement
from transforms.decide import decide, label_reason
from transforms.entity import Block, Candidate, Target
from transforms.minimize import Minimizer
from transforms.terms import Terms


@dataclass
class Sight:
    """Verdicts on the candidates of one block, and what follows from them for references; all of it is worked out once.

    Who refers to an id tells that it exists, and what it is mapped to tells what it means. So an id that the recipient has no right to is
    as unknown to it as one that nobody has: what a hidden source serves changes nothing here.
    """

    block: Block
    terms: Terms
    minimizer: Minimizer
    _verdicts: dict[int, str] = field(default_factory=dict)
    _found: dict[Target, int] = field(default_factory=dict)
    _shown: dict[tuple[int, str], bool] = field(default_factory=dict)
    _statements: dict[Target, bool] = field(default_factory=dict)

    def find(self, producer: str, identifier: str) -> int:
        """The entity that an id of a producer leads to; -1 where the recipient may have nothing under that id."""
        known = self._found.get((producer, identifier))
        if known is None:
            known = next((no for no in self.block.targets.get((producer, identifier), ()) if self._shows(no, identifier)), -1)
            self._found[producer, identifier] = known
        return known

    def verdict(self, candidate: Candidate) -> str:
        """'' where the candidate may be released, else a reason code."""
        known = self._verdicts.get(id(candidate))  # the block keeps its candidates alive
        if known is None:
            try:
                statements = self.statements(candidate.producer, candidate.current.labels)
                known = decide(candidate, self.terms, self.block.faults, statements)
            except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
                known = "release-error"
            self._verdicts[id(candidate)] = known
        return known

    def statements(self, producer: str, labels: Iterable[str]) -> frozenset[str]:
        """Which of some markings are plain statements: as their user serves them, or as others do whose markings let the recipient know."""
        return frozenset(label for label in labels if label not in TLP_BY_ID and self._is_statement(producer, label))

    def _is_statement(self, producer: str, label: str) -> bool:
        known = self._statements.get((producer, label))
        if known is None:
            known = any(
                is_plain_statement(candidate.current.value) and (candidate.producer == producer or self._is_open(candidate))
                for no in self.block.targets.get((producer, label), ())
                for candidate in self.block.under(no, label)
            )
            self._statements[producer, label] = known
        return known

    def _is_open(self, marking: Candidate) -> bool:
        """Whether a marking's own markings let the recipient know it. One that is marked with statements in turn does not count."""
        return not label_reason(marking.producer, marking.current, self.terms, self.block.faults, frozenset())

    def _shows(self, no: int, identifier: str) -> bool:
        known = self._shown.get((no, identifier))
        if known is None:
            known = self._shown[no, identifier] = any(self._goes(candidate) for candidate in self.block.under(no, identifier))
        return known

    def _goes(self, candidate: Candidate) -> bool:
        if self.verdict(candidate):
            return False
        try:
            self.minimizer.minimize(candidate.current.value)
        except BadInput:
            return False
        return True
