"""The pages of docs/reference: text by file name, made from the models, the reason codes and the command line.

`python -m pipeline.reference` writes them; a test fails where a page is not what this makes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from typer.main import get_command

from connectors.stix_file_settings import StixFileSettings
from connectors.taxii_settings import TaxiiSettings
from pipeline.cli import main as command_line
from pipeline.config import Configuration
from pipeline.policy.lint import RULES
from pipeline.reference_tables import as_table, first, model_in, sections, table
from schemas.reasons import HOLD, QUARANTINE, RELEASE, WITHHOLD
from schemas.sharing import Agreement, Community, Overlay, Partner, Policy, Template
from schemas.stix.extensions_known import ENRICHMENT_EXTENSION
from transforms.enrich import enrich
from transforms.enrichers.public_suffix import PublicSuffix
from transforms.enrichers.warning_lists import WarningLists

FOLDER = Path(__file__).parent.parent / "docs" / "reference"

MADE = "<!-- Made by `python -m pipeline.reference`; edit the descriptions in the code, not this page. -->\n"

CONNECTORS: Mapping[str, type[BaseModel]] = {"taxii": TaxiiSettings, "stix_file": StixFileSettings}

SHARING: Mapping[str, type[BaseModel]] = {
    "partners/ID.yaml": Partner,
    "communities/ID.yaml": Community,
    "agreements/ID.yaml": Agreement,
    "templates/ID.yaml": Template,
    "overlays/ID.yaml": Overlay,
    "policies/RECIPIENT.yaml": Policy,
}

Json = dict[str, Any]


def pages() -> dict[str, str]:
    """Every page and schema by its name in docs/reference."""
    return {
        "configuration.md": configuration_page(),
        "reasons.md": reasons_page(),
        "cli.md": cli_page(),
        "enrichment.md": enrichment_page(),
        "policy-rules.md": policy_rules_page(),
        "configuration.schema.json": _dump(configuration_schema()),
        **{f"{model.__name__.lower()}.schema.json": _dump(file_schema(model)) for model in SHARING.values()},
    }


def configuration_page() -> str:
    """Each setting of tearline.yaml, of the connectors, and of the sharing files."""
    parts = [
        "# Configuration\n",
        MADE,
        "Schemas for editors and for other programs: [tearline.yaml](configuration.schema.json), [partner](partner.schema.json), "
        "[community](community.schema.json), [agreement](agreement.schema.json), [template](template.schema.json), "
        "[overlay](overlay.schema.json), [policy](policy.schema.json). How the sharing files are written is told in "
        "[Agreements](../agreements.md), and what the hub makes of them in [Sharing](../sharing.md).\n",
        "## tearline.yaml\n",
        "A setting that is not listed here is refused. Any text may hold `${env:NAME}`, which becomes the value of an environment "
        "variable, or `${file:PATH}`, which becomes the content of a file, relative to the folder of the file that names it: this is "
        "where secrets come from.\n",
        "An environment variable overrides the file: `TEARLINE_`, then the setting's path in capitals with two underscores between its "
        "parts. `TEARLINE_SERVER__PORT=6200` is `server.port`; `TEARLINE_FEEDS` takes the whole list as JSON.\n",
        *sections(Configuration, "", 3),
        "## Settings of the connectors\n",
        "They stand under `settings:` of a feed.\n",
    ]
    for name, model in CONNECTORS.items():
        parts += [f"### Connector {name}\n", *table(model, ""), *sections(model, "", 4)]
    for where, model in SHARING.items():
        parts += [f"## {where}\n", f"{first(model)}\n", *table(model, ""), *sections(model, "", 3)]
    return "\n".join(parts)


def settings(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The path of each setting of a model, nested ones too: `hub.id`, `feeds[].custom.types`."""
    for name, field in model.model_fields.items():
        inner, many = model_in(field.annotation)
        path = f"{prefix}{name}"
        yield path
        if inner is not None:
            yield from settings(inner, f"{path}[]." if many else f"{path}.")


def reasons_page() -> str:
    """Each reason code with its meaning, by what it says of an object."""
    groups = (
        ("Quarantine", "The object was refused at intake. It is kept for the operator and goes to nobody.", QUARANTINE),
        ("Release", "The recipient has the object.", RELEASE),
        ("Held", "The recipient does not have the object. It waits for a person, and is never released because time has passed.", HOLD),
        ("Withheld", "The recipient does not have the object, or has it no longer.", WITHHOLD),
    )
    parts = [
        "# Reason codes\n",
        MADE,
        "A code names the rule that was met, never a value. Codes may be added; none is renamed or given another meaning. "
        "`tearline quarantine list` counts the first group, `tearline status` and `tearline explain` show the others.\n",
    ]
    for title, about, codes in groups:
        parts += [f"## {title}\n", f"{about}\n", *as_table(("code", "meaning"), [(f"`{code}`", told) for code, told in codes.items()])]
    return "\n".join(parts)


def policy_rules_page() -> str:
    """Each rule of the linter of sharing files."""
    rows = [(f"`{rule.id}`", rule.level, rule.meaning, rule.remedy) for rule in RULES]
    return "\n".join(
        (
            "# Rules of `tearline policy lint`\n",
            MADE,
            "A mistake means that something does not work as it is written; a warning, that it works and is unwise. Both make the command "
            "fail, so that a set of files can be kept clean. Ids may be added; none is renamed or given another meaning.\n",
            *as_table(("rule", "", "found where", "what to do"), rows),
        )
    )


