"""`tearline grant`: signed grants of originators. The hub has none of their keys, so it can check and keep grants, and make none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from pipeline.cli.grant_sign import keygen, new, read_file, revoke
from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.grants import FOLDER, WELL, GrantFile, Grants, Stop, file_name, judge, read_grants
from pipeline.replace import replace_file
from pipeline.sharing_files import read_sharing_files
from schemas.errors import ConfigError
from schemas.sharing import GrantKey, Partner
from schemas.sharing.grants import Revocation, SignedGrant, read_statement

app = typer.Typer(no_args_is_help=True, help="Signed permissions of originators: make, check, keep, list and revoke them.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A grant or a revocation, as its originator sent it.")]

app.command()(keygen)
app.command()(new)


@app.command()
def verify(
    path: FileArgument,
    public: Annotated[
        str | None, typer.Option("--public", help="The originator's public key; otherwise by the hub's partner files.")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Check who signed a statement, and show what it says. With --public it needs no hub, and looks at signature and dates alone."""
    if public is None:
        file = _judged(path, *_hub(folder))
    else:
        says = read_file(path)
        right = read_statement(path.read_bytes()).verify(_public(public))
        file = GrantFile(path.name, says, "" if right else "forged")
    _refuse(path, file)
    if as_json:
        print_json(_row(file))
    else:
        lines = [f"{name}: {value}" for name, value in _row(file).items() if value]
        lines += file.says.scope.objects or () if isinstance(file.says, SignedGrant) else ()
        console().print("\n".join(lines), markup=False, soft_wrap=True)


@app.command()
def add(path: FileArgument, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Put a grant or a revocation into the hub's folder, if it counts now or will; the next run goes by it."""
    partners, hub = _hub(folder)
    file = _judged(path, partners, hub)
    _refuse(path, file)
    known = read_grants(folder, partners, hub)
    _refuse_older(path, file, known)
    target = folder / FOLDER / file.name
    target.parent.mkdir(exist_ok=True)
    replace_file(target, path.read_bytes())
    if as_json:
        print_json({"written": str(target), **_row(file)})
    else:
        console().print(f"Written: {target}", markup=False, soft_wrap=True)


@app.command("list")
def list_grants(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the grants of the hub, those that do not count too, and why they do not."""
    files = read_grants(folder, *_hub(folder)).files
    rows = [_row(file) for file in files]
    if as_json:
        print_json(rows)
        return
    if not rows:
        console().print(f"No file in {folder / FOLDER}.", markup=False, soft_wrap=True)
        return
    names = ("file", "state", "originator", "to", "until", "scope")
    print_table("Grants", names, [[row[name] or "-" for name in names] for row in rows])
    if any(row["meaning"] for row in rows):
        print_table("What the states mean", ("file", "meaning"), [(row["file"], row["meaning"]) for row in rows if row["meaning"]])


app.command()(revoke)


def _hub(folder: Path) -> tuple[Mapping[str, Partner], str]:
    configuration = read_configuration(folder)
    return read_sharing_files(folder, configuration.feeds).partners, configuration.hub.id


def _public(text: str) -> str:
    """A public key as it was given on the command line."""
    try:
        return GrantKey(id="given", key=text).key
    except ValidationError:
        message = "--public: is no Ed25519 public key (32 bytes in base64); give the `key` that `tearline grant keygen` shows"
        raise ConfigError(message) from None


def _judged(path: Path, partners: Mapping[str, Partner], hub: str) -> GrantFile:
    """A statement under the name that it will have: what a mail program called the file is no matter."""
    return judge(file_name(read_file(path)), path.read_bytes(), partners, hub)


def _refuse(path: Path, file: GrantFile) -> None:
    now = system_clock()
    if file.state(now) not in WELL:
        message = f"{path}: {file.state(now)}: {file.meaning(now)}"
        raise ConfigError(message)


def _refuse_older(path: Path, file: GrantFile, known: Grants) -> None:
    """Nothing that a later statement has overtaken comes back."""
    if Stop(known.files).holds(file):
        message = f"{path}: its originator has revoked it; a new grant must be signed after the revocation"
        raise ConfigError(message)
    last = [other.says for other in known.files if other.name == file.name and other.fault in ("", "revoked") and other.says is not None]
    if file.says is not None and any(says.issued > file.says.issued for says in last):
        message = f"{path}: older than {FOLDER}/{file.name}, which the same originator signed later"
        raise ConfigError(message)


def _row(file: GrantFile) -> dict[str, str]:
    now, says, grant = system_clock(), file.says, file.grant
    return {
        "file": file.name,
        "state": file.state(now),
        "originator": says.originator if says is not None else "",
        "to": ", ".join(says.recipients) if isinstance(says, SignedGrant) else "",
        "scope": _scope(says) if isinstance(says, SignedGrant) else f"revokes {says.revokes}" if isinstance(says, Revocation) else "",
        "from": f"{grant.starts:%Y-%m-%dT%H:%M:%SZ}" if grant is not None else "",
        "until": f"{grant.ends:%Y-%m-%dT%H:%M:%SZ}" if grant is not None else "",
        "meaning": file.meaning(now),
    }


def _scope(says: SignedGrant) -> str:
    scope = says.scope
    if scope.objects is not None:
        return f"{len(scope.objects)} object{'s' if len(scope.objects) > 1 else ''}"
    if scope.feed is not None:
        return f"feed {scope.feed}"
    if scope.query is None:
        return ""
    lists = (("type", scope.query.types), ("label", scope.query.labels), ("topic", scope.query.topics))
    parts = [f"{name} {'|'.join(items)}" for name, items in lists if items]
    return ", ".join([f"up to {scope.query.tlp_max.name.lower().replace('_', '+')}", *parts])
