"""The TAXII 2.1 server as an ASGI application: which path leads where."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.server import collection_info, discovery, records, writes
from pipeline.server.audit import Audit
from pipeline.server.credentials import CredentialSource
from pipeline.server.endpoint import Endpoint
from pipeline.server.health import Readiness
from pipeline.server.inbox import Inbox
from pipeline.server.metrics import Metrics
from pipeline.server.services import Handler, Services, build_services
from pipeline.server.settings import ServerSettings
from pipeline.store.view_reader import ViewReader


def create_app(
    reader: ViewReader,
    credentials: CredentialSource,
    settings: ServerSettings,
    key: bytes,
    clock: Callable[[], float],
    *,
    audit: Audit | None = None,
    readiness: Readiness | None = None,
    inbox: Inbox | None = None,
) -> ASGIApp:
    """The application. `key` is the server's secret, 32 bytes or more, the same in all workers; `clock` gives monotonic seconds.

    Without an inbox nothing can be written, and there are no statuses.
    """
    audit = audit or Audit(Metrics(), lambda: time.time_ns() // 1000)
    services = build_services(reader, credentials, settings, key, clock, audit, readiness or Readiness({}, clock), inbox)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        services.close()

    # no Starlette around it: its layers for exceptions wrap every message sent, and every endpoint answers for itself
    return _SlashedPath(Router(routes=_routes(services), lifespan=lifespan))


def _routes(services: Services) -> list[Route]:
    one = "/{root}/collections/{collection}"
    table: list[tuple[str, str, dict[str, Handler]]] = [
        (f"{one}/objects/", "objects", {"GET": records.objects, "POST": writes.add_objects}),
        (f"{one}/manifest/", "manifest", {"GET": records.manifest}),
        (f"{one}/objects/{{object}}/", "object", {"GET": records.one_object, "DELETE": writes.delete_object}),
        (f"{one}/objects/{{object}}/versions/", "versions", {"GET": records.versions}),
        (f"{one}/", "collection", {"GET": collection_info.one_collection}),
        ("/{root}/collections/", "collections", {"GET": collection_info.list_collections}),
        ("/{root}/status/{status}/", "status", {"GET": writes.one_status}),
        ("/taxii2/", "discovery", {"GET": discovery.discovery}),
    ]

    async def readyz(_: object) -> PlainTextResponse:
        """For load balancers: the server can do its work; why it cannot is told on the management port alone."""
        ready = await services.readiness.ready()
        return PlainTextResponse("ok\n" if ready else "not ready\n", 200 if ready else 503)

    return [  # tried in this order, so the busiest path is first
        *(Route(path, Endpoint(services, name, handlers)) for path, name, handlers in table),
        Route("/healthz/", _healthz, methods=["GET"]),
        Route("/readyz/", readyz, methods=["GET"]),
        Route("/{root}/", Endpoint(services, "api-root", {"GET": discovery.api_root})),
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
