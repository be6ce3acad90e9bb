"""Tables of the reference: the settings of a model, from its fields and its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from schemas.markings import Tlp


def sections(model: type[BaseModel], prefix: str, depth: int) -> list[str]:
    """A heading and a table for each setting that is a table itself, nested ones too."""
    found = []
    for name, field in model.model_fields.items():
        inner, many = model_in(field.annotation)
        if inner is not None:
            path = f"{prefix}{name}[]." if many else f"{prefix}{name}."
            found += [f"{'#' * depth} {prefix}{name}\n", f"{field.description}\n", *table(inner, path), *sections(inner, path, depth + 1)]
    return found


def table(model: type[BaseModel], prefix: str) -> list[str]:
    """The settings of a model: path, type, default, meaning."""
    properties = model.model_json_schema()["properties"]
    rows = []
    for name, field in model.model_fields.items():
        inner, many = model_in(field.annotation)
        kind = ("list of tables" if many else "table") + ", see below" if inner else _kind(properties[name], field.annotation)
        rows.append((f"`{prefix}{name}`", kind, _default(field), field.description or ""))
    return as_table(("setting", "type", "default", "meaning"), rows)


def _kind(node: Mapping[str, Any], annotation: Any = None) -> str:
    """The type of a setting in words, from its JSON Schema."""
    if annotation is timedelta:
        return "duration: `90s`, `15m`, `6h`, `1d`"
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(_kind(item) for item in node["anyOf"] if item.get("type") != "null"))
    if "enum" in node:
        return "one of " + ", ".join(f"`{item}`" for item in node["enum"])
    match node.get("type"):
        case "array":
            least = f", at least {node['minItems']}" if "minItems" in node else ""
            return f"list of {_kind(node['items'])}{least}"
        case "object":
            inner = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
            return f"mapping to {_kind(inner)}" if isinstance(inner, dict) else "mapping"
        case "integer" | "number" as kind:
            return ("whole number" if kind == "integer" else "number") + _bounds(node)
        case "boolean":
            return "true or false"
    words = {"path": "path", "password": "secret text", "date-time": "date, or time with zone"}
    return words.get(node.get("format", ""), "text") + (f" like `{node['pattern']}`" if "pattern" in node else "")


def _bounds(node: Mapping[str, Any]) -> str:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum")
    above = "more than " if "exclusiveMinimum" in node else ""
    if high is None:
        return "" if low is None else f", {above}{low}" if above else f", {low} or more"
    return f", {above}{low} to {high}"


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    match value:
        case None:
            return "none"
        case BaseModel():
            return ""
        case Tlp():
            return f"`{value.name.lower().replace('_', '+')}`"
        case timedelta():
            return f"`{int(value.total_seconds()) // 60}m`"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple() | dict():
            return "empty" if not value else f"`{list(value)}`"
    return f"`{value}`" if str(value) else "empty"


def model_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a setting holds, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = [model_in(item) for item in get_args(annotation)]
    found = next((item for item in inner if item[0] is not None), (None, False))
    return found[0], found[1] or (found[0] is not None and get_origin(annotation) not in (Union, UnionType, Annotated))


def first(model: type[BaseModel]) -> str:
    """What a model is, from the first line of its docstring, after the name of its file."""
    return (model.__doc__ or "").partition(": ")[2].partition("\n")[0].capitalize()


def as_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table, as one text."""
    lines = [head, ["---"] * len(head), *[[_cell(cell) for cell in row] for row in rows]]
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"]


def _cell(text: str) -> str:
    """Text inside backticks stays as it is; outside, what Markdown would read as its own is escaped."""
    parts = text.replace("|", "\\|").replace("\n", " ").split("`")
    return "`".join(part if place % 2 else part.replace("<", "&lt;").replace("*", "\\*") for place, part in enumerate(parts))
