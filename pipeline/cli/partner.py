"""`tearline partner`: the partners of this hub, and their credentials for its TAXII server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError

from pipeline.cli.credential import PartnerArgument, log, open_store, resume, rotate, suspend, token
from pipeline.cli.deliveries import deliveries
from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.config import read_configuration
from pipeline.server.client_certificate import fingerprint_name, subject_name
from pipeline.sharing_files import read_sharing_files
from pipeline.yamlfile import explain_mistakes
from schemas.errors import ConfigError
from schemas.sharing import Partner

app = typer.Typer(no_args_is_help=True, help="Add and list partners, and let them in.")


@app.command()
def add(
    partner: PartnerArgument,
    name: Annotated[str | None, typer.Option(help="The organisation's name; needed for a new partner.")] = None,
    kind: Annotated[str, typer.Option(help="nation, le, intel, csirt, isac, private, ngo, academic or oversight.")] = "private",
    community: Annotated[list[str] | None, typer.Option(help="A community that it belongs to; may be given several times.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="PEM file of a client certificate that lets it in; exactly this one.")] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="Subject of client certificates that let it in, as in RFC 4514: CN=…,O=…; any that tls_client_ca issues."),
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write partners/PARTNER.yaml, or enrol a client certificate for a partner, new or known.

    A new partner shares and gets nothing until an agreement and a policy name it.
    """
    names = [] if certificate is None else [_fingerprint(certificate)]
    names += [] if subject is None else [subject_name(subject)]
    path = folder / "partners" / f"{partner}.yaml"
    content = {"id": partner, "name": name, "kind": kind, "communities": community or []}
    if name is not None:
        _must_be_new(path, content)
    elif not path.exists():
        message = f"{path}: there is no such partner yet: give its --name"
        raise ConfigError(message)
    elif not names:
        message = f"{path}: is there already; edit it, or give the --certificate or --subject that lets it in"
        raise ConfigError(message)
    if names:
        with open_store(folder) as store:
            for item in names:
                store.add_certificate(partner, item)
    if name is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False))
    if as_json:
        print_json({"written": str(path) if name is not None else None, "certificates": names})
        return
    if name is not None:
        console().print(f"Written: {path}. Next: name it in an agreement, and give it a policy.")
    for item in names:
        console().print(f"Let in: {item}", markup=False)


@app.command("list")
def list_partners(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List partners, what they may receive, and their credentials (never a secret)."""
    configuration = read_configuration(folder)
    files = read_sharing_files(folder, configuration.feeds)
    with open_store(folder) as store:
        suspended = store.suspended()
        rows = [
            (
                name,
                partner.kind,
                [feed.id for feed in configuration.feeds if feed.producer == name],
                files.policies[name].version if name in files.policies else None,
                [item.name for item in store.list(name) if item.revoked is None],
                suspended.get(name),
            )
            for name, partner in files.partners.items()
        ]
    if as_json:
        print_json([dict(zip(("partner", "kind", "feeds", "policy", "credentials", "suspended"), row, strict=True)) for row in rows])
    else:
        table = [
            (name, kind, ", ".join(feeds) or "-", policy or "-", since or "-", ", ".join(names) or "-")
            for name, kind, feeds, policy, names, since in rows
        ]
        print_table("Partners", ("partner", "kind", "supplies", "policy", "suspended", "credentials"), table)


app.command()(token)
app.command()(rotate)
app.command()(suspend)
app.command()(resume)
app.command()(log)
app.command()(deliveries)


def _must_be_new(path: Path, content: Mapping[str, object]) -> None:
    if path.exists():
        message = f"{path}: is there already; edit it, or choose another id"
        raise ConfigError(message)
    try:
        Partner.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(explain_mistakes(error, path, {}))) from None


def _fingerprint(path: Path) -> str:
    try:
        return fingerprint_name(path.read_bytes())
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except ConfigError as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from None
