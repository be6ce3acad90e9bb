"""Words that every machine has: what of paths, registry keys and names of software says nothing of who uses it."""

from __future__ import annotations

import re

NAME = "<name>"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SEGMENTS = _words(
    "windows system32 syswow64 system drivers etc tasks temp tmp users programdata appdata local locallow roaming microsoft"
    " startup public default desktop documents downloads pictures music videos library inetpub wwwroot recycler $recycle.bin"
    " bin sbin usr lib lib64 libexec share var log run spool cron opt home root dev proc sys boot srv mnt media shm"
    " applications volumes private launchagents launchdaemons preferences containers caches"
    " hkey_local_machine hkey_current_user hkey_classes_root hkey_users hkey_current_config hklm hkcu hkcr hku hkcc"
    " software currentversion runonce runservices winlogon explorer policies services currentcontrolset controlset001 control"
    " classes clsid wow6432node shell open command userinit image internet settings"
    " <user> <host> <share> <sid> <organization> <name> . .. ~ * ?"
) | {
    *("documents and settings", "program files", "program files (x86)", "start menu", "application data", "local settings"),
    *("image file execution options", "internet settings", "windows nt", "all users", "shell folders", "user shell folders"),
}
"""Folders and keys of operating systems, in lower case, and what stands for a name."""

_SOFTWARE = _words(
    "adobe android apache apple chrome chromium chromeos cisco debian edge enterprise esxi excel exchange explorer fedora firefox"
    " fortinet freebsd google home internet ios ipados java lts linux mac macos microsoft mozilla netbsd nginx office openbsd openssh"
    " openssl oracle os outlook pro professional python r2 red hat redhat safari server sp1 sp2 sp3 suse ubuntu ultimate vista vmware"
    " windows word x x64 x86 xp amd64 arm64 bit edition version"
)
"""Makers and names of common software, in lower case."""

_PARTS = re.compile(r"([\\/]+)")
_DRIVE = re.compile(r"[A-Za-z]:", re.ASCII)
_SID = re.compile(r"S-1-5-(?:18|19|20|21-<sid>)", re.IGNORECASE)
_WORDS = re.compile(r"[\s,()/_-]+")
_VERSION = re.compile(r"v?\d{1,8}(?:[.+-](?:\d{1,8}|(?:alpha|beta|rc|sp|[a-z])\d{0,4})){0,5}[a-z]?", re.ASCII | re.IGNORECASE)


def known_path(text: str) -> str:
    """A path or registry key with a constant for each segment that not every machine has."""
    parts = _PARTS.split(text)
    shown = [part if at % 2 or not part or _is_known(part) else NAME for at, part in enumerate(parts)]
    return "".join(shown)


def known_software(text: str) -> str | None:
    """The name of software if it is made of common words and versions."""
    words = [word for word in _WORDS.split(text) if word]
    return text if words and all(word.lower() in _SOFTWARE or _VERSION.fullmatch(word) for word in words) else None


def version(text: str) -> str | None:
    """A version if it looks like one."""
    return text if _VERSION.fullmatch(text) else None


def _is_known(segment: str) -> bool:
    return segment.lower() in _SEGMENTS or _DRIVE.fullmatch(segment) is not None or _SID.fullmatch(segment) is not None
