"""The one bounded HTTP client: whatever a server sends or withholds, a request ends in bounded time and memory."""

from __future__ import annotations

import io
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import NoReturn, Self

import httpx2

from connectors.body import Document, take_apart
from connectors.bounds import inflates_too_much
from connectors.http_auth import HeaderAuth, proxy_of, tls_context
from connectors.http_hosts import host_slot
from connectors.http_network import GuardedTransport, Watch
from connectors.http_redirect import FOLLOWED, MAX_REDIRECTS, redirect_target
from connectors.http_retry import REAL_TIME, Patience, Stopped, Timing, TryFailed, retry_after
from connectors.http_settings import HttpSettings
from schemas.errors import ConfigError, CredentialError, SourceUnavailable

CONNECT_S = 10.0
READ_S = 120.0
"""Between two pieces of a reply: slow servers have been seen to think for 80 s about a first page."""

REPLY_S = 900.0
"""For a whole reply, so that one byte a minute does not hold a feed for ever; 64 MiB in 15 min is 75 kB/s."""

USER_AGENT = "tearline"

Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: status, headers, and the decompressed body."""

    status: int
    headers: httpx2.Headers
    body: io.BytesIO


class BoundedClient:
    """GET within bounds. One object per poll and thread; use it as a context manager, which ends quietly on the stop signal.

        with BoundedClient(settings, stop) as client:
            document = client.document(url, {"page": 2})

    Bounds: time (10 s to connect, 120 s between pieces, 15 min a reply), bytes after decompression, inflation 100:1, redirects to the
    same host alone, two requests at a time to a host. Credentials are in no log, repr or message.
    """

    def __init__(self, settings: HttpSettings, stop: Event, timing: Timing = REAL_TIME) -> None:
        self._settings = settings
        self._stop = stop
        self._timing = timing
        self._watch = Watch(stop, timing.monotonic)
        self._client = httpx2.Client(
            transport=GuardedTransport(self._watch, tls_context(settings), proxy_of(settings)),
            auth=HeaderAuth(settings),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
            trust_env=False,  # neither .netrc nor proxies that nobody configured
        )

    def __repr__(self) -> str:
        return f"BoundedClient({httpx2.URL(self._settings.url).host})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self.close()
        return isinstance(error, Stopped)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def document(self, url: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Document:
        """The objects at a URL, tried as often as Patience allows. Raises the errors of `once`, and SourceUnavailable in the end."""

        def attempt() -> Document:
            reply = self.once(url, params, headers)
            if not 200 <= reply.status < 300:
                message = f"The source answered {reply.status}. Check `url` and the other settings of the feed."
                raise ConfigError(message)
            return take_apart(reply.body.read, self._settings.max_object_bytes)

        return self.patience().run(attempt)

    def patience(self) -> Patience:
        """The tries of one request, as configured."""
        return Patience(self._stop, self._timing, self._settings.max_wait_seconds)

    def once(self, url: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One try. Redirects are followed by our rule; a status that no other rule names is the caller's to judge.

        Raises TryFailed for what may pass (429, 413, 5xx, time-outs, lost connections), CredentialError for 401 and 403, ConfigError for
        a refused redirect or address, SourceUnavailable for a decompression bomb, and Stopped on the stop signal.
        """
        target = httpx2.URL(url)
        if params:
            target = target.copy_merge_params({name: str(value) for name, value in params.items()})
        for _ in range(MAX_REDIRECTS + 1):
            if self._stop.is_set():
                raise Stopped
            with host_slot(target.host, self._stop):
                reply = self._exchange(target, headers or {})
            if reply.status not in FOLLOWED:
                return self._judge(reply)
            target = redirect_target(target, reply.headers.get("Location"))
        message = f"The source redirects more than {MAX_REDIRECTS} times. Set `url` to the place where that ends."
        raise ConfigError(message)

    def _exchange(self, url: httpx2.URL, headers: Mapping[str, str]) -> Reply:
        self._watch.deadline = self._timing.monotonic() + REPLY_S
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                body = self._read(response) if response.is_success else io.BytesIO()
                return Reply(response.status_code, response.headers, body)
        except httpx2.TimeoutException as error:
            message = "The source did not answer in time."
            raise TryFailed(message, "time-out") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            _lost(error)

    def _read(self, response: httpx2.Response) -> io.BytesIO:
        body = io.BytesIO()
        for chunk in response.iter_bytes():
            body.write(chunk)
            if inflates_too_much(response.num_bytes_downloaded, body.tell()):
                message = (
                    "The source's compressed reply inflates more than 100 times, as decompression bombs do; it was not read to its "
                    "end. Ask the partner to check their server."
                )
                raise SourceUnavailable(message)
            if body.tell() > self._settings.max_body_bytes:
                message = (
                    f"The source's reply is larger than max_body_bytes ({self._settings.max_body_bytes}). Ask the partner for smaller "
                    "pages, or raise max_body_bytes if the machine's memory allows three times as much."
                )
                raise TryFailed(message, "too-large")
        body.seek(0)
        return body

    def _judge(self, reply: Reply) -> Reply:
        if reply.status in (401, 403):
            message = (
                f"The source refused our credentials ({reply.status}); it is not asked again until the feed's settings change. "
                "Check the feed's authentication settings with the partner."
            )
            raise CredentialError(message)
        wait = retry_after(reply.headers.get("Retry-After"), self._timing.now())
        if reply.status == 429 or (reply.status == 503 and wait is not None):
            message = f"The source asks us to come back later ({reply.status})."
            raise TryFailed(message, "busy", wait)
        if reply.status == 413:
            message = "The source says that its own reply would be too large (413). Lower `limit`."
            raise TryFailed(message, "too-large")
        if reply.status >= 500 or reply.status == 408:
            message = f"The source failed ({reply.status})."
            raise TryFailed(message, "server-error", wait)
        return reply


def _lost(error: httpx2.HTTPError) -> NoReturn:
    """Raise what a lost connection means."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = (
                "The source's TLS certificate is not trusted. Check `url`, or set `ca_file` if the partner has an authority of their own."
            )
            raise SourceUnavailable(message) from error
        cause = cause.__cause__ or cause.__context__
    message = "The connection to the source was refused or lost before the reply was whole."
    raise TryFailed(message, "connection") from error
