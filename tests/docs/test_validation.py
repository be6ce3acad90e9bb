"""The examples of docs/validation.md have the findings that the page says, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from schemas.config import FeedSettings, LeniencySettings
from schemas.stix.inspection import inspect

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text()
EXAMPLES = re.findall(r"^```json\n(.*?)^```\n\n(\|.*?\|\n(?=\n|\Z))", PAGE, re.MULTILINE | re.DOTALL)


def rows(table: str) -> list[tuple[str, ...]]:
    """The rows of a table below its head."""
    return [tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```json") >= 6


@pytest.mark.parametrize(("body", "table"), EXAMPLES, ids=[str(number) for number in range(len(EXAMPLES))])
def test_an_example_has_the_findings_that_are_told(body: str, table: str) -> None:
    found = [(item.reason, item.path, f"§{item.section}", item.setting or "-") for item in inspect(json.loads(body))]
    assert rows(table) == found


def test_the_settings_and_their_defaults_are_those_of_the_code() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| `(\w+)` \|$", PAGE, re.MULTILINE))
    assert told == LeniencySettings().model_dump()


def test_the_configuration_example_is_one() -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (feed,) = yaml.safe_load(block)["feeds"]
    assert FeedSettings.model_validate(feed).leniency.custom_properties == "strip"
