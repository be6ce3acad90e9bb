"""The TAXII 2.1 server as a Starlette application: which path leads where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.server import collection_info, discovery, records
from pipeline.server.credentials import CredentialSource
from pipeline.server.endpoint import Endpoint
from pipeline.server.services import Handler, Services, build_services
from pipeline.server.settings import ServerSettings
from pipeline.store.view_reader import ViewReader


def create_app(
    reader: ViewReader, credentials: CredentialSource, settings: ServerSettings, key: bytes, clock: Callable[[], float]
) -> Starlette:
    """The application. `key` is the server's secret, 32 bytes or more, the same in all workers; `clock` gives monotonic seconds."""
    services = build_services(reader, credentials, settings, key, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        services.close()

    return Starlette(routes=_routes(services), middleware=[Middleware(_SlashedPath)], lifespan=lifespan)


def _routes(services: Services) -> list[Route]:
    root = f"/{services.settings.api_root}"
    one = f"{root}/collections/{{collection}}"
    table: list[tuple[str, str, dict[str, Handler]]] = [
        (f"{one}/objects/", "objects", {"GET": records.objects, "POST": collection_info.refuse_write}),
        (f"{one}/manifest/", "manifest", {"GET": records.manifest}),
        (f"{one}/objects/{{object}}/", "object", {"GET": records.one_object, "DELETE": collection_info.refuse_write}),
        (f"{one}/objects/{{object}}/versions/", "versions", {"GET": records.versions}),
        (f"{one}/", "collection", {"GET": collection_info.one_collection}),
        (f"{root}/collections/", "collections", {"GET": collection_info.list_collections}),
        (f"{root}/", "api-root", {"GET": discovery.api_root(services.settings)}),
        ("/taxii2/", "discovery", {"GET": discovery.discovery(services.settings)}),
    ]
    return [  # tried in this order, so the busiest path is first
        *(Route(path, Endpoint(services, name, handlers)) for path, name, handlers in table),
        Route("/healthz/", _healthz, methods=["GET"]),
        Route("/{path:path}", Endpoint(services, "unknown")),
    ]


async def _healthz(_: object) -> PlainTextResponse:
    """For load balancers, without credentials: the process answers."""
    return PlainTextResponse("ok\n")


class _SlashedPath:
    """TAXII paths end in a slash (§1.6.9.1); a client that leaves it out is served all the same, without a redirect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].endswith("/"):
            scope["path"] += "/"
        await self._app(scope, receive, send)
