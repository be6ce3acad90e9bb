"""Beam options of a job: FnApiRunner by name unless the operator names another runner, and never DirectRunner."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from schemas.errors import ConfigError

__all__ = ["LOCAL", "PipelineOptions", "job_options"]

LOCAL = "FnApiRunner"


def job_options(arguments: Sequence[str]) -> PipelineOptions:
    """Options from Beam's own command line. Raises ConfigError for DirectRunner and for options that Beam does not know."""
    options = PipelineOptions(list(arguments))
    unknown = _unknown(arguments)
    if unknown:
        message = (
            f"Beam knows no option {', '.join(unknown)}; correct its spelling (options of runners that are not installed are unknown too)"
        )
        raise ConfigError(message)
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


def _unknown(arguments: Sequence[str]) -> list[str]:
    """Names of options that no part of Beam has declared: Beam itself would pass over them in silence."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    declared: list[type[PipelineOptions]] = [PipelineOptions]
    for kind in declared:
        declared.extend(kind.__subclasses__())
        if "_add_argparse_args" in vars(kind):
            kind._add_argparse_args(parser)
    return [argument.partition("=")[0] for argument in parser.parse_known_args(list(arguments))[1] if argument.startswith("-")]
