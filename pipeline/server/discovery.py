"""GET /taxii2/ and GET /{root}/ (§4.1, 4.2): the same for every partner, so written once."""

from __future__ import annotations

from pipeline.server.responses import Reply, json_reply
from pipeline.server.services import Call, Handler
from pipeline.server.settings import ServerSettings
from schemas.taxii import MEDIA_TYPE, ApiRoot, Discovery


def discovery(settings: ServerSettings) -> Handler:
    """What the server is, with its one API root."""
    resource = Discovery(title=settings.title, default=settings.api_root_url, api_roots=[settings.api_root_url])
    if settings.description:
        resource["description"] = settings.description
    if settings.contact:
        resource["contact"] = settings.contact
    return _constant(json_reply(resource))


def api_root(settings: ServerSettings) -> Handler:
    """What the API root is."""
    resource = ApiRoot(title=settings.title, versions=[MEDIA_TYPE], max_content_length=settings.max_content_length)
    if settings.description:
        resource["description"] = settings.description
    return _constant(json_reply(resource))


def _constant(reply: Reply) -> Handler:
    async def answer(_: Call) -> Reply:
        return reply

    return answer
