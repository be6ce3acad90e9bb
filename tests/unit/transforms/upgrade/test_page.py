"""The page on STIX 2.0 says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

from transforms.upgrade import upgrade
from transforms.upgrade.containers import MAX_MEMBERS
from transforms.upgrade.domain import LABELS, RENAMED_SECTORS
from transforms.upgrade.draft import Verb
from transforms.upgrade.hashes import RENAMED_HASHES
from transforms.upgrade.marks import MAX_SHARED_MARKINGS
from transforms.upgrade.observables import DROPPED, RENAMED, WRAPPED
from transforms.upgrade.patterns import upgraded_pattern

PAGE = (Path(__file__).parents[4] / "docs" / "stix-2.0.md").read_text()


def test_the_example_is_what_comes_out() -> None:
    old, new = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    assert list(upgrade(old).objects) == new


def test_every_rule_is_told() -> None:
    words = set(re.findall(r"`([^`\n]+)`", PAGE))
    assert {name for type_name, names in RENAMED.items() for name in (type_name, *names, *names.values())} <= words
    assert {name for type_name, paths in DROPPED.items() for path in paths for name in (type_name, path[-1])} <= words
    assert {name for type_name, path in WRAPPED.items() for name in (type_name, path[-1])} <= words
    assert {name for type_name, (target, _) in LABELS.items() for name in (type_name, target)} <= words
    assert {name for pair in (*RENAMED_SECTORS.items(), *RENAMED_HASHES.items()) for name in pair} <= words
    assert set(get_args(Verb)) <= words
    assert f"1 to {MAX_MEMBERS:,} members" in PAGE
    assert f"more than {MAX_SHARED_MARKINGS}" in PAGE


def test_the_pattern_of_the_page() -> None:
    assert upgraded_pattern("[process:binary_ref.created = 1]") == "[process:image_ref.ctime = 1]"
