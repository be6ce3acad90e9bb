"""One path of the server as an ASGI application: who, which method, which media type, then the handler; errors become messages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import structlog
from starlette.types import Receive, Scope, Send

from pipeline.server.audit import DELETE, READ, WRITE, AuditEvent
from pipeline.server.compress import WORTH_BYTES, compressed
from pipeline.server.credentials import RECHECK_SECONDS
from pipeline.server.negotiate import accepts_gzip, accepts_taxii
from pipeline.server.outgoing import CLIENT_GONE
from pipeline.server.responses import COMMON, FAILED, FORBIDDEN, NOT_ACCEPTABLE, NOT_FOUND, UNAUTHORIZED, Headers, Reply, error_reply
from pipeline.server.services import Call, Handler, NotFound, Refused, Services
from schemas.errors import BadRequest, RetryLater, TooManyRequests, Unprocessable

_log = structlog.get_logger("tearline.server")

RETRY_AFTER = 1
"""Seconds that a client is told to wait where the cause names no time."""

_ACTIONS = {"POST": WRITE, "DELETE": DELETE}


class _Asked(NamedTuple):
    """The request headers that matter; None where absent."""

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = self._services.clock()
        asked = _read_headers(scope["headers"])
        partner, reply = await self._answer(scope, receive, asked, started)
        body, coding = await self._encoded(reply.body, asked)
        headers = [*COMMON, *reply.headers, *coding]
        is_head = scope["method"] == "HEAD"
        status = CLIENT_GONE
        try:
            status = await self._services.outgoing.send(send, int(reply.status), headers, body, head=is_head)
        finally:
            nothing = is_head or status != reply.status
            self._services.audit.record(
                AuditEvent(
                    partner=partner,
                    action=_ACTIONS.get(scope["method"], READ),
                    endpoint=self._name,
                    status=status,
                    collection=reply.collection,
                    records=0 if nothing else reply.records,
                    first=reply.first,
                    last=reply.last,
                    size=0 if nothing else len(body),
                    seconds=self._services.clock() - started,
                )
            )

    async def _answer(self, scope: Scope, receive: Receive, asked: _Asked, started: float) -> tuple[str | None, Reply]:
        partner = None
        services = self._services
        try:
            partner = await services.verifier.partner(scope)
            if partner is None:
                return None, UNAUTHORIZED
            wait = services.limits.admit(partner, services.clock())
            if wait is not None:
                message = "Too many requests"
                raise TooManyRequests(message, retry_after=wait)
            reply = await self._handled(scope, receive, asked, partner)
            if (
                scope["method"] == "GET"
                and services.clock() - started >= RECHECK_SECONDS
                and await services.verifier.partner(scope) != partner
            ):
                return None, UNAUTHORIZED  # revoked while the page was being read
        except NotFound:
            return partner, NOT_FOUND
        except Refused:
            return partner, FORBIDDEN
        except BadRequest as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, Unprocessable) else HTTPStatus.BAD_REQUEST
            return partner, error_reply(status, str(error))
        except RetryLater as error:
            status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, TooManyRequests) else HTTPStatus.SERVICE_UNAVAILABLE
            return partner, error_reply(status, str(error), ((b"retry-after", b"%d" % math.ceil(error.retry_after or RETRY_AFTER)),))
        except Exception as error:  # noqa: BLE001 - whatever fails, the client gets a TAXII message and the server goes on
            _log.error("failed", endpoint=self._name, error=type(error).__name__)
            return partner, FAILED
        return partner, reply

    async def _encoded(self, body: bytes, asked: _Asked) -> tuple[bytes, Headers]:
        """The body, compressed where the client takes that, it is worth it, and there is time for it."""
        if len(body) > WORTH_BYTES and accepts_gzip(asked.accept_encoding):
            with suppress(RetryLater):
                return await compressed(body, self._services.heavy), ((b"content-encoding", b"gzip"),)
        return body, ()

    async def _handled(self, scope: Scope, receive: Receive, asked: _Asked, partner: str) -> Reply:
        if self._handlers is None:
            raise NotFound
        method = scope["method"]
        handler = self._handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            return error_reply(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed here", ((b"allow", self._allow),))
        if not accepts_taxii(asked.accept):
            return NOT_ACCEPTABLE
        return await handler(Call(self._services, partner, scope, receive))


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> _Asked:
    """One pass; a repeated Accept is one list (RFC 9110, 5.2)."""
    accept: list[str] = []
    encoding: list[str] = []
    for name, value in headers:
        if name == b"accept":
            accept.append(value.decode("latin-1"))
        elif name == b"accept-encoding":
            encoding.append(value.decode("latin-1"))
    return _Asked(",".join(accept), ",".join(encoding))
