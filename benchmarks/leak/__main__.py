"""`make leakbench`: plant, run, search, report. The exit code is 1 where something is not as it is wanted."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.leak.bench import make_corpus, try_hub
from benchmarks.leak.report import show
from schemas.errors import ConfigError


def main() -> int:
    """Run LeakBench over a corpus of its own, or over another one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leak", description=main.__doc__)
    parser.add_argument("--canaries", type=int, default=30_000, help="how many values of people to plant, at least")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same corpus")
    parser.add_argument("--corpus", type=Path, help="a corpus to use instead: a folder as docs/leakbench.md describes it")
    parser.add_argument("--work", type=Path, help="keep corpus and hub in this new folder, to look at them afterwards")
    parser.add_argument("--out", type=Path, help="write the report there, as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        corpus = options.corpus or work / "corpus"
        try:
            if options.corpus is None:
                make_corpus(corpus, options.canaries, options.seed)
            report = try_hub(corpus, work, options.seed)
        except ConfigError as error:
            sys.stderr.write(f"{error}\n")
            return 3
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    show(report, Console(width=180))
    return 1 if report["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
