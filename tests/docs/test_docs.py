"""The documentation and the deployment files say what the code says."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

from connectors.registry import available, load
from pipeline import reference
from pipeline.checks import check_hub
from pipeline.cli.main import app
from pipeline.config import Configuration, read_configuration
from pipeline.dev.kafka_settings import server_properties
from pipeline.dev.pins import read_pins
from pipeline.failpoints import NAMES
from pipeline.keys import write_keys
from pipeline.reference_tables import model_in
from pipeline.sharing_files import read_sharing_files
from schemas import errors, reasons
from schemas.sharing import Agreement, Community, Overlay, Partner, Policy, Template

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
EXAMPLES = ROOT / "examples"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *EXAMPLES.rglob("*.md")])
GUIDES = [page for page in PAGES if page.parent != REFERENCE]
HUBS = sorted(path.parent for path in EXAMPLES.rglob("tearline.yaml"))

COMMANDS = dict(reference.commands())
SETTINGS: Mapping[str, type[BaseModel]] = {
    "tearline.yaml": Configuration,
    "partner": Partner,
    "community": Community,
    "agreement": Agreement,
    "template": Template,
    "overlay": Overlay,
    "policy": Policy,
    **reference.CONNECTORS,
}

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(tearline [^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PATHS_OF_MACHINES = re.compile(r"(?<![\w./-])/(?:work|root(?!/collections)|tmp|home|Users)/\w")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|repo1?\.maven|registry\.npmjs|artifactory|nexus\.", re.IGNORECASE)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def command_lines(page: Path) -> Iterator[list[str]]:
    """The words of each `tearline …` line in the shell blocks of a page."""
    for language, block in FENCE.findall(page.read_text()):
        if language == "sh":
            for line in block.splitlines():
                before, found, words = line.partition("tearline ")
                if found and (not before.strip() or before.endswith("exec hub ")):
                    yield shlex.split(f"tearline {words}", comments=True)


def find_command(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The longest command that the words begin with, and what follows."""
    for end in range(len(words), 1, -1):
        if tuple(words[:end]) in COMMANDS:
            return tuple(words[:end]), words[end:]
    raise AssertionError(f"no such command: {' '.join(words)}")


