"""What one recipient may see of a block: what of its candidates is shown, and what ids and roles therefore mean to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.errors import BadInput
from schemas.ids import CONTRIBUTING
from schemas.labels import redact
from schemas.stix.registry import REQUIRED
from transforms.entity import Block, Candidate, Target
from transforms.judge import Judge, Judged, Pointer
from transforms.minimize import Minimized, Minimizer, Role, role_evidence
from transforms.shared import Effect, Shared
from transforms.terms import Keyed, Terms
from transforms.weakly import weakly

NOWHERE = -1
"""No entity: of what is asked without regard to whose it is."""


class Way(NamedTuple):
    """How a candidate is minimized: what is done with it as a whole, by which tables of verbs, and the parts that are hidden before."""

    effect: Effect
    minimizer: Minimizer
    hidden: tuple[Pointer, ...]


@dataclass
class Sight:
    """Everything is worked out once.

    Who refers to an id tells that it exists, and what it is mapped to tells what it means. So an id that the recipient has no right to is
    as unknown to it as one that nobody has: what a hidden source serves changes nothing here.
    """

    block: Block
    terms: Terms
    shared: Shared = field(default_factory=Shared)
    judge: Judge = field(init=False)
    _found: dict[Target, int] = field(default_factory=dict)
    _shown: dict[tuple[int, str], bool] = field(default_factory=dict)
    _roles: dict[tuple[int, str], Role] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judge = Judge(self.block, self.terms, weakly(self.find))

    def find(self, producer: str, identifier: str) -> int:
        """The entity that an id of a producer leads to; -1 where the recipient may have nothing under that id."""
        known = self._found.get((producer, identifier))
        if known is None:
            known = next((no for no in self.block.targets.get((producer, identifier), ()) if self._leads(producer, no, identifier)), -1)
            self._found[producer, identifier] = known
        return known

    def _leads(self, producer: str, no: int, identifier: str) -> bool:
        """Whether a producer's reference leads to an entity. Ids of observables can be guessed: one that is masked for the recipient is
        found by its own producers alone, else a guess would be tied to the mask.
        """
        if not self._shows(no, identifier):
            return False
        entity = self.block.entities[no]
        if entity.type not in CONTRIBUTING or any(candidate.producer == producer for candidate in entity.candidates):
            return True
        return not self._is_touched(no, entity.candidates, frozenset(CONTRIBUTING[entity.type]))

    def _is_touched(self, no: int, candidates: Iterable[Candidate], names: frozenset[str]) -> bool:
        """Whether any of some properties is not shown as it was written, of those candidates of an entity that go to the recipient."""
        for candidate in candidates:
            if not self.verdict(candidate):
                try:
                    if names & self.minimize(no, candidate).touched:
                        return True
                except BadInput:
                    continue
        return False

    def verdict(self, candidate: Candidate) -> str:
        """'' where the candidate may be released, else a reason code."""
        return self.judge(candidate).reason

    def minimize(self, no: int, candidate: Candidate) -> Minimized:
        """What the recipient may see of a candidate of an entity. Raises BadInput where that is nothing."""
        return self.minimize_by(self.way(no, candidate), candidate)

    def way(self, no: int, candidate: Candidate) -> Way:
        """How a candidate of an entity is minimized. Raises BadInput where no agreement covers it."""
        judged = self.judge(candidate)
        keyed = self._keyed(candidate, judged)
        return Way((id(candidate.current), keyed.effect, self.role(no, candidate)), keyed.minimizer, judged.hidden)

    def keyed(self, candidate: Candidate) -> Keyed:
        """The tables of verbs that apply to a candidate. Raises BadInput where no agreement covers it."""
        return self._keyed(candidate, self.judge(candidate))

    def _keyed(self, candidate: Candidate, judged: Judged) -> Keyed:
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            reason = "no-agreement"
            raise BadInput(reason)
        return ground.unnamed if judged.anonymous else ground.minimizer

    def minimize_by(self, way: Way, candidate: Candidate) -> Minimized:
        """The same, once it is known how."""
        value = candidate.current.value
        whole = self._take_over(way.effect, way.minimizer, value)  # what holds this back, holds back a rest
        if not way.hidden:
            return whole
        left = redact(value, way.hidden)
        if not REQUIRED.get(value["type"], frozenset()) <= left.keys():
            reason = "required-dropped"
            raise BadInput(reason)
        lost = frozenset(name for name, item in value.items() if name not in left or left[name] != item)
        shown, changes, touched = way.minimizer.minimize(left, way.effect[2], value)
        marked = tuple(f"{value['type']}.{name}=tearline" for name in sorted(lost - {"granular_markings"}))
        return Minimized(shown, (*marked, *changes), touched | lost)

    def _take_over(self, effect: Effect, minimizer: Minimizer, value: dict[str, Any]) -> Minimized:
        """What tables of verbs leave of a contribution, the same for every recipient to whom the same ones apply. Raises BadInput."""
        known = self.shared.shown.get(effect)
        if known is None:
            try:
                known = minimizer.minimize(value, effect[2])
            except BadInput as error:
                known = error
            if not minimizer.is_keyed:
                self.shared.shown[effect] = known
        if isinstance(known, BadInput):
            raise BadInput(known.reason, known.path)
        return known

    def is_changed(self, producer: str, identifier: str, names: frozenset[str]) -> bool:
        """Whether any of some properties of what an id names is not shown to the recipient as it was written: nor may a translation be."""
        no = self.find(producer, identifier)
        return self._is_touched(no, self.block.under(no, identifier), names)

    def role(self, no: int, candidate: Candidate) -> Role:
        """Whose an observable is: the threat's where its producer says so in something that the recipient may have; else somebody else's.

        What others say of it counts for what they serve themselves: nobody makes a threat of what somebody else calls a victim.
        """
        if no not in self.block.witnesses:
            return Role.VICTIM
        known = self._roles.get((no, candidate.producer))
        if known is None:
            known = self._roles[no, candidate.producer] = self._role(no, candidate.producer)
        return known

    def _role(self, no: int, producer: str) -> Role:
        names = {candidate.source_id for candidate in self.block.entities[no].candidates if candidate.producer == producer}
        for witness in self.block.witnesses[no]:
            if witness.producer == producer and self._testifies(witness, names):
                return Role.THREAT
        return Role.VICTIM

    def _testifies(self, witness: Candidate, names: set[str]) -> bool:
        """Whether the recipient may have a witness with what it refers to, and it says that something under these names is the threat's.

        Of a message only its markings are asked: that most of it is somebody's own does not make its sender a victim.
        """
        value = witness.current.value
        judged = self.judge(witness)
        if judged.reason or witness.current.revoked or not any(role_evidence(value, name) for name in names):
            return False
        if judged.hidden and not any(role_evidence(redact(value, judged.hidden), name) for name in names):
            return False
        if value["type"] not in CONTRIBUTING and not self._goes(NOWHERE, witness):
            return False
        ends = (value[name] for name in ("source_ref", "target_ref") if name in value)
        return all(end in names or self._may_have(witness.producer, end) for end in ends)

    def _may_have(self, producer: str, identifier: str) -> bool:
        """Whether the recipient may have what a producer's id leads to. Whose an observable is, is not asked again."""
        for no in self.block.targets.get((producer, identifier), ()):
            entity = self.block.entities.get(no)
            for candidate in self.block.under(no, identifier):
                if entity is not None and (not self.verdict(candidate) if entity.type in CONTRIBUTING else self._goes(no, candidate)):
                    return True
        return False

    def _shows(self, no: int, identifier: str) -> bool:
        known = self._shown.get((no, identifier))
        if known is None:
            known = self._shown[no, identifier] = any(self._goes(no, candidate) for candidate in self.block.under(no, identifier))
        return known

    def _goes(self, no: int, candidate: Candidate) -> bool:
        if self.verdict(candidate):
            return False
        try:
            self.minimize(no, candidate)
        except BadInput:
            return False
        return True
