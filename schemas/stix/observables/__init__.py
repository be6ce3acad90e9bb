"""Cyber-observable objects of STIX 2.1 (§6): one model for each of the 18 types."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.stix.common import Observable
from schemas.stix.observables import certificate, files, mail, network, system

OBSERVABLES: Mapping[str, type[Observable]] = {
    "artifact": files.Artifact,
    "autonomous-system": network.AutonomousSystem,
    "directory": files.Directory,
    "domain-name": network.DomainName,
    "email-addr": mail.EmailAddress,
    "email-message": mail.EmailMessage,
    "file": files.File,
    "ipv4-addr": network.Ipv4Address,
    "ipv6-addr": network.Ipv6Address,
    "mac-addr": network.MacAddress,
    "mutex": system.Mutex,
    "network-traffic": network.NetworkTraffic,
    "process": system.Process,
    "software": system.Software,
    "url": network.Url,
    "user-account": system.UserAccount,
    "windows-registry-key": system.WindowsRegistryKey,
    "x509-certificate": certificate.X509Certificate,
}
"""Type -> its model."""
