"""The report as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

TOLD = 40
"""Groups of leaks that are listed; the file of `--out` has them all."""


def show(report: Mapping[str, Any], console: Console) -> None:
    """Every figure, with what it is a figure of."""
    planted = report["canaries"]
    console.print(
        f"Synthetic data. {planted['private']:,} canaries of victims, reporters and analysts, {planted['others']:,} of threats and nobody;"
        f" {report['bytes_searched'] / 1e6:,.0f} MB searched in {report['seconds_of_search']} s."
    )
    _table(console, "Leaks to recipients", ("profile", "place", "kept back by", "canaries", "leaked", "95 % upper bound"), (
        (row["profile"], row["place"], row["kept_back_by"], f"{row['trials']:,}", f"{row['leaked']:,}", _bound(row))
        for row in report["leaks"]
    ))  # fmt: skip
    _table(console, "Logs, metrics, error bodies, operators' commands, files", ("channel", "canaries", "leaked", "95 % upper bound"), (
        (row["channel"], f"{row['trials']:,}", f"{row['leaked']:,}", _bound(row)) for row in report["channels"]
    ))  # fmt: skip
    control = report["control"]
    console.print(f"As a control: of {control['wanted']:,} canaries that a recipient may have, {control['found']:,} were found with it.")
    if report["details"]:
        columns = ("profile", "row", "path", "kind", "role", "place", "how", "leaked", "example")
        _table(console, "Where they leaked", columns, ([str(item[name]) for name in columns] for item in report["details"][:TOLD]))
    _table(console, "Free text of indicators that name a threat", ("recipient", "regenerated", "held or withheld", "passed"), (
        (name, *_shares(row, ("regenerated", "held or withheld", "passed"))) for name, row in report["text"].items()
    ))  # fmt: skip
    _table(console, "Threats kept, CLEAR and GREEN", ("recipient", *next(iter(report["kept"].values()))), (
        (name, *(_share(item) for item in row.values())) for name, row in report["kept"].items()
    ))  # fmt: skip
    _table(console, "Texts without anybody's data, as written", ("recipient", "kept"), (
        (name, _share(item)) for name, item in report["hard_negatives"].items()
    ))  # fmt: skip
    _table(console, "Outcomes", ("recipient", "reason", "objects"), (
        (name, reason, f"{number:,}") for name, row in report["outcomes"].items() for reason, number in row.items()
    ))  # fmt: skip
    speed = report["throughput"]
    console.print(
        f"{speed['objects']:,} objects to {speed['recipients']} recipients in {speed['seconds']} s,"
        f" starting the process included: {speed['objects_per_second']:,} objects/s"
    )
    for text in report["failures"]:
        console.print(f"[red]wrong[/] {text}")


def _table(console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _bound(row: Mapping[str, Any]) -> str:
    return "-" if row["upper_95"] is None else f"{row['upper_95']:.4%} (3/{row['trials']:,})"


def _share(item: Mapping[str, Any]) -> str:
    return "-" if item["share"] is None else f"{item['kept']:,} of {item['wanted']:,} ({item['share']:.1%})"


def _shares(row: Mapping[str, int], names: Sequence[str]) -> list[str]:
    total = sum(row.values())
    return [f"{row.get(name, 0):,} ({row.get(name, 0) / total:.1%})" if total else "-" for name in names]
