"""TLP 1 and 2 as a label: nine ids, believed only where id and body agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.labels.model import FAULT, Label
from schemas.markings import TLP_BY_ID, is_genuine_tlp


def tlp_label(definition: Mapping[str, Any]) -> Label:
    """The label of a definition that claims to be TLP."""
    return Label(tlp=TLP_BY_ID[definition["id"]]) if is_genuine_tlp(definition) else FAULT
