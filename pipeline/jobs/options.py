"""Beam options of a job: FnApiRunner by name unless the operator names another runner, and never DirectRunner."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from schemas.errors import ConfigError

__all__ = ["LOCAL", "PipelineOptions", "job_options"]

LOCAL = "FnApiRunner"


def job_options(arguments: Sequence[str]) -> PipelineOptions:
    """Options from Beam's own command line. Raises ConfigError for DirectRunner."""
    options = PipelineOptions(list(arguments))
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
