"""`tearline`: the command, its groups, and what its exit codes mean.

0  done
1  a defect of Tearline itself; the traceback is on standard error
2  the command line is wrong
3  configuration, credentials or files are wrong; standard error says which and what would be right
4  something outside was not available; the same command may succeed later
5  done, but not everything: some feeds failed, or a check found mistakes
"""

from __future__ import annotations

import sys

import typer

from pipeline.cli import (
    audit,
    check,
    connector,
    demo,
    dev,
    explain,
    grant,
    held,
    init,
    job,
    keys,
    partner,
    plan,
    policy,
    quarantine,
    recall,
    run,
    seed,
    serve,
    status,
)
from pipeline.cli.output import EXIT_LATER, EXIT_OPERATOR, fail
from schemas.errors import OperatorError, RetryLater, StalledFeed

app = typer.Typer(
    name="tearline",
    help="Pass threat indicators between partners: each gets its own releasable set, with a reason for every byte.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("seed")(seed.seed)
app.command("demo")(demo.demo)
app.add_typer(job.app, name="job")
app.add_typer(connector.app, name="connector")
app.command("plan")(plan.plan)
app.command("explain")(explain.explain)
app.command("audit")(audit.audit)
app.command("recall")(recall.recall)
app.add_typer(held.app, name="held")
app.add_typer(partner.app, name="partner")
app.add_typer(grant.app, name="grant")
app.add_typer(keys.app, name="keys")
app.add_typer(policy.app, name="policy")
app.add_typer(quarantine.app, name="quarantine")
app.command("status")(status.status)
app.add_typer(dev.app, name="dev")


def main() -> None:
    """Run the command; turn errors that name their remedy into one line and an exit code."""
    try:
        app()
    except OperatorError as error:
        sys.exit(fail(error, EXIT_OPERATOR))
    except (RetryLater, StalledFeed) as error:
        sys.exit(fail(error, EXIT_LATER))
