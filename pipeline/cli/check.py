"""`tearline check`: is everything in this folder as it should be? And `--stix`: is this file as STIX 2.1 wants it?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import EXIT_INCOMPLETE, HERE, AsJson, Folder, console, print_json
from schemas.config import FeedSettings, LeniencySettings
from schemas.errors import ConfigError

Stix = Annotated[
    Path | None,
    typer.Option(
        "--stix", help="Check this STIX file instead (a bundle, an envelope, a list or one object), rule by rule.", dir_okay=False
    ),
]
Feed = Annotated[str | None, typer.Option("--feed", help="With --stix: by the settings of this feed instead of the defaults.")]


def check(folder: Folder = HERE, as_json: AsJson = False, stix: Stix = None, feed: Feed = None) -> None:
    """Check configuration, keys, agreements, policies and feed settings, or a STIX file; nothing is polled and nothing is written."""
    if stix is not None:
        _check_file(stix, _settings(folder, feed), as_json=as_json)
    elif feed is not None:
        message = "--feed says by which settings a file is checked: name the file with --stix"
        raise ConfigError(message)
    else:
        _check_folder(folder, as_json=as_json)


def _check_folder(folder: Path, *, as_json: bool) -> None:
    from pipeline.checks import check_hub  # connectors are imported only where they are needed

    findings = check_hub(folder)
    wrong = [item for item in findings if item.state == "wrong"]
    if as_json:
        print_json({"ok": not wrong, "findings": [vars(item) for item in findings]})
    else:
        marks = {"ok": "[green]ok[/]   ", "note": "[yellow]note[/] ", "wrong": "[red]wrong[/]"}
        for item in findings:
            console().print(f"{marks[item.state]} {item.about}: ", end="")
            console().print(item.told, markup=False)
    if wrong:
        raise typer.Exit(EXIT_INCOMPLETE)


def _check_file(path: Path, settings: tuple[LeniencySettings, int], *, as_json: bool) -> None:
    from pipeline.lint import lint  # the models of STIX are built only where they are needed

    try:
        with path.open("rb") as file:
            result = lint(file.read, *settings)
    except OSError as error:
        message = f"the file given with --stix cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if as_json:
        print_json({"ok": not result.stopped, **asdict(result)})
    else:
        console().print(
            f"{result.objects} objects: {result.clean} without any finding, {result.stopped} that would not be taken in"
            + (f", {result.upgraded} upgraded from STIX 2.0" if result.upgraded else "")
        )
        for item in result.broken:
            where = " ".join(filter(None, (item.section and f"§{item.section}", item.setting)))
            console().print(f"\n{item.rule}: {item.reason}" + (f" ({where})" if where else "") + f", {item.objects} objects", markup=False)
            console().print(f"  {item.meaning}", markup=False)
            for example in item.examples:
                console().print(f"  {example}", markup=False)
    if result.stopped:
        raise typer.Exit(EXIT_INCOMPLETE)


def _settings(folder: Path, feed: str | None) -> tuple[LeniencySettings, int]:
    """(leniency, largest object) of a feed, or the defaults."""
    if feed is None:
        return LeniencySettings(), int(FeedSettings.model_fields["max_object_bytes"].default)
    from pipeline.config import read_configuration

    found = next((item for item in read_configuration(folder).feeds if item.id == feed), None)
    if found is None:
        message = "the feed given with --feed is not in tearline.yaml"
        raise ConfigError(message)
    return found.leniency, found.max_object_bytes
