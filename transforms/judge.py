"""What is decided of each candidate of a block, for one recipient, before anything of it is changed: the first five steps."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.labels import WELL_KNOWN_MARKINGS, Label, join
from schemas.markings import Tlp
from transforms.decide import is_choosy, need_reason, purpose_reason, standing_reason, topics_of, type_reason
from transforms.entity import Alike, Block, Candidate, Contribution
from transforms.labels import Labels
from transforms.minimize import FRAME
from transforms.permit import Verdict, permit
from transforms.terms import MAX_LABELS, Ground, Terms
from transforms.weakly import weakly

Pointer = tuple[str | int, ...]


class Judged(NamedTuple):
    """What was decided of a candidate.

    reason: '' or why it is withheld · grant: the signed grant that it rests on · hidden: parts that the recipient may not have
    anonymous: nobody may learn who provided it
    """

    reason: str
    grant: str = ""
    hidden: tuple[Pointer, ...] = ()
    anonymous: bool = False


class Allowed(NamedTuple):
    """What holds of a candidate whatever it says: what was decided, the ground whose rules ask each object whether it is needed (None
    where none does), and whether it holds of all that is alike.
    """

    judged: Judged
    choosy: Ground | None = None
    common: bool = True


@dataclass
class Judge:
    """Everything is worked out once, and of candidates that are alike, of the first.

    leads: the entity that an id of a producer leads to for the recipient, -1 where to none
    """

    block: Block
    terms: Terms
    leads: Callable[[str, str], int]
    labels: Labels = field(init=False)
    _judged: dict[int, Judged] = field(default_factory=dict)
    _alike: dict[Alike, Allowed] = field(default_factory=dict)
    _plain: dict[tuple[str, str, tuple[str, ...]], tuple[Judged, Verdict]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = Labels(self.block, weakly(self._is_open))

    def __call__(self, candidate: Candidate) -> Judged:
        """What is decided of a candidate's current version."""
        known = self._judged.get(id(candidate))  # the block keeps its candidates alive
        if known is None:
            try:
                known = self._judge(candidate)
            except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
                known = Judged("release-error")
            self._judged[id(candidate)] = known
        return known

    def together(self, members: Collection[Candidate]) -> Judged | None:
        """What is decided of candidates that are alike; None where each has to be asked by itself."""
        try:
            judged, choosy, common = self._allowed(next(iter(members)))
        except Exception:  # noqa: BLE001 - then each is asked, and answers for itself
            return None
        if choosy is not None or not common:
            return None
        self._judged.update(dict.fromkeys(map(id, members), judged))
        return judged

    def version(self, candidate: Candidate, version: Contribution) -> Judged:
        """What is decided of an older version of a candidate, whose newest one may be released."""
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            return Judged("no-agreement")
        if version.feed in self.block.recalled.feeds:
            return Judged("recalled")
        return self._needed(candidate, version, self._wanted(candidate, version, ground))

    def label(self, candidate: Candidate, version: Contribution | None = None) -> Label:
        """The label of a candidate as a whole, or of one of its versions."""
        ground = self.terms.ground(candidate.producer)
        version = candidate.current if version is None else version
        unmarked = Tlp.AMBER_STRICT if ground is None else ground.unmarked(self.terms.unmarked.get(version.feed))
        return self.labels.whole(candidate.producer, version, unmarked)

    def _judge(self, candidate: Candidate) -> Judged:
        return self._needed(candidate, candidate.current, self._allowed(candidate))

    def _allowed(self, candidate: Candidate) -> Allowed:
        alike = self.block.kind(candidate)
        if alike is None:
            return self._allow(candidate)
        known = self._alike.get(alike)
        if known is None:
            known = self._allow(candidate)
            if known.common:
                self._alike[alike] = known
        return known

    def _allow(self, candidate: Candidate) -> Allowed:
        reason = standing_reason(candidate, self.terms, self.block)
        if reason:
            return Allowed(Judged(reason))
        if candidate.producer == self.terms.recipient.id and not self.terms.rules.own_objects:
            return Allowed(Judged("own-object"))
        ground = self.terms.ground(candidate.producer)
        if ground is None:
            return Allowed(Judged("no-agreement"))
        reason = type_reason(candidate, self.terms, ground)
        return Allowed(Judged(reason)) if reason else self._wanted(candidate, candidate.current, ground)

    def _wanted(self, candidate: Candidate, version: Contribution, ground: Ground) -> Allowed:
        """What the markings decide, and whether there is a purpose left."""
        judged, verdict = self._permit(candidate, version, ground)
        common = not (verdict.grantable or judged.grant)  # a grant may be for this one object
        if judged.reason:
            return Allowed(judged, None, common)
        reason = purpose_reason(candidate.producer, ground.rules, verdict.forbidden_purposes)
        return Allowed(Judged(reason), None, common) if reason else Allowed(judged, ground if is_choosy(ground.rules) else None, common)

    def _needed(self, candidate: Candidate, version: Contribution, allowed: Allowed) -> Judged:
        """What is left of that where the object itself is asked."""
        reason = "" if allowed.choosy is None else need_reason(candidate, version, self.terms, allowed.choosy.rules)
        return Judged(reason) if reason else allowed.judged

    def _permit(self, candidate: Candidate, version: Contribution, ground: Ground) -> tuple[Judged, Verdict]:
        """What the markings decide; worked out once for all objects of which nothing but the same markings of the whole is to be said."""
        if not version.is_plain:
            return self._permit_by_all(candidate, version, ground)
        key = (candidate.producer, version.feed, version.whole)
        known = self._plain.get(key)
        if known is None:
            known = self._permit_by_all(candidate, version, ground)
            if known[1].grantable or known[0].grant:  # a grant may be for this one object
                return known
            self._plain[key] = known
        return known

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
        return self.leads(candidate.producer, marking) >= 0

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