def anchors(page: Path) -> set[str]:
    """The anchors that headings get, as code hosts make them."""
    text = FENCE.sub("", page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def check_file(content: dict[str, Any]) -> None:
    """Read a file of some kind as the hub would: which one, the settings that only that kind has say. Raises ValidationError."""
    by_setting: dict[str, type[BaseModel]] = {
        "recipient": Policy,
        "parties": Agreement,
        "kind": Partner,
        "jurisdictions": Overlay,
        "members": Community,
        "version": Template,
    }
    model = next((model for name, model in by_setting.items() if name in content), None)
    if model is not None:
        model.model_validate(content)
    elif "minimize" in content or "release" in content:
        Policy.model_validate({"recipient": "x", "version": "1.0.0", "agreements": ["a@1.0.0"], **content})
    else:
        Configuration(**content)


class TestReference:
    @pytest.mark.parametrize("name", sorted(reference.pages()))
    def test_is_current(self, name: str) -> None:
        assert (REFERENCE / name).read_text() == reference.pages()[name], "run `python -m pipeline.reference`"

    def test_holds_no_other_file(self) -> None:
        elsewhere = {"metrics.md", "openapi.json"}  # tests/server compares these with the registry and the routes
        assert {path.name for path in REFERENCE.iterdir()} == reference.pages().keys() | elsewhere

    @pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
    def test_every_command_and_option_is_documented(self, path: tuple[str, ...]) -> None:
        section = (REFERENCE / "cli.md").read_text().partition(f"## {' '.join(path)}\n")[2].partition("\n## ")[0]
        assert COMMANDS[path].help in section
        for parameter in COMMANDS[path].params:
            assert parameter.help, f"{parameter.name} has no help"
            shown = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name.upper()
            assert f"`{shown}`".replace("|", "\\|") in section

    @pytest.mark.parametrize("name", SETTINGS)
    def test_every_setting_is_documented(self, name: str) -> None:
        page = (REFERENCE / "configuration.md").read_text()
        for path in reference.settings(SETTINGS[name]):
            if path not in Configuration.model_fields:
                assert f"`{path}`" in page, path

    @pytest.mark.parametrize("name", SETTINGS)
    def test_every_setting_has_a_description(self, name: str) -> None:
        def missing(model: type[BaseModel]) -> Iterator[str]:
            for field, info in model.model_fields.items():
                if not info.description:
                    yield f"{model.__name__}.{field}"
                inner, _ = model_in(info.annotation)
                if inner is not None:
                    yield from missing(inner)

        assert list(missing(SETTINGS[name])) == []

    def test_every_reason_code_is_documented_and_described(self) -> None:
        page = (REFERENCE / "reasons.md").read_text()
        for code, meaning in reasons.ALL.items():
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
            assert meaning.endswith(".")
            assert f"| `{code}` | " in page

    def test_all_connectors_of_ours_are_documented(self) -> None:
        assert {item.name for item in available()} == reference.CONNECTORS.keys()
        for name, model in reference.CONNECTORS.items():
            assert load(name).Settings is model

    def test_schemas_refuse_unknown_settings(self) -> None:
        for name in ("configuration", "partner", "community", "agreement", "template", "overlay", "policy"):
            schema = json.loads((REFERENCE / f"{name}.schema.json").read_text())
            assert schema["additionalProperties"] is False

    def test_exit_codes(self) -> None:
        section = (REFERENCE / "cli.md").read_text().partition("## Exit codes")[2]
        assert [row for row in range(6) if f"| {row} |" in section] == list(range(6))


class TestGuides:
    @pytest.mark.parametrize("page", PAGES, ids=name_of)
    def test_every_relative_link_resolves(self, page: Path) -> None:
        for link in LINK.findall(re.sub(r"`[^`\n]+`", "", FENCE.sub("", page.read_text()))):
            if "://" in link or link.startswith("mailto:"):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), link
            assert target.is_relative_to(ROOT), link
            if anchor:
                assert anchor in anchors(target), link

    @pytest.mark.parametrize("page", GUIDES, ids=name_of)
    def test_every_command_line_parses(self, page: Path) -> None:
        for words in command_lines(page):
            path, arguments = find_command(words)
            COMMANDS[path].make_context(" ".join(path), list(arguments))

    @pytest.mark.parametrize("page", PAGES, ids=name_of)
    def test_commands_in_the_text_exist(self, page: Path) -> None:
        groups = {path[:end] for path in COMMANDS for end in range(1, len(path))}
        for text in INLINE.findall(FENCE.sub("", page.read_text())):
            words = text.partition(" -- ")[0].replace("…", "").split()
            named = [word for word in words if re.fullmatch(r"[a-z]+", word)]
            if tuple(named) in groups:
                continue
            path, _ = find_command(words)
            options = {name for parameter in COMMANDS[path].params for name in parameter.opts}
            assert {word for word in words if word.startswith("-")} <= options, text

    def test_every_command_stands_in_a_guide(self) -> None:
        text = "\n".join(page.read_text() for page in GUIDES)
        assert [path for path in COMMANDS if " ".join(path) not in text] == []

    def test_the_readme_opens_with_the_two_commands(self) -> None:
        text = (ROOT / "README.md").read_text()
        assert len(text.splitlines()) < 150
        opening = text.partition("\n## ")[0]
        assert re.findall(r"^make (\w+)", opening, re.MULTILINE) == ["run", "test"]
        assert "elivery is at least once, effects are idempotent" in text.replace("\n", " ")

    def test_make_targets_exist(self) -> None:
        targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
        told = set(re.findall(r"(?:^|`)make ([a-z-]+)(?=`|  )", _all_guides(), re.MULTILINE))
        assert told <= targets
        section = (ROOT / "CONTRIBUTING.md").read_text().partition("## Rules")[0]
        assert [name for name in targets if f"`{name}`" not in section] == []

    def test_every_variable_is_told_of(self) -> None:
        """Variables that the code reads by name; those that override settings are covered by the reference."""
        read = {
            name
            for path in _code()
            for name in re.findall(r"""(?:environ(?:\.get)?[\[(]|envvar=)"(\w+)\"""", path.read_text())
            if name.startswith("TEARLINE_")
        }
        assert {"TEARLINE_DIR", "TEARLINE_CLOCK", "TEARLINE_FAILPOINT"} <= read
        assert [name for name in read if f"`{name}`" not in (DOCS / "operating.md").read_text()] == []

    def test_errors_that_connectors_raise_exist(self) -> None:
        for name in re.findall(r"^\| `(\w+)` \|", (DOCS / "connectors.md").read_text().partition("| raise |")[2], re.MULTILINE):
            assert issubclass(getattr(errors, name), errors.TearlineError)

    def test_reason_codes_in_the_text_exist(self) -> None:
        codes = re.findall(r"\(`([a-z]+(?:-[a-z]+)+)`\)", _all_guides())
        assert set(codes) <= reasons.ALL.keys()

    def test_markers_and_failpoints(self) -> None:
        markers = {text.partition(":")[0] for text in _project()["tool"]["pytest"]["ini_options"]["markers"]}
        told = (ROOT / "CONTRIBUTING.md").read_text()
        assert [name for name in markers if f"`{name}`" not in told] == []
        assert NAMES  # what docs/operating.md points to

    def test_files_in_the_text_are_valid(self) -> None:
        for page in GUIDES:
            for language, block in FENCE.findall(page.read_text()):
                if language == "yaml":
                    check_file(yaml.safe_load(block))

    def test_decisions_are_listed_and_complete(self) -> None:
        index = (DOCS / "decisions" / "README.md").read_text()
        for page in (DOCS / "decisions").glob("2*.md"):
            text = page.read_text()
            assert page.name[:10] in text
            assert f"({page.name})" in index
            assert [heading for heading in ("## Context", "## Decision", "## Disadvantages") if heading not in text] == []


