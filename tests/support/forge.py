"""Runs a hub in forked children of one warm process, so that a hundred deaths by SIGKILL cost a minute and not ten.

Speaks JSON lines: {"folder", "failpoint"} in, {"signal", "report", "peak_mb"} out. Blocks are small, so that each failpoint is hit
several times.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Event


def main() -> None:
    """Serve until standard input ends."""
    from pipeline import publish
    from pipeline.clock import system_clock
    from pipeline.failpoints import arm
    from pipeline.hub import open_hub
    from pipeline.jobs import intake, plan, ranges
    from pipeline.observe import configure_logging
    from pipeline.runner import Runner

    configure_logging(as_json=True)
    ranges.MESSAGES_IN_MICRO_BATCH = 2
    intake.RECORDS_IN_TRANSACTION = 50
    plan.CHANGES_IN_STEP = 200
    publish.MESSAGES_IN_TRANSACTION = 2
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            arm(order["failpoint"])
            runner = Runner(open_hub(Path(order["folder"])), system_clock)
            report = runner.once(Event()).model_dump_json()
            os.write(writer, report.encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read()
        _, status, usage = os.wait4(child, 0)
        died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        print(json.dumps({"signal": died, "report": said.decode(), "peak_mb": usage.ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
