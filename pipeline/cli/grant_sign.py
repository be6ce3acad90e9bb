"""The commands of `tearline grant` for originators: they need a signing key and files, and no hub."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pydantic import TypeAdapter, ValidationError

from pipeline.cli.output import AsJson, console, print_json
from pipeline.clock import system_clock
from pipeline.grant_keys import public_half, read_signing_key, write_signing_key
from pipeline.grants import file_name
from schemas.errors import ConfigError
from schemas.sharing import Moment
from schemas.sharing.grants import Revocation, SignedGrant, read_statement, sign

KeyOption = Annotated[Path, typer.Option("--key", help="PEM file of your signing key, as `tearline grant keygen` makes it.")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder in which the file is written.", show_default="here")]
HubOption = Annotated[
    str | None, typer.Option("--hub", help="`hub.id` of the only hub that may use it; otherwise any that knows your key.")
]

_PARTNER = "a partner's id has lower-case letters, digits and dashes, at most 63"
_WANTED = {
    "id": "--id: lower-case letters, digits and dashes, at most 100",
    "originator": f"--originator: {_PARTNER}",
    "recipients": f"--to: {_PARTNER}",
    "hub": f"--hub: {_PARTNER}",
    "scope.objects": "--object: an id of STIX, like indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f; at most 10,000 of them",
    "scope.feed": "--feed: a feed's id has lower-case letters, digits and dashes, at most 63",
    "scope.query.tlp_max": "--tlp-max: clear, green, amber, amber+strict or red",
}
"""Place in a grant -> the option that fills it, and what it has to be."""


def keygen(path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the key.")], as_json: AsJson = False) -> None:
    """Make a signing key for an originator, and show the public half, which is for the hub's operator."""
    public = write_signing_key(path)
    if as_json:
        print_json({"written": str(path), "id": public.id, "key": public.key})
        return
    console().print(f"Written: {path}. Keep it to yourself: who has it can release your objects.", markup=False)
    console().print("For partners/YOUR-ID.yaml of the hub, over a way that its operator trusts:", markup=False)
    console().print(f"grant_keys:\n  - {{id: {public.id}, key: {public.key}}}", markup=False, soft_wrap=True)


