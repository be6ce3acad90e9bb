"""An operator who asks one thing after the other: commands of `tearline` as JSON on standard input, what each said on standard output."""

from __future__ import annotations

import json
import sys

from typer.testing import CliRunner

from pipeline.cli.main import app


def main() -> None:
    """Each command is a list of words; an error is told as `tearline` tells it."""
    runner = CliRunner()
    said = []
    for words in json.load(sys.stdin):
        result = runner.invoke(app, words)
        said.append(f"{result.output}\n{result.exception or ''}")
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