class TestForbiddenWords:
    @pytest.mark.parametrize("pattern", [PATHS_OF_MACHINES, REGISTRIES], ids=["machine paths", "registry hosts"])
    def test_nothing_tells_of_the_machines_it_was_made_on(self, pattern: re.Pattern[str]) -> None:
        files = [*PAGES, *_code(), *_deployment(), *REFERENCE.glob("*.json"), *(ROOT / "requirements").iterdir()]
        assert [name_of(path) for path in files if pattern.search(path.read_text())] == []


class TestDeployment:
    def test_kafka_is_the_version_that_the_tests_run(self) -> None:
        tested = {pin.version for pin in read_pins() if pin.group == "org.apache.kafka"}
        assert {_compose()["services"]["kafka"]["image"].partition(":")[2]} == tested
        named = set(re.findall(r"Kafka (\d+\.\d+\.\d+)", _all_guides()))
        assert named <= tested

    def test_kafka_is_set_up_like_the_one_that_the_tests_run(self) -> None:
        """Apart from addresses, partitions of internal topics, and what only makes tests faster."""
        text = server_properties(Path("data"), 1, 2)
        tested = dict(line.split("=", 1) for line in text.splitlines())
        given = {
            name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
            for name, value in _compose()["services"]["kafka"]["environment"].items()
        }
        addresses = {"listeners", "advertised.listeners", "log.dirs", "controller.quorum.voters", "log.retention.hours"}
        assert {name: given[name] for name in given.keys() - addresses} == {name: tested.get(name) for name in given.keys() - addresses}
        wanted = {name for name in tested if "replication" in name or "min.isr" in name or name.startswith(("process", "auto"))}
        assert wanted <= given.keys()

    def test_python_is_the_one_that_the_locks_were_made_for(self) -> None:
        image = set(re.findall(r"^FROM python:(\d+\.\d+)-slim", _dockerfile(), re.MULTILINE))
        lowest = _project()["project"]["requires-python"].removeprefix(">=")
        assert image == {lowest} == set(re.findall(r"--python-version (\S+)", (ROOT / "Makefile").read_text()))
        assert _project()["tool"]["mypy"]["python_version"] == lowest

    def test_the_image_installs_the_lock_with_hashes(self) -> None:
        build, _, final = _dockerfile().rpartition("\nFROM ")
        assert re.search(r"--require-hashes -r requirements/run\.txt", build)
        assert re.search(r"--require-hashes -r requirements/uv\.txt", build)
        assert "pip install" not in final
        assert "apt-get" not in final
        assert re.search(r"^USER (?!root)\w+", final, re.MULTILINE)
        for line in re.findall(r"^COPY (?!--from)(.+)$", _dockerfile(), re.MULTILINE):
            assert [name for name in line.split()[:-1] if not (ROOT / name).exists()] == []
        packages = _project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        assert [name for name in packages if f"COPY {name} {name}" not in build] == []

    def test_versions_agree(self) -> None:
        version = _project()["project"]["version"]
        assert _compose()["services"]["hub"]["image"] == f"tearline:{version}"
        assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()

    def test_entry_points_and_commands_exist(self) -> None:
        assert json.loads(re.search(r"^ENTRYPOINT (.+)$", _dockerfile(), re.MULTILINE)[1]) == list(_project()["project"]["scripts"])  # type: ignore[index]
        for name, service in _compose()["services"].items():
            for text in service["command"] if name != "kafka" else ():
                for part in re.findall(r"tearline [^&]+", text):
                    path, arguments = find_command(part.split())
                    COMMANDS[path].make_context(" ".join(path), arguments)

    def test_mounted_files_exist(self) -> None:
        for service in _compose()["services"].values():
            for mount in service.get("volumes", ()):
                source = mount.partition(":")[0]
                assert (ROOT / source).exists() if source.startswith(".") else source in _compose()["volumes"], mount

    def test_variables_are_settings_or_secrets_that_a_hub_asks_for(self) -> None:
        asked = {name for hub in HUBS for name in re.findall(r"\$\{env:(\w+)\}", (hub / "tearline.yaml").read_text())}
        settings = {f"TEARLINE_{path.upper().replace('.', '__')}" for path in reference.settings(Configuration) if "[]" not in path}
        for service in ("hub", "server", "aurora"):
            for name, value in _compose()["services"][service].get("environment", {}).items():
                assert name in asked | settings | {"TEARLINE_DIR"}
                assert value.startswith("${") if name in asked else True, f"{name}: a secret stands in docker-compose.yml"
        for name in re.findall(r"TEARLINE_\w+", _dockerfile() + (ROOT / "docker-compose.yml").read_text()):
            assert name in settings | {"TEARLINE_DIR"}

    def test_addresses_between_containers_exist(self, monkeypatch: pytest.MonkeyPatch) -> None:
        services = _compose()["services"]
        for hub in HUBS:
            configuration = _read(hub, monkeypatch)
            if configuration.bus.kind == "kafka":
                assert services["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{configuration.bus.bootstrap}"
            for feed in configuration.feeds:
                for host, port, root in re.findall(r"^http://(\w+):(\d+)/(\w+)/", str(feed.settings.get("url", ""))):
                    other = _read(EXAMPLES / host, monkeypatch)
                    assert host in services
                    assert (int(port), root) == (other.server.port, other.server.api_root)
                    assert feed.settings["collection"] in read_sharing_files(EXAMPLES / host, other.feeds).policies
                    assert feed.settings["username"] in services[host]["command"][0]

    @pytest.mark.parametrize("hub", HUBS, ids=name_of)
    def test_example_hubs_pass_the_hubs_own_check(self, hub: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for path in hub.rglob("*"):
            if path.is_file():
                target = tmp_path / path.relative_to(hub)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        write_keys(tmp_path / _read(hub, monkeypatch).hub.keys, os.urandom)
        assert [item for item in check_hub(tmp_path) if item.state != "ok"] == []

    def test_examples_hold_reserved_names_only(self) -> None:
        text = "\n".join(path.read_text() for path in EXAMPLES.rglob("*.json"))
        hosts = re.findall(r"(?:https?://|domain-name:value ?= ?'|\"value\":\")([A-Za-z0-9.-]*[A-Za-z]\.?)(?=[/'\":])", text)
        assert hosts
        assert [host for host in hosts if not host.lower().rstrip(".").endswith((".example", "example.com", "example.org"))] == []
        addresses = re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text)
        assert [item for item in addresses if not item.startswith(("192.0.2.", "198.51.100.", "203.0.113."))] == []


def _all_guides() -> str:
    return "\n".join(page.read_text() for page in GUIDES)


def _code() -> list[Path]:
    packages = _project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return [
        path
        for package in [*packages, "examples"]
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".py", ".yaml", ".tmpl", ".txt", ".json")
    ]


def _deployment() -> list[Path]:
    return [ROOT / name for name in ("Dockerfile", "docker-compose.yml", "Makefile", "pyproject.toml")]


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def _read(hub: Path, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    for name in re.findall(r"\$\{env:(\w+)\}", (hub / "tearline.yaml").read_text()):
        monkeypatch.setenv(name, "a-secret-for-tests")
    return read_configuration(hub)


def test_the_command_has_help() -> None:
    assert typer.main.get_command(app).help