def new(
    key: KeyOption,
    originator: Annotated[str, typer.Option(help="Your own partner id at the hub.")],
    to: Annotated[list[str], typer.Option("--to", help="A recipient's partner id; may be given several times.")],
    until: Annotated[str, typer.Option(help="When it ends: a date, or a moment with zone.")],
    valid_from: Annotated[str | None, typer.Option("--from", help="When it begins.", show_default="now")] = None,
    objects: Annotated[list[str] | None, typer.Option("--object", help="Id of an object; may be given several times.")] = None,
    feed: Annotated[str | None, typer.Option(help="Instead: everything of this feed of yours.")] = None,
    tlp_max: Annotated[str | None, typer.Option(help="Instead, by query: everything up to this label that fits what follows.")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Of this STIX type; may be given several times.")] = None,
    labels: Annotated[list[str] | None, typer.Option("--label", help="With this label; may be given several times.")] = None,
    topics: Annotated[list[str] | None, typer.Option("--topic", help="On this topic; may be given several times.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="The grant's id.", show_default="ORIGINATOR-RANDOM")] = None,
    hub: HubOption = None,
    out: OutOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Sign a grant: it releases objects of yours to the recipients that it names, until it ends or you revoke it."""
    signing, now = read_signing_key(key), system_clock()
    query = {"tlp_max": tlp_max, "types": types, "labels": labels, "topics": topics}
    scope = {"objects": [item.lower() for item in objects] if objects else None, "feed": feed, "query": _given(query) or None}
    _refuse_scope(scope, tlp_max)
    starts, ends = now if valid_from is None else _moment("--from", valid_from), _moment("--until", until)
    _refuse_span(now, starts, ends)
    content = {
        "statement": "grant",
        "id": f"{originator}-{os.urandom(6).hex()}" if name is None else name,
        "originator": originator,
        "recipients": to,
        "scope": _given(scope),
        "valid_from": _written(starts),
        "valid_until": _written(ends),
        "issued": _written(now),
        "hub": hub,
    }
    content = {**_given(content), "key": public_half(signing).id}
    _refuse_words(content)
    try:
        body = sign(content, signing)
    except ConfigError as error:
        message = f"--type, --label, --topic: what they say {error}"
        raise ConfigError(message) from None
    _write(out, body, "choose another --out, or another --id", as_json=as_json)


def revoke(
    grant: Annotated[Path, typer.Argument(metavar="FILE", help="The grant's file, as `tearline grant new` wrote it.")],
    key: KeyOption,
    out: OutOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Sign a revocation of a grant of yours. The hub withdraws what it released under the grant with its next run after it has the file."""
    signing = read_signing_key(key)
    says = read_file(grant)
    if not isinstance(says, SignedGrant):
        message = f"{grant}: is no grant; name the file of the grant that you revoke"
        raise ConfigError(message)
    issued = max(system_clock(), says.issued)
    content = {"statement": "revocation", "revokes": says.id, "originator": says.originator, "issued": _written(issued), "hub": says.hub}
    _write(out, sign({**_given(content), "key": public_half(signing).id}, signing), "choose another --out", as_json=as_json)


def read_file(path: Path) -> SignedGrant | Revocation:
    """What a file states, its signature not yet verified. Raises ConfigError."""
    try:
        return read_statement(path.read_bytes()).says
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(message) from None
    except ConfigError as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from None


def _refuse_scope(scope: dict[str, Any], tlp_max: str | None) -> None:
    if len(_given(scope)) != 1:
        message = "say what is granted: --object, --feed or --tlp-max (which --type, --label and --topic narrow), one of the three"
        raise ConfigError(message)
    if scope["query"] and tlp_max is None:
        message = "--tlp-max: --type, --label and --topic need it; it says up to which label"
        raise ConfigError(message)


def _refuse_span(now: datetime, starts: datetime, ends: datetime) -> None:
    if ends <= now:
        message = "--until: is over already; name a moment to come"
        raise ConfigError(message)
    if ends <= starts:
        message = "--until: must be after --from"
        raise ConfigError(message)


def _refuse_words(content: dict[str, Any]) -> None:
    """What the options make must be a grant; the mistakes are told by the names of the options."""
    try:
        SignedGrant.model_validate({**content, "signature": "A" * 86 + "=="})
    except ValidationError as error:
        places = {".".join(step for step in item["loc"] if isinstance(step, str)) for item in error.errors(include_url=False)}
        if "originator" in places:
            places.discard("id")  # which is made of it
        raise ConfigError("; ".join(_WANTED[place] for place in sorted(places))) from None


def _write(folder: Path, body: bytes, remedy: str, *, as_json: bool) -> None:
    says = read_statement(body).says
    path = folder / file_name(says)
    try:
        with path.open("xb") as file:
            file.write(body)
    except FileExistsError:
        message = f"{path}: is there already; {remedy}"
        raise ConfigError(message) from None
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise ConfigError(message) from None
    if as_json:
        print_json({"written": str(path), "statement": orjson.loads(body)})
    else:
        console().print(
            f"Written: {path}. Send it to the hub's operator, who runs: tearline grant add {path.name}", markup=False, soft_wrap=True
        )


def _given(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value not in (None, [], {})}


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(option: str, text: str) -> datetime:
    try:
        moment: datetime = TypeAdapter(Moment).validate_python(text)
    except ValidationError:
        message = f"{option}: a date like 2026-12-31, or a moment with zone like 2026-12-31T12:00:00Z"
        raise ConfigError(message) from None
    return moment.replace(microsecond=0)
