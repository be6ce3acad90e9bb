"""What must not be lost: a threat's own values, and what only looks like somebody's data (hard negatives)."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.plant import TEXT, Plant, Stix

HARD = (
    "{} writes version 10.0.19041.1288 into HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run.",
    "The sample of {} checks S-1-5-18 and S-1-5-32-544 before it starts.",
    "{} was compiled on 2026-01-31 and signed with serial 00:a1:9c:77.",
    "{} exploits CVE-2026-0100 and CVE-2025-99999 on ports 8080 to 8443.",
    "{} copies itself to C:\\Windows\\System32\\drivers and to /usr/lib/systemd/system.",
    "Operators of {} use Mimikatz, John the Ripper and Jasmin; see T1003.001 and T1110.002.",
    "{} resolves c2[.]badhost[.]example and talks to 203.0.113.7 and 2001:db8::7.",
    "{} drops a file with SHA-1 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12.",
    "Sessions of {} last 4111 seconds; build 1234-5678-9012 repeats every 30 minutes.",
    "{} asks for the mutex Global\\MSFTEditor and the pipe \\\\.\\pipe\\svcctl.",
    "{} calls _MessageBoxW@16, reads @font-face rules, and sends mail with the subject Invoice.",
    "{} uses GUID 6B29FC40-CA47-1067-B31D-00DD010662DA and AS64496.",
)
"""Sentences of the field without anybody's data; `{}` is a malware's name."""


def threats(plant: Plant) -> Iterator[Stix]:
    """Indicators of each common kind, which recipients need."""
    at, draw = "indicator.pattern", plant.ledger.random
    yield plant.indicator()
    yield plant.indicator(f"[url:value = '{plant.threat(at, 'bad-url')}']", description="Gate of a loader.")
    yield plant.indicator(f"[file:hashes.'SHA-256' = '{plant.threat(at, 'hash')}']", name="Loader")
    yield plant.indicator(f"[email-message:from_ref.value = '{plant.threat(at, 'bad-email')}']")
    yield plant.indicator(f"[ipv6-addr:value = '{plant.threat(at, 'ip6')}']")
    yield plant.indicator(f"[file:name = '{plant.threat(at, 'bad-domain')}.exe' AND file:size = {draw.randrange(1000, 99999)}]")
    yield plant.indicator(f"[network-traffic:dst_ref.value = '{plant.threat(at, 'ip6')}' AND network-traffic:dst_port = 443]")


def hard_threats(plant: Plant) -> Iterator[Stix]:
    """Indicators whose constants look like a machine's or a person's, and are the threat's."""

    def name() -> str:
        return plant.threat("indicator.pattern", "codename")

    yield plant.indicator(f"[mutex:name = 'Global\\\\{name()}']")
    yield plant.indicator(f"[directory:path = 'C:\\\\ProgramData\\\\{name()}']")
    yield plant.indicator(f"[file:name = '{name()}.exe' AND file:parent_directory_ref.path = 'C:\\\\Windows\\\\System32']")
    yield plant.indicator(
        "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run'"
        f" AND windows-registry-key:values[*].name = '{name()}']"
    )
    yield plant.indicator(f"[url:value = 'http://badhost.example/{name()}/?id=7&step=2']")
    yield plant.indicator(f"[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = '{name()}/1.0']")
    yield plant.indicator(f"[process:command_line MATCHES '{name()} -enc']")
    yield plant.indicator(f'rule {name()} {{ strings: $a = "gate.php" condition: $a }}', pattern_type="yara")


def observables(plant: Plant) -> Iterator[Stix]:
    """Observables that an indicator is based on, or that a malware talks to: the threat's."""
    name = plant.observable("domain-name", value=plant.threat("domain-name.value", "bad-domain"))
    page = plant.observable("url", value=plant.threat("url.value", "bad-url"))
    sample = plant.observable("file", hashes={"SHA-256": plant.threat("file.hashes", "hash")})
    sign, family = plant.indicator(), plant.malware()
    yield from (name, page, sample, sign, family)
    yield plant.link(sign, "based-on", name)
    yield plant.link(family, "communicates-with", page)
    yield plant.link(family, "drops", sample)


def hard_negatives(plant: Plant) -> Iterator[Stix]:
    """Texts that a detector may take for personal data: they pass where the profile passes clean texts."""
    sentence = plant.ledger.random.choice(HARD)
    yield plant.indicator(description=sentence.format(plant.benign("indicator.description", place=TEXT)))
    sentence = plant.ledger.random.choice(HARD)
    yield plant.malware(description=sentence.format(plant.benign("malware.description", place=TEXT)))
