"""The pin file: which jars, in which version, with which checksum."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

LINE = re.compile(r"(?P<group>[\w.-]+):(?P<artifact>[\w.-]+):jar:(?P<version>[\w.-]+) (?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pin:
    """One jar by its Maven coordinate, with the SHA-256 of its bytes in hexadecimal."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """group:artifact:version, as Maven's users write it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def filename(self) -> str:
        """The name that Maven gives the file."""
        return f"{self.artifact}-{self.version}.jar"

    def matches(self, path: Path) -> bool:
        """Whether `path` is there and is this very jar."""
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256


def read_pins(name: str = "kafka_jars.txt") -> list[Pin]:
    """Return the pins of a file of this package. Raises ValueError at a line that is neither a pin nor a comment."""
    pins = []
    for number, line in enumerate(files(__package__).joinpath(name).read_text("utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        found = LINE.fullmatch(line)
        if not found:
            message = f"{name}, line {number}: not of the form group:artifact:jar:version sha256"
            raise ValueError(message)
        pins.append(Pin(**found.groupdict()))
    return pins
