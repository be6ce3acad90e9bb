"""Make the configured source of a feed."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from connectors.base import Source
from connectors.registry import load
from pipeline.yamlfile import explain_mistakes, read_yaml
from schemas.config import FeedSettings
from schemas.errors import ConfigError


def make_source(folder: Path, feed: FeedSettings) -> Source:
    """The connector of a feed with its settings. Raises ConfigError naming each mistake in them, with its line."""
    kind = load(feed.connector, folder)
    try:
        bound = {"max_object_bytes": feed.max_object_bytes} if "max_object_bytes" in kind.Settings.model_fields else {}
        settings = kind.Settings.model_validate({**bound, **feed.settings}, context={"folder": folder})
    except ValidationError as error:
        path = folder / "tearline.yaml"
        content, lines = read_yaml(path)
        names = [item.get("id") for item in content.get("feeds", ())]
        place = ("feeds", names.index(feed.id), "settings") if feed.id in names else ("feeds",)
        raise ConfigError("\n".join(explain_mistakes(error, path, lines, place))) from None
    return kind(settings)
