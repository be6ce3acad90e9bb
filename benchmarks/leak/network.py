"""Rows 21 to 25: addresses and traffic of victims."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from benchmarks.leak.plant import Plant, Stix


def url(plant: Plant) -> Iterator[Stix]:
    """21: addresses that carry a mailbox, a password or a session."""
    for kind in ("login-url", "query-url", "path-url", "fragment-url", "intranet"):
        yield plant.observable("url", value=plant.value("url.value", kind))
    yield plant.observable("url", value=f"https://shop.example/u/{plant.packed('url.value').replace('/', '_')}")


def domain_name(plant: Plant) -> Iterator[Stix]:
    """22: a host inside, named after its user."""
    address = plant.observable("ipv4-addr", value=plant.value("ipv4-addr.value", "inside-ip"))
    yield address
    yield plant.observable("domain-name", value=plant.value("domain-name.value", "host"), resolves_to_refs=[address["id"]])


def addresses(plant: Plant) -> Iterator[Stix]:
    """23: addresses inside and outside, with zone, and made of a hardware address."""
    owner = plant.observable("autonomous-system", number=plant.ledger.random.randrange(4_200_000_000, 4_294_967_294))
    yield owner
    yield plant.observable("ipv4-addr", value=plant.value("ipv4-addr.value", "inside-ip"), belongs_to_refs=[owner["id"]])
    yield plant.observable("ipv4-addr", value=plant.value("ipv4-addr.value", "inside-ip") + "/32")
    yield plant.observable("ipv6-addr", value=plant.value("ipv6-addr.value", "ip6"))
    yield plant.observable("ipv6-addr", value="::ffff:" + plant.value("ipv6-addr.value", "inside-ip"))
    hardware = plant.value("ipv6-addr.value", "mac").replace(":", "")
    host = f"{int(hardware[:2], 16) ^ 2:02x}{hardware[2:6]}fffe{hardware[6:]}"
    plant.also(f"20010db800010002{host}")
    yield plant.observable("ipv6-addr", value=str(ipaddress.IPv6Address(int(f"20010db800010002{host}", 16))))


def mac_addr(plant: Plant) -> Iterator[Stix]:
    """24: a device."""
    yield plant.observable("mac-addr", value=plant.value("mac-addr.value", "mac"))


def traffic(plant: Plant) -> Iterator[Stix]:
    """25: who talked to the threat, and what was said."""
    at = "network-traffic.extensions.http-request-ext"
    source = plant.observable("ipv4-addr", value=plant.value("ipv4-addr.value", "inside-ip"))
    target = plant.observable("ipv6-addr", value=plant.threat("ipv6-addr.value", "ip6"))
    payload = plant.observable("artifact", mime_type="text/plain", payload_bin=plant.packed("artifact.payload_bin"), hashes=plant.hashes())
    yield from (source, target, payload)
    yield plant.observable(
        "network-traffic", src_ref=source["id"], dst_ref=target["id"], src_port=49822, dst_port=80, protocols=["ipv4", "tcp", "http"],
        start=plant.value("network-traffic.start", "time"), end="2026-07-01T00:00:00Z", src_payload_ref=payload["id"],
        ipfix={"userName": plant.hidden("network-traffic.ipfix", "account")},
        extensions={"http-request-ext": {
            "request_method": "post", "request_value": f"/login?user={plant.hidden(f'{at}.request_value', 'account')}",
            "request_header": {
                "Cookie": [f"session={plant.hidden(f'{at}.request_header', 'secret')}"],
                "Authorization": [f"Basic {plant.packed(f'{at}.request_header')}"],
                "Referer": [plant.value(f"{at}.request_header", "intranet")],
            },
        }},
    )  # fmt: skip
    family = plant.malware()
    yield family
    yield plant.link(family, "communicates-with", target)
