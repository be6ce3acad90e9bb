"""Close a set of releasable objects over their references: what would dangle goes, until nothing changes. It only ever removes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.labels import WELL_KNOWN_MARKINGS
from schemas.stix.registry import REQUIRED

MapReference = Callable[[str], str | None]
"""The id under which the recipient sees what a reference names; None where it does not see it."""

_ALL_SUBJECTS = frozenset({"note", "opinion"})
_ONE_OF = {"network-traffic": ("src_ref", "dst_ref")}
"""Types that need at least one of several references (§6.13)."""


@dataclass(frozen=True, slots=True)
class Links:
    """How an object hangs on others, by entity number; -1 stands for what is not known.

    needs:   each must stay · subjects: each must stay, it is a remark about them · members: at least one must stay
    others:  may go; the object changes, but stays
    """

    needs: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


NO_LINKS = Links()
"""Of what hangs on nothing."""


_HANGING = frozenset({"observed-data", *_ONE_OF}) | {
    name for name, required in REQUIRED.items() if any(item.endswith(("_ref", "_refs")) for item in required)
}
"""Types that may hang on what is no reference to them: a well-known marking in the place of an end."""


def links(value: Mapping[str, Any], refs: Sequence[str], find: Callable[[str], int]) -> Links:
    """The links of one object; `find` gives the entity that a source id means, -1 where it means none. O(references)."""
    type_name = value["type"]
    if not refs and type_name not in _HANGING:
        return NO_LINKS
    required = REQUIRED.get(type_name, frozenset())
    needs: set[int] = set()
    special: set[str] = set()
    subjects: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    for name, item in value.items():
        if name == "object_marking_refs":
            needs.update(find(entry) for entry in item if entry not in WELL_KNOWN_MARKINGS)
            special.update(item)
        elif name == "granular_markings":
            marked = [entry["marking_ref"] for entry in item if "marking_ref" in entry]
            needs.update(find(entry) for entry in marked if entry not in WELL_KNOWN_MARKINGS)
            special.update(marked)
        elif name.endswith("_ref") and name in required:
            needs.add(find(item))
            special.add(item)
        elif name == "object_refs" and (name in required or type_name == "observed-data"):
            found = tuple(find(entry) for entry in item)
            special.update(item)
            if type_name in _ALL_SUBJECTS:
                subjects = found
            else:
                members = found
    others = tuple(find(entry) for entry in refs if entry not in special)
    choice = _ONE_OF.get(type_name)
    if choice is not None:
        members = tuple(find(value[name]) for name in choice if name in value)
    if not (needs or subjects or members or others):
        return NO_LINKS
    return Links(tuple(needs), subjects, members, others)


def close(hanging: Mapping[int, Links]) -> dict[int, str]:
    """Which of the given entities must go, with a reason each: the least set after which nothing needed is missing.

    Iterative, linear in the number of references, whatever the shape of the graph.
    """
    gone: dict[int, str] = {}
    referrers: dict[int, list[int]] = {}
    living_members: dict[int, int] = {}
    queue: deque[int] = deque()
    for entity, link in hanging.items():
        if link is NO_LINKS:
            continue
        for target in {*link.needs, *link.subjects, *link.members}:
            referrers.setdefault(target, []).append(entity)
        if link.members:
            living_members[entity] = len(set(link.members))
    queue.extend(target for target in referrers if target not in hanging)
    while queue:
        lost = queue.popleft()
        for entity in referrers.get(lost, ()):
            if entity in gone:
                continue
            link = hanging[entity]
            if lost in link.needs:
                reason = "closure-missing-end"
            elif lost in link.subjects:
                reason = "closure-subject-withheld"
            else:
                living_members[entity] -= 1
                if living_members[entity]:
                    continue
                reason = "closure-empty"
            gone[entity] = reason
            queue.append(entity)
    return gone


def map_references(value: Mapping[str, Any], seen_as: MapReference) -> dict[str, Any]:
    """The object with each reference as the recipient sees it; references to what it does not see are dropped, lists pruned."""
    found: dict[str, Any] = _map_node(dict(value), seen_as)
    return found


def _map_node(node: Any, seen_as: MapReference) -> Any:
    """Depth is bounded by schemas.split.MAX_DEPTH, so recursion is safe here."""
    if isinstance(node, list):
        return [_map_node(item, seen_as) for item in node]
    if not isinstance(node, dict):
        return node
    mapped: dict[str, Any] = {}
    for name, item in node.items():
        if name.endswith("_refs") and isinstance(item, list):
            known = [entry for entry in item if isinstance(entry, str)]
            left = [target for entry in known if (target := entry if entry in WELL_KNOWN_MARKINGS else seen_as(entry)) is not None]
            if left:
                mapped[name] = list(dict.fromkeys(left))
        elif name.endswith("_ref") and isinstance(item, str):
            target = item if item in WELL_KNOWN_MARKINGS else seen_as(item)
            if target is not None:
                mapped[name] = target
        else:
            mapped[name] = _map_node(item, seen_as)
    return mapped
