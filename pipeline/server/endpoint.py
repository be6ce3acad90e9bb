"""One path of the server as an ASGI application: who, which method, which media type, then the handler; errors become messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import structlog
from starlette.types import Receive, Scope, Send

from pipeline.server.compress import WORTH_BYTES, compressed
from pipeline.server.negotiate import accepts_gzip, accepts_taxii
from pipeline.server.responses import COMMON, FAILED, NOT_ACCEPTABLE, NOT_FOUND, UNAUTHORIZED, Headers, Reply, error_reply
from pipeline.server.services import Call, Handler, NotFound, Services
from schemas.errors import BadRequest, RetryLater

_log = structlog.get_logger("tearline.server")

RETRY_AFTER = 1
"""Seconds that a client is told to wait where the cause names no time."""


class _Asked(NamedTuple):
    """The request headers that matter; None where absent."""

    authorization: bytes | None
    accept: str
    accept_encoding: str


class Endpoint:
    """Serves the `handlers` of one path by method; GET serves HEAD too. Without handlers every method is a 404.

    `name` is what the log calls it. No request is told anything, not even that a path is unknown, before it has authenticated.
    """

    def __init__(self, services: Services, name: str, handlers: Mapping[str, Handler] | None = None) -> None:
        self._services = services
        self._name = name
        self._handlers = handlers
        self._allow = ", ".join(sorted((*(handlers or ()), "HEAD"))).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - no handler reads a body yet
        started = self._services.clock()
        asked = _read_headers(scope["headers"])
        partner, reply = await self._answer(scope, asked)
        body, coding = await self._encoded(reply.body, asked)
        headers = [*COMMON, *reply.headers, *coding, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": int(reply.status), "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        _log.info(
            "request",
            endpoint=self._name,
            status=int(reply.status),
            partner=partner,
            records=reply.records,
            bytes=len(body),
            ms=round((self._services.clock() - started) * 1000, 1),
        )

    async def _answer(self, scope: Scope, asked: _Asked) -> tuple[str | None, Reply]:
        partner = None
        try:
            partner = await self._services.verifier.partner(asked.authorization)
            if partner is None:
                return None, UNAUTHORIZED
            return partner, await self._handled(scope, asked, partner)
        except NotFound:
            return partner, NOT_FOUND
        except BadRequest as error:
            return partner, error_reply(HTTPStatus.BAD_REQUEST, str(error))
        except RetryLater as error:
            wait = b"%d" % (error.retry_after or RETRY_AFTER)
            return partner, error_reply(HTTPStatus.SERVICE_UNAVAILABLE, str(error), ((b"retry-after", wait),))
        except Exception as error:  # noqa: BLE001 - whatever fails, the client gets a TAXII message and the server goes on
            _log.error("failed", endpoint=self._name, error=type(error).__name__)
            return partner, FAILED

    async def _encoded(self, body: bytes, asked: _Asked) -> tuple[bytes, Headers]:
        """The body, compressed where the client takes that, it is worth it, and there is time for it."""
        if len(body) > WORTH_BYTES and accepts_gzip(asked.accept_encoding):
            with suppress(RetryLater):
                return await compressed(body, self._services.heavy), ((b"content-encoding", b"gzip"),)
        return body, ()

    async def _handled(self, scope: Scope, asked: _Asked, partner: str) -> Reply:
        if self._handlers is None:
            raise NotFound
        method = scope["method"]
        handler = self._handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            return error_reply(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed here", ((b"allow", self._allow),))
        if not accepts_taxii(asked.accept):
            return NOT_ACCEPTABLE
        return await handler(Call(self._services, partner, scope["path_params"], scope["query_string"]))


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> _Asked:
    """One pass; a repeated Accept is one list (RFC 9110, 5.2), a repeated Authorization is none, since it is ambiguous."""
    authorization: list[bytes] = []
    accept: list[str] = []
    encoding: list[str] = []
    for name, value in headers:
        if name == b"authorization":
            authorization.append(value)
        elif name == b"accept":
            accept.append(value.decode("latin-1"))
        elif name == b"accept-encoding":
            encoding.append(value.decode("latin-1"))
    return _Asked(authorization[0] if len(authorization) == 1 else None, ",".join(accept), ",".join(encoding))
