"""GET /taxii2/ and GET /{root}/ (§4.1, 4.2): the server, and the API roots in which the partner has something."""

from __future__ import annotations

from pipeline.server.responses import Reply, json_reply
from pipeline.server.services import Call, NotFound
from pipeline.store.view_reader import ApiRootInfo
from schemas.taxii import MEDIA_TYPE, ApiRoot, Discovery


async def discovery(call: Call) -> Reply:
    """What the server is; its first API root is there for everybody."""
    settings = call.services.settings
    further = [settings.url_of_root(root.name) for root in call.services.reader.api_roots(call.partner)]
    resource = Discovery(title=settings.title, default=settings.api_root_url, api_roots=[settings.api_root_url, *further])
    if settings.description:
        resource["description"] = settings.description
    if settings.contact:
        resource["contact"] = settings.contact
    return json_reply(resource)


async def api_root(call: Call) -> Reply:
    """What an API root is."""
    settings = call.services.settings
    root = must_exist(call)
    resource = ApiRoot(title=root.title, versions=[MEDIA_TYPE], max_content_length=settings.max_content_length)
    if root.description:
        resource["description"] = root.description
    return json_reply(resource)


def must_exist(call: Call) -> ApiRootInfo:
    """The API root in the path. Raises NotFound where the partner has nothing in it, as for one that is not there."""
    name = call.root()
    if not name:
        settings = call.services.settings
        return ApiRootInfo(name, settings.title, settings.description)
    root = next((root for root in call.services.reader.api_roots(call.partner) if root.name == name), None)
    if root is None:
        raise NotFound
    return root
