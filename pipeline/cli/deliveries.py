"""`tearline partner deliveries`: what partners have read over TAXII, and how far behind they are."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any

import typer

from pipeline.cli.output import HERE, AsJson, Folder, print_json, print_table
from pipeline.config import read_configuration
from pipeline.store.deliveries import DeliveryStore, deliveries_path
from pipeline.store.delivery_lag import COUNTED, Lag, read_lags
from pipeline.store.view_queries import open_views
from schemas.errors import ConfigError
from schemas.timestamps import from_micros, taxii


def deliveries(
    partner: Annotated[str | None, typer.Argument(help="The partner's id; all partners where it is left out.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what partners have read of their collections, and how far behind they are. It is up to date within a second."""
    views_path = folder / read_configuration(folder).store.views
    if not views_path.exists():
        message = f"{views_path}: nothing is published yet"
        raise ConfigError(message)
    with closing(DeliveryStore(deliveries_path(views_path))) as store, open_views(views_path) as views:
        found = [item for item in read_lags(views, store.all()) if partner in (None, item.partner)]
    if as_json:
        print_json([_document(item) for item in found])
        return
    columns = ("partner", "last read", "objects#", "behind#", "behind since", "collection")
    print_table("Deliveries", columns, [_row(item) for item in found])


def _document(item: Lag) -> dict[str, Any]:
    made = item.delivery
    return {
        "partner": item.partner,
        "collection": item.collection,
        "first_read": _time(made.first_time if made else None),
        "last_read": _time(made.last_time if made else None),
        "pages": made.requests if made else 0,
        "objects": made.objects if made else 0,
        "position": _time(made.position if made else None),
        "newest": _time(made.newest if made else None),
        "behind": item.behind,
        "behind_at_least": item.behind == COUNTED,
        "behind_since": _time(item.since),
    }


def _row(item: Lag) -> tuple[object, ...]:
    made = item.delivery
    many = f"{item.behind}+" if item.behind == COUNTED else item.behind
    last, objects = (_second(made.last_time), made.objects) if made else ("never", 0)
    return (item.partner, last, objects, many, _second(item.since) or "-", item.collection)


def _second(micros: int | None) -> str | None:
    return None if micros is None else from_micros(micros).strftime("%Y-%m-%d %H:%M:%SZ")


def _time(micros: int | None) -> str | None:
    return None if micros is None else taxii(from_micros(micros))
