"""The configuration of the bus."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.bus.memory import MemoryBus
from pipeline.bus.open import BusSettings, open_bus
from pipeline.bus.sqlite import SqliteBus


def test_the_default_is_one_file_in_the_folder(tmp_path: Path) -> None:
    bus = open_bus(BusSettings(), tmp_path)
    assert isinstance(bus, SqliteBus)
    bus.close()
    assert (tmp_path / "bus.db").is_file()


def test_a_path_is_relative_to_the_folder_and_made(tmp_path: Path) -> None:
    open_bus(BusSettings(path=Path("data/log.db")), tmp_path).close()
    assert (tmp_path / "data" / "log.db").is_file()


def test_memory_is_shared_by_folder(tmp_path: Path) -> None:
    settings = BusSettings(kind="memory")
    bus = open_bus(settings, tmp_path)
    assert isinstance(bus, MemoryBus)
    bus.ensure_topic("t", 2)
    assert open_bus(settings, tmp_path).end_offsets("t") == {0: 0, 1: 0}
    assert open_bus(settings, tmp_path / "other").end_offsets("t") == {}


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "redis"}, {"unknown": 1}, {"kind": "kafka"}, {"partitions": 0}, {"partitions": 5000}, {"client": {"a": [1]}}],
)
def test_what_is_wrong_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BusSettings.model_validate(wrong)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in BusSettings.model_fields.values())


def test_a_password_is_not_in_the_representation() -> None:
    settings = BusSettings(kind="kafka", bootstrap="localhost:9092", client={"sasl_plain_password": "a secret"})
    assert "secret" not in repr(settings)


def test_settings_do_not_import_kafka() -> None:
    code = "import sys; from pipeline.bus.open import open_bus; sys.exit('kafka' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
