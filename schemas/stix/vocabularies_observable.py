"""Enumerations and suggested vocabularies of observables and their extensions (STIX 2.1 §10)."""

from __future__ import annotations

from typing import Literal

ACCOUNT_TYPES = frozenset(
    {"facebook", "ldap", "nis", "openid", "radius", "skype", "tacacs", "twitter", "unix", "windows-local", "windows-domain"}
)
"""§10.1."""

PE_TYPES = frozenset({"dll", "exe", "sys"})
"""§10.28."""

EncryptionAlgorithm = Literal["AES-256-GCM", "ChaCha20-Poly1305", "mime-type-indicated"]
"""§10.4."""

AddressFamily = Literal["AF_UNSPEC", "AF_INET", "AF_IPX", "AF_APPLETALK", "AF_NETBIOS", "AF_INET6", "AF_IRDA", "AF_BTH"]
"""§10.16."""

SocketType = Literal["SOCK_STREAM", "SOCK_DGRAM", "AF_ISOCK_DGRAMNET", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET"]
"""§10.17: its summary prints AF_ISOCK_DGRAMNET where its table has SOCK_DGRAM, so both are values of it."""

IntegrityLevel = Literal["low", "medium", "high", "system"]
"""§10.27."""

RegistryDatatype = Literal[
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_DWORD_LITTLE_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTION",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
    "REG_INVALID_TYPE",
]
"""§10.29."""

ServiceStartType = Literal["SERVICE_AUTO_START", "SERVICE_BOOT_START", "SERVICE_DEMAND_START", "SERVICE_DISABLED", "SERVICE_SYSTEM_ALERT"]
"""§10.30."""

ServiceType = Literal["SERVICE_KERNEL_DRIVER", "SERVICE_FILE_SYSTEM_DRIVER", "SERVICE_WIN32_OWN_PROCESS", "SERVICE_WIN32_SHARE_PROCESS"]
"""§10.31."""

ServiceStatus = Literal[
    "SERVICE_CONTINUE_PENDING",
    "SERVICE_PAUSE_PENDING",
    "SERVICE_PAUSED",
    "SERVICE_RUNNING",
    "SERVICE_START_PENDING",
    "SERVICE_STOP_PENDING",
    "SERVICE_STOPPED",
]
"""§10.32."""
