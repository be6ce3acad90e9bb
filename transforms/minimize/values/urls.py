"""URLs: credentials and fragments never, values of a query only where nothing personal is in them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from transforms.minimize.values import addresses, domains

_FORM = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)(?://(?P<authority>[^/?#\\]*))?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?", re.DOTALL
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z_.-]{0,31}", re.ASCII)
_PORT = re.compile(r":(\d*)$", re.ASCII)


class Url(NamedTuple):
    """The parts of a URL with the signs that belong to them, so that they join to the very text."""

    scheme: str
    userinfo: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    def text(self) -> str:
        """The URL again."""
        authority = f"//{self.userinfo}{self.host}{self.port}" if self.host or self.userinfo or self.port else ""
        return f"{self.scheme}{authority}{self.path}{self.query}{self.fragment}"


def parts(value: str) -> Url | None:
    """The parts of a URL with a host; None for any other text."""
    found = _FORM.fullmatch(value)
    if found is None or not found["authority"]:
        return None
    userinfo, at, rest = found["authority"].rpartition("@")
    port = _PORT.search(rest) if not rest.endswith("]") else None
    host = rest[: port.start()] if port else rest
    if not host:
        return None
    return Url(found["scheme"], userinfo + at, host, port[0] if port else "", found["path"], found["query"] or "", found["fragment"] or "")


def stripped(value: str) -> str | None:
    """Without userinfo and fragment, and with the keys of the query but not its values."""
    url = parts(value)
    return None if url is None else url._replace(userinfo="", fragment="", query=_masked(url.query)).text()


def bare(value: str) -> str | None:
    """Without userinfo and fragment: what is the threat's keeps all else."""
    url = parts(value)
    if url is None:
        return None
    return url._replace(userinfo="", fragment="").text() if url.userinfo or url.fragment else value


def site(value: str) -> str | None:
    """Scheme, host and port alone: the path of a URL that is not the threat's may name whose it is."""
    url = parts(value)
    return None if url is None else url._replace(userinfo="", fragment="", path="/", query="").text()


def outside(value: str) -> str | None:
    """A URL without userinfo, if its host belongs to no inside."""
    url = parts(value)
    return None if url is None or is_internal(value) else url._replace(userinfo="").text()


def is_internal(value: str) -> bool:
    """Whether the host of a URL belongs to an inside."""
    url = parts(value)
    if url is None:
        return False
    host = unquote(url.host).strip("[]")
    if addresses.is_internal(host):
        return True
    return not _is_address(host) and domains.is_internal(host)


def masked_start(query: str) -> str:
    """What of a query may stay in front of anything: its first key, where that is a plain word."""
    key, equals, _ = query[1:].partition("=")
    return f"?{key}=" if equals and _KEY.fullmatch(key) else "?" if query else ""


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _masked(query: str) -> str:
    """`?a=1&b=2` as `?a=&b=`; a key that is no plain word goes, since it may be a value."""
    keys = [part.partition("=")[0] for part in query[1:].split("&")]
    kept = [f"{key}=" for key in dict.fromkeys(keys) if _KEY.fullmatch(key)]
    return f"?{'&'.join(kept)}" if kept else ""
