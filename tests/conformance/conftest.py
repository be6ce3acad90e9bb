"""Which server the suite asks: one of its own by default, or any that the options name (see README.md)."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import pytest

from tests.conformance.our_server import our_target
from tests.conformance.target import READ, VERSIONS, Json, Target, User, write_dated


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "the TAXII server that tests/conformance asks")
    group.addoption("--base-url", help="its address without a path, for example https://taxii.example.com")
    group.addoption("--user", help="user name of the reader")
    group.addoption("--password", help="password of the reader")
    group.addoption("--token", help="bearer token of the reader, in place of user name and password")
    group.addoption("--target", help="JSON file that names API root, collections, writer and commands (tests/conformance/README.md)")


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    base_url = request.config.getoption("--base-url", default=None)
    folder = tmp_path_factory.mktemp("conformance")
    if base_url is None:
        with our_target(folder / "hub") as found:
            yield found
    else:
        found = _named(request.config, base_url, folder)
        yield found
    for client in found.clients:
        client.close()


def _named(config: pytest.Config, base_url: str, folder: Path) -> Target:
    told = json.loads(Path(config.getoption("--target")).read_text())
    token, name = config.getoption("--token"), config.getoption("--user")
    reader = _user(token, name, config.getoption("--password"))
    writer = _user(told["writer"].get("token"), told["writer"].get("user"), told["writer"].get("password"))

    def seed(role: str, objects: Sequence[tuple[str, Json]]) -> None:
        path = folder / f"{role}.jsonl"
        write_dated(path, objects)
        subprocess.run(shlex.split(told["seed"].format(collection=told["collections"][role], file=path)), check=True)

    def process() -> None:
        subprocess.run(shlex.split(told["process"]), check=True)

    def restart() -> None:
        subprocess.run(shlex.split(told["restart"]), check=True)

    if told.get("seed"):
        seed("read", READ)
        seed("versions", VERSIONS)
    return Target(
        base_url=base_url,
        root=told["root"],
        collections=told["collections"],
        aliases=told.get("aliases", {}),
        reader=reader,
        writer=writer,
        seed=seed,
        process=process,
        restart=restart if "restart" in told else None,
        second_root=told.get("second_root"),
        public=told.get("public"),
        max_content_length=told["max_content_length"],
    )


def _user(token: str | None, name: str | None, password: str | None) -> User:
    if token is not None:
        return User({"Authorization": f"Bearer {token}"})
    return User({"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"})


@pytest.fixture(scope="session")
def reader(target: Target) -> httpx2.Client:
    """A client of the reader."""
    return target.client(target.reader)


@pytest.fixture(scope="session")
def writer(target: Target) -> httpx2.Client:
    """A client of the writer."""
    return target.client(target.writer)
