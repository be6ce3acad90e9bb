"""Treatments that are made for one property of STIX, under the names by which profiles call them: `apply(labels)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from transforms.minimize import patterns, scan
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot, on_texts
from transforms.minimize.values import addresses, certificates, known, references, urls, vocabularies
from transforms.minimize.values.digests import digests

_MACHINE_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+:/!~$-]{0,79}", re.ASCII)
_CERTIFICATE_WORDS = frozenset(
    {
        *("digitalsignature", "nonrepudiation", "contentcommitment", "keyencipherment", "dataencipherment", "keyagreement", "keycertsign"),
        *("crlsign", "encipheronly", "decipheronly", "serverauth", "clientauth", "codesigning", "emailprotection", "timestamping"),
        *("ocspsigning", "anyextendedkeyusage"),
        *("digital signature", "non repudiation", "content commitment", "key encipherment", "data encipherment", "key agreement"),
        *("certificate sign", "crl sign", "encipher only", "decipher only", "tls web server authentication"),
        *("tls web client authentication", "code signing", "e-mail protection", "time stamping", "ocsp signing", "any extended key usage"),
        *("critical", "ca:true", "ca:false", *(f"pathlen:{length}" for length in range(10))),
    }
)
"""What a key may be used for, and whether it may sign others (RFC 5280, 4.2.1.3, 4.2.1.9, 4.2.1.12): its names, and OpenSSL's for them."""

_COMMA = re.compile(r", ?")
_PLAIN_WORD = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)
_MIME = re.compile(r"[A-Za-z0-9]{1,32}/[A-Za-z0-9][A-Za-z0-9.+-]{0,80}", re.ASCII)
_AREA = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_SECTION = re.compile(r"[A-Za-z0-9._$/@-]{1,16}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Fa-f:]{1,80}", re.ASCII)

_REQUEST_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection", "content-encoding"),
        *("content-length", "content-type", "host", "pragma", "transfer-encoding", "upgrade"),
    }
)
"""Fields of HTTP requests that say how a client speaks, and nothing of who it is."""

_MAIL_HEADERS = frozenset(
    {"content-language", "content-transfer-encoding", "content-type", "importance", "mime-version", "precedence", "x-mailer"}
)
"""Fields of messages that say how one was made, and nothing of who sent or got it."""

_PDF_KEYS = frozenset({"creationtool", "pdfversion", "producer", "trapped"})
_EXIF_KEYS = frozenset(
    {
        *("bitspersample", "colorspace", "compression", "exifversion", "orientation", "pixelxdimension", "pixelydimension"),
        *("resolutionunit", "samplesperpixel", "xresolution", "yresolution"),
    }
)


def _of_form(form: re.Pattern[str]) -> Callable[[Spot], Treatment]:
    """Texts of a form in which nothing is found; anything else goes."""
    return lambda _spot: on_texts(lambda text: text if form.fullmatch(text) and scan.is_clean(text) else None)


def _word(_spot: Spot) -> Treatment:
    """Single words of a form in which nothing is found, and lists of words of certificates; wording goes."""

    def change(text: str) -> str | None:
        if _MACHINE_WORD.fullmatch(text):
            return text if scan.is_clean(text) else None
        return text if all(part.lower() in _CERTIFICATE_WORDS for part in _COMMA.split(text)) else None

    return on_texts(change)


def _keys(known: frozenset[str]) -> Callable[[Spot], Treatment]:
    """Of a dictionary, these keys (letter case does not count), and of them what the detectors find nothing in."""
    clean = on_texts(lambda text: text if scan.is_clean(text) else None, others=True)

    def treat(item: Any, whole: Mapping[str, Any]) -> Any:
        if not isinstance(item, dict):
            return GONE
        kept = {name: left for name, part in item.items() if name.lower() in known and (left := clean(part, whole)) is not GONE}
        same = len(kept) == len(item) and all(kept[name] is item[name] for name in item)
        return item if same else kept or GONE

    return lambda _spot: treat


def _hashes(_spot: Spot) -> Treatment:
    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        kept = digests(item)
        return item if kept and len(kept) == len(item) else kept or GONE

    return treat


