"""Minimize what one recipient sees of an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.errors import BadInput
from schemas.reasons import HOLD
from schemas.sharing import Minimize
from schemas.sharing.layers import Layer
from transforms.minimize.layers import Why, refusing_below, with_default
from transforms.minimize.places import Place
from transforms.minimize.plans import Plan, Planner
from transforms.minimize.profiles import VERBATIM
from transforms.minimize.result import GONE, Minimized
from transforms.minimize.roles import Role
from transforms.minimize.spot import Key, Pseudonym
from transforms.minimize.walk import walk


class Minimizer:
    """The tables of all files that apply to one recipient, with its verdict for each shape of object worked out once.

    layers:      one for each file; a policy's `minimize` alone stands for itself, on verbatim@1 where it names no profile
    pseudonym:   (kind, value) -> a text that only the holder of the recipient's key can make; without it, nothing is left
    attribution: anonymous or named: whether `created_by_ref` stays
    residual:    hold or withhold: what becomes of an object with personal data in what would be kept
    kind:        the recipient's kind
    """

    def __init__(
        self,
        layers: Sequence[Layer] | Minimize,
        pseudonym: Pseudonym | None = None,
        *,
        attribution: str = "anonymous",
        residual: str = "hold",
        kind: str = "private",
    ) -> None:
        if isinstance(layers, Minimize):
            attribution = layers.attribution or "named"
            residual = layers.residual or residual
            layers = (Layer("policy", layers.profile or VERBATIM, tuple(layers.paths.items())),)
        layers = with_default(layers)
        self._key = key = None if pseudonym is None else Key(pseudonym)

        def planner(threat: bool, *some: Layer) -> Planner:
            return Planner(some, threat=threat, kind=kind, anonymous=attribution != "named", residual=residual, pseudonym=key)

        self._planners = {threat: planner(threat, *layers) for threat in (True, False)}
        self._alone = {threat: tuple(planner(threat, layer) for layer in refusing_below(layers)) for threat in (True, False)}

    def minimize(self, value: dict[str, Any], role: Role = Role.VICTIM, whole: Mapping[str, Any] | None = None) -> Minimized:
        """Apply the tables. Raises BadInput with a reason of WITHHOLD or HOLD of schemas.reasons where the object must not go out.

        whole: the object as it came, where parts of it are gone already; what these said still restricts the rest.
        """
        if self._key is not None:
            self._key.used = False
        whole = value if whole is None else whole
        threat = role is Role.THREAT
        for planner in self._alone[threat]:
            _minimize(planner, value, whole)
        return _minimize(self._planners[threat], value, whole)

    @property
    def is_keyed(self) -> bool:
        """Whether the recipient's key went into what this thread minimized last, so that nobody else may get it."""
        return self._key is not None and self._key.used

    def why(self, place: Place, role: Role = Role.VICTIM) -> tuple[Why, ...]:
        """What each file says of a place, with its rule; '' stands for the file where all files together decide."""
        return self._planners[role is Role.THREAT].why(place)


def _minimize(planner: Planner, value: dict[str, Any], whole: Mapping[str, Any]) -> Minimized:
    plan = planner.plan(value)
    for reason, applies in plan.conditions:
        if applies(whole):
            raise BadInput(reason)
    if plan.refusal is not None and plan.refusal[0] not in HOLD:
        raise BadInput(*plan.refusal)
    changed, told = _worked(plan, planner, value, whole) if plan.work or plan.refusal else ({}, ())
    if not changed and not plan.gone:
        _see_use(plan, value)
        return Minimized(value, (), plan.gone)
    kept = {**value, **changed}
    for name in plan.gone:
        del kept[name]
    for name, left in changed.items():
        if left is GONE:
            del kept[name]
    _see_use(plan, kept)
    if not told:
        return Minimized(kept, plan.changes, plan.gone)
    return Minimized(kept, tuple(dict.fromkeys((*plan.changes, *told))), plan.gone.union(changed))


def _worked(plan: Plan, planner: Planner, value: dict[str, Any], whole: Mapping[str, Any]) -> tuple[dict[str, Any], Sequence[str]]:
    """What becomes of the properties whose values have to be looked at, as far as they change, and how that is told.

    An object that would be both withheld and held is withheld, so all values are looked at before it is held.
    """
    changed: dict[str, Any] = {}
    told: list[str] = []
    held = BadInput(*plan.refusal) if plan.refusal else None
    for name, treatment, deeper, required, shown, as_changed, as_gone in plan.work:
        item = left = value[name]
        try:
            if treatment is not None:
                left = treatment(item, whole)
                if left is not item:
                    told.append(as_gone if left is GONE else as_changed)
            if deeper and left is not GONE:
                left = walk(left, (value["type"], name), shown, whole, planner, told)
                if left is GONE:
                    told.append(as_gone)
        except BadInput as problem:
            if problem.reason not in HOLD:
                raise
            held = held or problem
            continue
        if left is item:
            continue
        if left is GONE and required:
            reason = "required-dropped"
            raise BadInput(reason, shown)
        changed[name] = left
    if held is not None:
        raise held
    return changed, told


def _see_use(plan: Plan, names: Mapping[str, Any]) -> None:
    """Raises BadInput where nothing is left that says what the object is about."""
    for useful in plan.useful:
        if useful.isdisjoint(names):
            reason = "nothing-useful"
            raise BadInput(reason)
