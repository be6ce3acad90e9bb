"""What docs/credentials.md tells to type works as it stands there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.security.hub import ROOT, ServedHub, tearline, within_a_second
from tests.support.hubs import make_hub

GUIDE = (ROOT / "docs" / "credentials.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
PARTNER = "isac-lagoon"


def block(language: str, holds: str) -> str:
    (found,) = [text for kind, text in BLOCKS if kind == language and holds in text]
    return found


def commands(text: str) -> list[list[str]]:
    return [shlex.split(line, comments=True)[1:] for line in text.splitlines() if line.startswith("tearline")]


def test_the_commands_of_every_day_in_their_order(folder: Path) -> None:
    make_hub(folder, {}, {PARTNER: {}, "other": {}})
    said = [tearline(folder, *words) for words in commands(block("sh", "tearline partner suspend"))]
    assert len(said) == 9
    assert [entry["action"] for entry in said[-1]] == ["add", "add", "rotate", "rotate", "revoke", "suspend", "resume"]


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "yaml"])
def test_the_settings_exist(text: str) -> None:
    from pipeline.server.settings import ServerSettings

    ServerSettings(**yaml.safe_load(text)["server"])


def test_client_certificates_from_openssl_to_curl(tmp_path: Path) -> None:
    subprocess.run(["bash", "-ec", block("sh", "openssl req")], cwd=tmp_path, check=True, capture_output=True)
    files = {name: str(tmp_path / path) for name, path in yaml.safe_load(block("yaml", "tls_client_ca"))["server"].items()}
    by_file, by_subject = commands(block("sh", "--certificate"))
    curl = shlex.split(block("sh", "curl"))
    with ServedHub(tmp_path, (PARTNER, "other"), **files) as hub:

        def status(*left_out: str) -> str:
            words = [word.replace("https://127.0.0.1:6100", hub.url) for word in curl]
            for option in left_out:
                del words[words.index(option) : words.index(option) + 2]
            done = subprocess.run(
                [*words, "-s", "-o", str(tmp_path / "answer"), "-w", "%{http_code}"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            return done.stdout

        assert status() == "401"
        enrolled = hub.tearline(*[str(tmp_path / word) if word.endswith(".pem") else word for word in by_file])["certificates"]
        within_a_second(lambda: status() == "200")
        assert json.loads((tmp_path / "answer").read_text())["api_roots"]
        assert status("--cert", "--key") == "401"
        hub.tearline("partner", "token", PARTNER, "--revoke", *enrolled)
        within_a_second(lambda: status() == "401")
        hub.tearline(*by_subject)
        within_a_second(lambda: status() == "200")


def test_the_numbers_in_the_text_are_the_defaults() -> None:
    from pipeline.server.lockout import OF_ADDRESS, OF_NAME
    from pipeline.server.settings import ServerSettings

    settings = ServerSettings()
    assert f"`server.lockout_attempts` different wrong secrets ({settings.lockout_attempts})" in GUIDE
    assert f"`server.lockout_seconds` ({settings.lockout_seconds:g})" in GUIDE
    assert f"`server.rate_limit.requests_per_second` ({settings.rate_limit.requests_per_second:g})" in GUIDE
    assert f"`server.rate_limit.burst` ({settings.rate_limit.burst:,})" in GUIDE
    assert (OF_ADDRESS, OF_NAME) == (5, 10)
    assert "five times that, a name from all addresses together ten times" in GUIDE
    assert settings.api_key_header == "X-API-Key"