def cli_page() -> str:
    """Each command with its arguments and options, and the exit codes."""
    parts = ["# Command line\n", MADE, f"{(command_line.app.info.help or '').strip()}\n"]
    for path, command in commands():
        takes = [_usage(item) for item in sorted(command.params, key=lambda item: item.nargs == -1)]
        parts += [f"## {' '.join(path)}\n", f"```text\n{' '.join((*path, *takes))}\n```\n", f"{command.help.strip()}\n"]
        if command.params:
            parts += as_table(("", "meaning", "default"), [_parameter(item) for item in command.params])
    codes = re.findall(r"^(\d)  (.+)$", command_line.__doc__ or "", re.MULTILINE)
    parts += ["## Exit codes\n", *as_table(("code", "meaning"), codes)]
    parts.append("`tearline policy compare` exits with the number of differences that block instead, 100 at most.\n")
    return "\n".join(parts)


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """(words, command) of each command that does something; groups are left out."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield path, command
        for name, item in (inner or {}).items():
            yield from walk(item, (*path, name))

    yield from walk(get_command(command_line.app), ("tearline",))


def enrichment_page() -> str:
    """The extension that carries the hub's annotations."""
    value = {"type": "indicator", "pattern_type": "stix", "pattern": "[domain-name:value = 'www.example.com']"}
    findings = json.loads(enrich(value, (WarningLists(), PublicSuffix())))
    for finding in findings:
        finding["source_version"] = "…"
    example = {"extensions": {ENRICHMENT_EXTENSION: {"extension_type": "property-extension", "findings": findings}}}
    return "\n".join(
        (
            "# Enrichment\n",
            MADE,
            "At intake the hub looks the values of indicators (STIX patterns of a single comparison) and of observables up in tables that "
            "it holds; nothing is fetched, resolved or opened. What it finds is kept beside the object, never inside the producer's "
            "properties, and goes out only to recipients whose policy says `minimize.enrichment: keep`. To them an object with findings "
            "is a changed one: it goes out under an id of the hub, unless it is an observable whose value is untouched.\n",
            f"The findings stand in a property extension with the id `{ENRICHMENT_EXTENSION}`. For `{value['pattern']}`:\n",
            f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n",
            *as_table(
                ("property of a finding", "meaning"),
                [
                    ("`source`", f"Which look-up found it: `{WarningLists.name}` or `{PublicSuffix.name}`."),
                    ("`source_version`", "Version of the tables: the number of lists, or the version of the library with the snapshot."),
                    ("`path`", "Which property of the object the value stands in: `pattern`, `value`, or `hashes.` and an algorithm."),
                    (
                        "`list`, `version`",
                        f"`{WarningLists.name}`: name and version of the list that holds the value. Such values are often harmless.",
                    ),
                    ("`registered_domain`, `public_suffix`", f"`{PublicSuffix.name}`: parts of a domain name, or of the host of a URL."),
                ],
            ),
        )
    )


def configuration_schema() -> Json:
    """JSON Schema of tearline.yaml, with the connectors' settings where the feed names one of ours."""
    schema = file_schema(Configuration)
    cases = []
    for name, model in CONNECTORS.items():
        own = _dated(model.model_json_schema(ref_template="#/$defs/{model}"))
        schema["$defs"].update(own.pop("$defs", {}))
        schema["$defs"][model.__name__] = own
        then = {"properties": {"settings": {"$ref": f"#/$defs/{model.__name__}"}}, "required": ["settings"]}
        cases.append({"if": {"properties": {"connector": {"const": name}}}, "then": then})
    schema["$defs"]["FeedSettings"]["allOf"] = cases
    return schema


def file_schema(model: type[BaseModel]) -> Json:
    """JSON Schema of one kind of file."""
    schema: Json = _dated(model.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _dated(node: Any) -> Any:
    """Where a time is wanted, a date will do."""
    if isinstance(node, list):
        return [_dated(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "date-time":
        return {**{name: item for name, item in node.items() if name != "format"}, "anyOf": [{"format": "date-time"}, {"format": "date"}]}
    return {name: _dated(item) for name, item in node.items()}


def _usage(item: Any) -> str:
    if not item.opts[0].startswith("-"):
        return str(item.metavar or item.name.upper())
    text = item.opts[0] if item.is_flag else f"{item.opts[0]} {_word(item)}"
    return text if item.required else f"[{text}]"


def _parameter(item: Any) -> tuple[str, str, str]:
    if not item.opts[0].startswith("-"):
        return f"`{item.metavar or item.name.upper()}`", item.help or "", "required" if item.required else "none"
    shown = ", ".join(f"`{name}`" for name in item.opts) + ("" if item.is_flag else f" {_word(item)}")
    about = (item.help or "") + (f" Environment: `{item.envvar}`." if item.envvar else "")
    if item.is_flag:
        return shown, about, "off"
    if item.required:
        return shown, about, "required"
    default = item.show_default if isinstance(item.show_default, str) else item.default
    return shown, about, "none" if default is None or default == () else str(default)


def _word(item: Any) -> str:
    kind = item.type_descriptor.annotation
    word = {int: "NUMBER", Path: "PATH"}.get(kind, "TEXT")
    return f"{word} …" if getattr(item, "multiple", False) else word


def _dump(schema: Json) -> str:
    return json.dumps(schema, indent=2) + "\n"


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
        sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
