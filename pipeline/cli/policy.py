"""`tearline policy`: what can be said of the sharing files without any object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import EXIT_INCOMPLETE, EXIT_OPERATOR, HERE, AsJson, Folder, console, fail, print_json
from pipeline.clock import system_clock
from schemas.errors import OperatorError

if TYPE_CHECKING:
    from schemas.sharing import SharingSet

app = typer.Typer(no_args_is_help=True, help="Lint, show and compare agreements and policies; nothing is released.")


@app.command()
def lint(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Look for mistakes in partners, communities, agreements, templates, overlays and policies, and for what is allowed but unwise.

    Each finding names its rule. The command fails where there is any; a folder without tearline.yaml will do.
    """
    from pipeline.policy.lint import lint_folder  # the models of STIX are built only where they are needed

    findings = lint_folder(folder, system_clock())
    if as_json:
        print_json({"ok": not findings, "findings": [asdict(item) for item in findings]})
    else:
        marks = {"mistake": "[red]mistake[/]", "warning": "[yellow]warning[/]"}
        for item in findings:
            console().print(f"{marks[item.level]} ", end="")
            _say(f"{item.rule} {item.file}: {item.told}")
        if not findings:
            console().print("[green]clean[/]")
    if findings:
        raise typer.Exit(EXIT_INCOMPLETE)


@app.command()
def show(
    recipient: Annotated[str, typer.Argument(metavar="RECIPIENT", help="The partner whose effective policy is wanted.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what holds for a recipient once all files have met, and which file made each line of it.

    Producers that other agreements cover have a table of their own.
    """
    from pipeline.policy.grounds import standing_of
    from pipeline.policy.show import show as show_standing

    standing = standing_of(_read(folder), recipient, system_clock())
    tables = show_standing(standing)
    if as_json:
        print_json(
            {
                "recipient": recipient,
                "policy": standing.policy.reference,
                "stopped": standing.stopped or None,
                "grounds": [asdict(item) for item in tables],
            }
        )
        return
    if standing.stopped:
        _say(f"Nothing is released to {recipient}: {standing.stopped}.\n")
    for item in tables:
        _say(f"{recipient}, objects of {_list(item.producers)}, under {_list(item.agreements)}")
        for row in item.lines:
            _say(f"  {row.setting:<20} {row.value}  <- {', '.join(row.origins)}")
        _say("")


@app.command()
def compare(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME…", help="Two or more recipients, or two or more agreements as id or id@version.")
    ],
    folder: Folder = HERE,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="Show what is equal, too.")] = False,
) -> None:
    """Hold policies or agreements against each other, field by field. The exit code is the number of differences that block, 100 at most.

    It is 103 where they cannot be compared: no such name, or a file is wrong. Standard output is then empty, as it is where the command
    line itself is wrong (2) or Tearline has a defect (1).

    What blocks: nothing in common (types, purposes, legal basis), promises that differ (retention, onward rule, transfer ground,
    assurances, handling codes, audience, attribution), verbs that cannot be compared, and periods that do not overlap.
    """
    from pipeline.policy.compare import MOST, blocking
    from pipeline.policy.compare import compare as compare_names

    try:
        rows = compare_names(_read(folder), names, system_clock())
    except OperatorError as error:
        raise typer.Exit(fail(error, MOST + EXIT_OPERATOR)) from None
    if as_json:
        print_json({"names": names, "blocking": blocking(rows), "rows": [asdict(row) for row in rows]})
    else:
        shown = [row for row in rows if every or row.state != "equal"]
        for row in shown:
            _say(f"{row.state:<9} {row.field}")
            for name, value in zip(names, row.values, strict=True):
                _say(f"            {name}: {value}")
        _say(f"{blocking(rows)} of {sum(row.state != 'equal' for row in rows)} differences block.")
    if blocking(rows):
        raise typer.Exit(blocking(rows))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A folder of sharing files, or one file, as it was.", exists=True)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same as it is.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Show what differs between two states of sharing files, and, for folders, where it lets a recipient have more or less."""
    from pipeline.policy.diff import diff as diff_paths

    found = diff_paths(old, new, system_clock())
    if as_json:
        print_json(asdict(found))
        return
    if not found.changes:
        _say("No differences.")
    for file, changes in groupby(found.changes, key=lambda item: item.file):
        _say(file)
        for change in changes:
            _say(f"  {change.setting}: {change.before or 'not there'} -> {change.after or 'not there'}")
    for (recipient, producers), effects in groupby(found.effects, key=lambda item: (item.recipient, item.producers)):
        _say(f"\n{recipient}, objects of {_list(producers)}")
        for effect in effects:
            _say(f"  {effect.effect:<9} {effect.line}: {effect.before} -> {effect.after}")


def _read(folder: Path) -> SharingSet:
    """The sharing files of a folder that may, but need not, be a hub's: no feed and no secret is asked for."""
    from pipeline.sharing_files import read_sharing_files

    return read_sharing_files(folder, ())


def _say(text: str) -> None:
    """A line as it is, however long: it can be searched and cut by other programs."""
    console().print(text, markup=False, soft_wrap=True)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"