def _markings(_spot: Spot) -> Treatment:
    """Granular markings stay, since they only restrict; those that only name a language tell who wrote it."""

    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        if not isinstance(item, list):
            return GONE
        kept = [entry for entry in item if isinstance(entry, dict) and entry.keys() == {"marking_ref", "selectors"}]
        kept += [{"marking_ref": entry["marking_ref"], "selectors": entry.get("selectors", [])} for entry in item if _says_more(entry)]
        return item if len(kept) == len(item) and all(one is other for one, other in zip(kept, item, strict=True)) else kept or GONE

    return treat


def _says_more(entry: Any) -> bool:
    return isinstance(entry, dict) and "marking_ref" in entry and entry.keys() != {"marking_ref", "selectors"}


def _pattern(spot: Spot) -> Treatment:
    def treat(item: Any, whole: Mapping[str, Any]) -> Any:
        if not isinstance(item, str):
            return GONE
        found = patterns.minimize(item, str(whole.get("pattern_type")), compromised="compromised" in _texts(whole.get("indicator_types")))
        if found.reason:
            raise spot.refuse(found.reason)
        return item if found.text == item else found.text

    return treat


def _url(spot: Spot) -> Treatment:
    """The threat's: without userinfo and fragment; where something is found in the rest, without values of the query either."""

    def change(text: str) -> str | None:
        bare = urls.bare(text)
        if bare is None or scan.is_clean(bare):
            return bare
        masked = urls.stripped(bare)
        return masked if masked is not None and scan.is_clean(masked) else None

    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        left = change(item) if isinstance(item, str) else None
        if left is None:
            raise spot.refuse("held-personal-data" if spot.residual == "hold" else "residual-personal-data")
        return item if left == item else left

    return treat


def _words(spot: Spot) -> Treatment:
    words = vocabularies.words_of(spot.type_name, spot.name)
    return lambda item, _whole: words(item)


def _each(change: Callable[[str], str | None]) -> Callable[[Spot], Treatment]:
    return lambda _spot: on_texts(change)


def _inner(change: Callable[[Any], Any]) -> Callable[[Spot], Treatment]:
    return lambda _spot: lambda item, _whole: change(item)


TREATMENTS: Mapping[str, tuple[str, Callable[[Spot], Treatment]]] = {
    "area": ("drop", _of_form(_AREA)),
    "country": ("drop", _of_form(_COUNTRY)),
    "dn": ("generalize", _each(certificates.distinguished)),
    "exif": ("drop", _keys(_EXIF_KEYS)),
    "hashes": ("drop", _hashes),
    "known_path": ("generalize", _each(known.known_path)),
    "known_software": ("drop", _each(known.known_software)),
    "labels": ("drop", _inner(vocabularies.labels)),
    "mac": ("generalize", _each(addresses.maker)),
    "mail_headers": ("drop", _keys(_MAIL_HEADERS)),
    "markings": ("drop", _markings),
    "mime": ("drop", _of_form(_MIME)),
    "number": ("drop", _of_form(_NUMBER)),
    "pattern": ("generalize", _pattern),
    "pdf": ("drop", _keys(_PDF_KEYS)),
    "phases": ("drop", _inner(vocabularies.phases)),
    "public_address": ("generalize", _each(addresses.public)),
    "references": ("drop", _inner(references.allowed)),
    "request_headers": ("drop", _keys(_REQUEST_HEADERS)),
    "section": ("drop", _of_form(_SECTION)),
    "site": ("generalize", _each(urls.site)),
    "subject_names": ("generalize", _each(certificates.alternatives)),
    "threat_dn": ("generalize", _each(certificates.of_threat)),
    "url": ("generalize", _url),
    "word": ("drop", _word),
    "outside": ("drop", _each(urls.outside)),
    "plain_word": ("drop", _of_form(_PLAIN_WORD)),
    "version": ("drop", _each(known.version)),
    "words": ("drop", _words),
}
"""Name -> (the verb that it is told as, what makes it for a place)."""


def _texts(item: Any) -> list[Any]:
    """A list of texts, whatever stands where one should."""
    return item if isinstance(item, list) else []
