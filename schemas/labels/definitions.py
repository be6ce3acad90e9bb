"""What one marking definition says, whatever system it is of. Nobody's word is taken for an id that exists already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemas.labels.acs import acs_label
from schemas.labels.handling import handling_label
from schemas.labels.iep import iep_label
from schemas.labels.join import join
from schemas.labels.model import FAULT, UNKNOWN, Label
from schemas.labels.pap import PAP_BY_ID, claims_pap, pap_label
from schemas.labels.tlp import tlp_label
from schemas.labels.words import words_in
from schemas.markings import TLP2_EXTENSION, TLP_BY_ID, claims_tlp
from schemas.stix.extensions_known import ACS_EXTENSION, HANDLING_EXTENSION, IEP_EXTENSION, PAP_EXTENSION

_BODIES: Mapping[str, Callable[[Mapping[str, Any]], Label]] = {
    IEP_EXTENSION: iep_label,
    ACS_EXTENSION: acs_label,
    HANDLING_EXTENSION: handling_label,
}
_BY_CLAIM = frozenset({TLP2_EXTENSION, PAP_EXTENSION})


def label_of(definition: Mapping[str, Any]) -> Label:
    """The label of one marking definition: all that it claims, joined with the words in it, which only restrict further."""
    said = [words_in(definition)]
    if claims_tlp(definition):
        said.append(tlp_label(definition))
    if claims_pap(definition):
        said.append(pap_label(definition))
    extensions = definition.get("extensions", {})
    if not isinstance(extensions, Mapping):
        return FAULT
    for name, body in extensions.items():
        if name in _BODIES:
            said.append(_BODIES[name](body) if isinstance(body, Mapping) else FAULT)
        elif name not in _BY_CLAIM:
            said.append(UNKNOWN)
    kind = definition.get("definition_type")
    if kind == "statement":
        said.append(Label(statement=True))
    elif kind not in {None, "tlp"} or ("definition" in definition and kind is None):
        said.append(UNKNOWN)
    if len(said) == 1:
        said.append(UNKNOWN)
    return join(*said)


def label_of_id(marking_id: str) -> Label | None:
    """What an id says by itself, since it exists once and for all (TLP 1 and 2, PAP); None for all others."""
    return _BY_ID.get(marking_id)


_BY_ID: Mapping[str, Label] = {
    **{identifier: Label(tlp=level) for identifier, level in TLP_BY_ID.items()},
    **{identifier: Label(pap=level) for identifier, level in PAP_BY_ID.items()},
}

WELL_KNOWN_MARKINGS = frozenset(_BY_ID)
"""Ids of the definitions that exist once and for all: nobody has to be sent them."""
