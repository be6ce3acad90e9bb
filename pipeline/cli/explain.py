"""`tearline explain`: what is known of an object, and why a recipient got, or did not get, it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging
from schemas.reasons import ALL

if TYPE_CHECKING:
    from pipeline.explain import Explanation, Meaning

Row = tuple[str, str]


def explain(
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The producer's id, or the id that the recipient sees.")],
    recipient: Annotated[str | None, typer.Option("--for", help="The recipient; without, what the hub itself knows.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Explain what is known of an object, and what a recipient gets of it, by which rule and how changed; from the code that decides."""
    configure_logging(as_json=as_json)
    from pipeline.explain import Explanation, describe  # the hub's libraries are imported only where they are needed
    from pipeline.explain import explain as explain_object
    from pipeline.hub import open_hub

    hub = open_hub(folder)
    found = explain_object(hub, hub.read_sharing_files(), object_id, recipient, system_clock()) if recipient else describe(hub, object_id)
    if as_json:
        print_json([item.model_dump() for item in found])
        return
    for item in found:
        print_table("", ("", ""), [*_known(item), *_merged(item), *(_released(item) if isinstance(item, Explanation) else ())])
        if isinstance(item, Explanation):
            show_decision(item)


def show_decision(item: Explanation) -> None:
    """The steps, what became of each contribution, and of each field of the one that stands."""
    if len(item.candidates) > 1:
        rows = [(one.producer, one.source_id, one.outcome) for one in item.candidates]
        print_table("Contributions, in the order in which they are asked", ("producer", "id", "outcome"), rows)
    print_table("The eight steps", ("step", "outcome", "decided by"), _steps(item))
    if item.fields:
        print_table("Its fields", ("place", "outcome", "by"), _fields(item))


def _known(item: Meaning) -> Iterator[Row]:
    yield "type", item.type
    for one in item.contributors:
        behind = "" if one.stands_for_others else ", stands behind"
        yield "contributed by", f"{one.producer} as {one.source_id} ({one.feed}{behind})"


def _merged(item: Meaning) -> Iterator[Row]:
    """What the contributions say together; what nobody says is left out."""
    from schemas.confidence import from_confidence

    merged = item.merged
    yield "sources", str(merged.sources)
    if merged.confidence is not None:
        words = f"{from_confidence('none-low-med-high', merged.confidence)}; {from_confidence('admiralty', merged.confidence)}"
        yield "confidence", f"{merged.confidence} ({words})"
    if merged.first_seen or merged.last_seen:
        yield "seen", f"{merged.first_seen or 'unknown'} to {merged.last_seen or 'unknown'}"
    if merged.valid_from:
        yield "valid", f"{merged.valid_from} to {merged.valid_until or 'no end'}"
    if merged.labels:
        yield "labels", ", ".join(merged.labels)
    if merged.kinds:
        yield "kinds", ", ".join(merged.kinds)
    for producer, count in merged.counts.items():
        yield "counted", f"{count} by {producer}"


def _released(item: Explanation) -> Iterator[Row]:
    yield "recipient", item.recipient
    yield "markings", ", ".join(item.markings)
    yield "label", item.label or "-"
    yield "policy", item.policy
    yield "agreements", ", ".join(item.agreements) or "none in force"
    if item.grant:
        yield "signed grant", item.grant
    yield "decision", f"{item.result}: {item.reason}. {item.meaning}"
    yield "released as", item.released_as or "-"
    yield "published", f"{item.published['decision']} at {item.published['slot']}" if item.published else "not yet"
    if item.sightings:
        yield "sightings", f"{item.sightings}. {ALL[item.sightings]}"


def _steps(item: Explanation) -> Iterator[tuple[str, ...]]:
    for step in item.steps:
        outcome = f"{step.outcome}: {step.reason}" if step.reason else step.outcome
        yield f"{step.number} {step.name}", outcome, "\n".join(step.told) or "-"


def _fields(item: Explanation) -> Iterator[tuple[str, ...]]:
    for field in item.fields:
        yield field.place, field.outcome, "\n".join(field.by) or "-"
