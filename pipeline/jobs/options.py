"""Beam options of a job: FnApiRunner by name unless the operator names another runner, and never DirectRunner."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from schemas.errors import ConfigError

LOCAL = "FnApiRunner"


def job_options(arguments: Sequence[str]) -> PipelineOptions:
    """Options from Beam's own command line. Raises ConfigError for DirectRunner and for arguments that Beam does not know."""
    options = PipelineOptions(list(arguments))
    known = options.get_all_options(drop_default=True)
    del known
    standard = options.view_as(StandardOptions)
    runner = standard.runner or LOCAL
    if runner.rpartition(".")[2].lower() in ("directrunner", "switchingdirectrunner", "bundlebaseddirectrunner", "prismrunner"):
        message = (
            f"--runner={runner}: refused. It silently picks one of three engines (one of them fetched from the net at run time);"
            f" leave --runner out for {LOCAL} on this machine, or name PortableRunner or FlinkRunner for a cluster"
        )
        raise ConfigError(message)
    standard.runner = "apache_beam.runners.portability.fn_api_runner.FnApiRunner" if runner == LOCAL else runner
    return options


def is_local(options: PipelineOptions) -> bool:
    """Whether the job runs in this process."""
    return str(options.view_as(StandardOptions).runner).endswith(LOCAL)
