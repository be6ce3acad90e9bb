"""What one recipient may see of a block: verdicts on candidates, and what ids, labels and roles therefore mean to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.errors import BadInput
from schemas.ids import CONTRIBUTING
from schemas.labels import NOTHING, WELL_KNOWN_MARKINGS, Label, join, redact
from schemas.markings import Tlp
from schemas.stix.registry import REQUIRED
from transforms.decide import need_reason, standing_reason, topics_of, type_reason
from transforms.entity import NO_NODES, Block, Candidate, Contribution, Entity, Target
from transforms.labels import Labels
from transforms.minimize import FRAME, Minimized, Minimizer, Role, role_evidence
from transforms.permit import Verdict, permit
from transforms.shared import Effect, Shared
from transforms.terms import MAX_LABELS, Ground, Keyed, Terms

Pointer = tuple[str | int, ...]

NOWHERE = -1
"""No entity: of what is asked without regard to whose it is."""


class Judged(NamedTuple):
    """What was decided of a candidate.

    reason: '' or why it is withheld · grant: the signed grant that it rests on · hidden: parts that the recipient may not have
    anonymous: nobody may learn who provided it
    """

    reason: str
    grant: str = ""
    hidden: tuple[Pointer, ...] = ()
    anonymous: bool = False


@dataclass
class Sight:
    """Everything is worked out once.

    Who refers to an id tells that it exists, and what it is mapped to tells what it means. So an id that the recipient has no right to is
    as unknown to it as one that nobody has: what a hidden source serves changes nothing here.
    """

    block: Block
    terms: Terms
    shared: Shared = field(default_factory=Shared)
    labels: Labels = field(init=False)
    _judged: dict[int, Judged] = field(default_factory=dict)
    _plain: dict[tuple[str, str, tuple[str, ...]], tuple[Judged, Verdict]] = field(default_factory=dict)
    _found: dict[Target, int] = field(default_factory=dict)
    _shown: dict[tuple[int, str], bool] = field(default_factory=dict)
    _roles: dict[tuple[int, str], Role] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = Labels(self.block, self._is_open)

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
        return not self._is_masked(entity)

    def _is_masked(self, entity: Entity) -> bool:
        contributing = frozenset(CONTRIBUTING[entity.type])
        for candidate in entity.candidates:
            if not self.verdict(candidate):
                try:
                    if contributing & self.minimize(entity.no, candidate).touched:
                        return True
                except BadInput:
                    continue
        return False

    def judge(self, candidate: Candidate) -> Judged:
        """What is decided of a candidate's current version."""
        known = self._judged.get(id(candidate))  # the block keeps its candidates alive
        if known is None:
            try:
                known = self._judge(candidate)
            except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
                known = Judged("release-error")
            self._judged[id(candidate)] = known
        return known

    def verdict(self, candidate: Candidate) -> str:
        """'' where the candidate may be released, else a reason code."""
        return self.judge(candidate).reason

    def minimize(self, no: int, candidate: Candidate) -> Minimized:
        """What the recipient may see of a candidate of an entity. Raises BadInput where that is nothing."""
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            reason = "no-agreement"
            raise BadInput(reason)
        judged = self.judge(candidate)
        keyed = self.minimizer(ground, judged)
        minimizer = keyed.minimizer
        value, hidden = candidate.current.value, judged.hidden
        if not hidden:
            return self._take_over((id(candidate.current), keyed.effect, self.role(no, candidate)), minimizer, value)
        role = self.role(no, candidate)
        self._take_over((id(candidate.current), keyed.effect, role), minimizer, value)  # what holds the whole back, holds back the rest
        left = redact(value, hidden)
        if not REQUIRED.get(value["type"], frozenset()) <= left.keys():
            reason = "required-dropped"
            raise BadInput(reason)
        lost = frozenset(name for name, item in value.items() if name not in left or left[name] != item)
        shown, changes, touched = minimizer.minimize(left, role, value)
        marked = tuple(f"{value['type']}.{name}=tearline" for name in sorted(lost - {"granular_markings"}))
        return Minimized(shown, (*marked, *changes), touched | lost)

    def minimizer(self, ground: Ground, judged: Judged) -> Keyed:
        """The tables of verbs that apply to what was judged."""
        return ground.unnamed if judged.anonymous else ground.minimizer

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
        for candidate in self.block.under(no, identifier):
            if not self.verdict(candidate):
                try:
                    if names & self.minimize(no, candidate).touched:
                        return True
                except BadInput:
                    continue
        return False

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

    def judge_version(self, candidate: Candidate, version: Contribution) -> Judged:
        """What is decided of an older version of a candidate, whose newest one may be released."""
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            return Judged("no-agreement")
        if version.feed in self.block.recalled.feeds:
            return Judged("recalled")
        return self._needed(candidate, version, ground)

    def _judge(self, candidate: Candidate) -> Judged:
        reason = standing_reason(candidate, self.terms, self.block)
        if reason:
            return Judged(reason)
        if candidate.producer == self.terms.recipient.id and not self.terms.rules.own_objects:
            return Judged("own-object")
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            return Judged("no-agreement")
        reason = type_reason(candidate, self.terms, ground)
        if reason:
            return Judged(reason)
        return self._needed(candidate, candidate.current, ground)

    def _needed(self, candidate: Candidate, version: Contribution, ground: Ground) -> Judged:
        judged, verdict = self._permit(candidate, version, ground)
        if judged.reason:
            return judged
        reason = need_reason(candidate, version, self.terms, ground.rules, verdict.forbidden_purposes)
        return Judged(reason) if reason else judged

    def _permit(self, candidate: Candidate, version: Contribution, ground: Ground) -> tuple[Judged, Verdict]:
        """What the markings decide; worked out once for all objects of which nothing but the same markings of the whole is to be said."""
        if version.words is not NOTHING or version.nodes is not NO_NODES or version.value["type"] == "marking-definition":
            return self._permit_by_all(candidate, version, ground)
        key = (candidate.producer, version.feed, version.whole)
        known = self._plain.get(key)
        if known is None:
            known = self._permit_by_all(candidate, version, ground)
            if known[1].grantable or known[0].grant:  # a grant may be for this one object
                return known
            self._plain[key] = known
        return known

    def label(self, candidate: Candidate, version: Contribution | None = None) -> Label:
        """The label of a candidate as a whole, or of one of its versions."""
        ground = self.terms.ground(candidate.producer)
        version = candidate.current if version is None else version
        unmarked = Tlp.AMBER_STRICT if ground is None else ground.unmarked(self.terms.unmarked.get(version.feed))
        return self.labels.whole(candidate.producer, version, unmarked)

    def _permit_by_all(self, candidate: Candidate, version: Contribution, ground: Ground) -> tuple[Judged, Verdict]:
        label = self.labels.whole(candidate.producer, version, ground.unmarked(self.terms.unmarked.get(version.feed)))
        verdict, grant = self._ask(candidate, version, ground, label)
        if verdict.reason:
            return Judged(verdict.reason), verdict
        hidden: list[Pointer] = []
        for marking, pointer in version.nodes.marked:
            if not self._goes_along(candidate, version, marking):
                if pointer[0] in FRAME:
                    return Judged("closure-missing-end"), verdict
                hidden.append(pointer)
                continue
            part = join(label, self.labels.of(candidate.producer, (marking,)))
            asked, granted = self._ask(candidate, version, ground, part)
            grant = grant or granted
            if asked.reason:
                if pointer[0] in FRAME:
                    return Judged(asked.reason), asked
                hidden.append(pointer)
        return Judged("", grant, tuple(hidden), verdict.anonymous), verdict

    def _goes_along(self, candidate: Candidate, version: Contribution, marking: str) -> bool:
        """Whether the recipient gets the definition of a marking of a part: a part goes with it or not at all."""
        if marking in WELL_KNOWN_MARKINGS or version.value["type"] == "marking-definition":
            return True
        return self.find(candidate.producer, marking) >= 0

    def _ask(self, candidate: Candidate, version: Contribution, ground: Ground, label: Label) -> tuple[Verdict, str]:
        """The verdict on a label, and the signed grant that it rests on."""
        verdict = self._permitted(ground, label, released=False)
        if not verdict.grantable:
            return verdict, ""
        grant = self.terms.grants.covering(
            producer=candidate.producer,
            recipient=self.terms.recipient.id,
            feed=version.feed,
            source_id=candidate.source_id,
            type=version.value["type"],
            labels=tuple(item for item in version.value.get("labels", ()) if isinstance(item, str)),
            tlp=label.tlp,
            slot=self.terms.slot,
            topics=topics_of(version),
        )
        return (verdict, "") if grant is None else (self._permitted(ground, label, released=True), grant)

    def _permitted(self, ground: Ground, label: Label, *, released: bool) -> Verdict:
        known = ground.verdicts.get((label, released))
        if known is None:
            if len(ground.verdicts) >= MAX_LABELS:
                ground.verdicts.clear()
            known = ground.verdicts[label, released] = permit(
                label,
                ground.giver,
                self.terms.taker,
                ground.rules,
                self.terms.slot,
                is_client=ground.is_client,
                granted=ground.granted,
                released=released,
                encrypted=self.terms.encrypted,
            )
        return known

    def _is_open(self, marking: Candidate) -> bool:
        """Whether a marking's own markings let the recipient know it. One that is marked with others than TLP does not count."""
        ground = self.terms.ground(marking.producer)
        if ground is None or not WELL_KNOWN_MARKINGS.issuperset(marking.current.whole):
            return False
        return not self._permit(marking, marking.current, ground)[0].reason

    def _role(self, no: int, producer: str) -> Role:
        names = {candidate.source_id for candidate in self.block.entities[no].candidates if candidate.producer == producer}
        for witness in self.block.witnesses[no]:
            if witness.producer == producer and self._testifies(witness, names):
                return Role.THREAT
        return Role.VICTIM

    def _testifies(self, witness: Candidate, names: set[str]) -> bool:
        """Whether the recipient may have a witness with what it refers to, and it says that something under these names is the threat's."""
        value = witness.current.value
        judged = self.judge(witness)
        if judged.reason or witness.current.revoked or not any(role_evidence(value, name) for name in names):
            return False
        if judged.hidden and not any(role_evidence(redact(value, judged.hidden), name) for name in names):
            return False
        try:
            self.minimize(NOWHERE, witness)
        except BadInput:
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
