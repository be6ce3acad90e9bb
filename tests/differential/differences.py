"""Where Tearline and the witnesses disagree about objects: who is right, by which section, and an example (docs/differences.md)."""

from __future__ import annotations

from tests.differential.classes.stix2_refuses import STIX2_REFUSES
from tests.differential.classes.stix2_takes import STIX2_TAKES
from tests.differential.classes.validator_refuses import VALIDATOR_REFUSES
from tests.differential.classes.validator_takes import VALIDATOR_TAKES
from tests.differential.difference import Difference

ROWS: tuple[Difference, ...] = STIX2_TAKES + STIX2_REFUSES + VALIDATOR_TAKES + VALIDATOR_REFUSES
