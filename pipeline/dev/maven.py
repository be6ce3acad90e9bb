"""Bring jars by their coordinates, with jgo from the Python package index, else with Maven where it is installed."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipeline.dev.java import INSTALL
from pipeline.dev.pins import Pin
from schemas.errors import OperatorError

PARALLEL = 8
"""Downloads at once: 93 small files take about a second each way otherwise."""

MAVEN_SECONDS = 600
"""A cold Maven first brings its own plugins."""

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tearline</groupId><artifactId>jars</artifactId><version>1</version><dependencies>{}</dependencies></project>
"""
DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>"
    "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>\n"
)


def bring(pins: Sequence[Pin], target: Path) -> None:
    """Put the jar of every pin into the folder `target`, unchecked. Which server they come from is the tool's own setting.

    Raises OperatorError where no tool is there, or the tool at hand could not bring one.
    """
    try:
        jgo = importlib.import_module("jgo.maven")
    except ImportError as error:
        if not shutil.which("mvn"):
            message = f"nothing here can bring the jars: run {INSTALL} (or install Maven)"
            raise OperatorError(message) from error
        _bring_with_maven(pins, target)
    else:
        _bring_with_jgo(jgo, pins, target)


def _bring_with_jgo(jgo: Any, pins: Sequence[Pin], target: Path) -> None:
    """jgo is used as a downloader only: its own mediation of versions picks a set that does not run."""
    context = jgo.MavenContext(repo_cache=target / "jgo")

    def one(pin: Pin) -> None:
        found = context.project(pin.group, pin.artifact).at_version(pin.version).artifact().resolve()
        Path(found).replace(target / pin.filename)

    with ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = {pin.coordinate: pool.submit(one, pin) for pin in pins}
    failed = {coordinate: error for coordinate, outcome in outcomes.items() if (error := outcome.exception())}
    if failed:
        coordinate, error = next(iter(failed.items()))
        message = f"{len(failed)} of {len(pins)} jars could not be brought, {coordinate} first ({type(error).__name__}): is there a net?"
        raise OperatorError(message) from error


def _bring_with_maven(pins: Sequence[Pin], target: Path) -> None:
    """One call for all; a site's own settings.xml applies."""
    pom = target / "pom.xml"
    pom.write_text(POM.format("".join(DEPENDENCY.format(escape(p.group), escape(p.artifact), escape(p.version)) for p in pins)))
    command = ["mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={target}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=MAVEN_SECONDS)  # noqa: S603 (fixed words and our own pins)
    except (subprocess.SubprocessError, OSError) as error:
        message = f"Maven could not bring the jars ({type(error).__name__}); see what it says: {' '.join(command)}"
        raise OperatorError(message) from error
