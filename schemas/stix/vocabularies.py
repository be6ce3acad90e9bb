"""The suggested vocabularies of STIX 2.1 with Errata 01 (§10) for domain and meta objects, and two of its enumerations."""

from __future__ import annotations

from typing import Literal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ATTACK_MOTIVATION = _words(
    "accidental coercion dominance ideology notoriety organizational-gain personal-gain personal-satisfaction revenge unpredictable"
)
"""§10.2."""

ATTACK_RESOURCE_LEVEL = _words("individual club contest team organization government")
"""§10.3."""

ExtensionType = Literal["new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"]
"""§10.5, an enumeration."""

GROUPING_CONTEXT = _words("suspicious-activity malware-analysis unspecified")
"""§10.6."""

IDENTITY_CLASS = _words("individual group system organization class unknown")
"""§10.8."""

IMPLEMENTATION_LANGUAGE = _words(
    "applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby rust scala swift typescript"
    " visual-basic x86-32 x86-64"
)
"""§10.9."""

INDICATOR_TYPE = _words("anomalous-activity anonymization benign compromised malicious-activity attribution unknown")
"""§10.10."""

INDUSTRY_SECTOR = _words(
    "agriculture aerospace automotive chemical commercial communications construction defense education energy entertainment"
    " financial-services government emergency-services government-local government-national government-public-services"
    " government-regional healthcare hospitality-leisure infrastructure dams nuclear water insurance legal manufacturing mining"
    " non-profit pharmaceuticals retail technology telecommunications transportation utilities"
)
"""§10.11."""

INFRASTRUCTURE_TYPE = _words(
    "amplification anonymization botnet command-and-control control-system exfiltration firewall hosting-malware hosting-target-lists"
    " phishing reconnaissance routers-switches staging workstation unknown"
)
"""§10.12."""

MALWARE_CAPABILITIES = _words(
    "accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics anti-sandbox anti-vm"
    " captures-input-peripherals captures-output-peripherals captures-system-state-data cleans-traces-of-infection commits-fraud"
    " communicates-with-c2 compromises-data-availability compromises-data-integrity compromises-system-availability"
    " controls-local-machine degrades-security-software degrades-system-updates determines-c2-server emails-spam"
    " escalates-privileges evades-av exfiltrates-data fingerprints-host hides-artifacts hides-executing-code infects-files"
    " infects-remote-machines installs-other-components persists-after-system-reboot prevents-artifact-access"
    " prevents-artifact-deletion probes-network-environment self-modifies steals-authentication-credentials"
    " violates-system-operational-integrity"
)
"""§10.13."""

MALWARE_RESULT = _words("malicious suspicious benign unknown")
"""§10.14."""

MALWARE_TYPE = _words(
    "adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware remote-access-trojan resource-exploitation"
    " rogue-security-software rootkit screen-capture spyware trojan unknown virus webshell wiper worm"
)
"""§10.15."""

Opinion = Literal["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"]
"""§10.18, an enumeration."""

PATTERN_TYPE = _words("stix pcre sigma snort suricata yara")
"""§10.19."""

PROCESSOR_ARCHITECTURE = _words("alpha arm ia-64 mips powerpc sparc x86 x86-64")
"""§10.20."""

REGION = _words(
    "africa eastern-africa middle-africa northern-africa southern-africa western-africa"
    " americas caribbean central-america latin-america-caribbean northern-america south-america"
    " asia central-asia eastern-asia southern-asia south-eastern-asia western-asia"
    " europe eastern-europe northern-europe southern-europe western-europe"
    " oceania antarctica australia-new-zealand melanesia micronesia polynesia"
)
"""§10.21."""

REPORT_TYPE = _words(
    "attack-pattern campaign identity incident indicator intrusion-set malware observed-data threat-actor threat-report tool vulnerability"
)
"""§10.22."""

THREAT_ACTOR_TYPE = _words(
    "activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state private-sector"
    " sensationalist spy terrorist unknown"
)
"""§10.23."""

THREAT_ACTOR_ROLE = _words("agent director independent infrastructure-architect infrastructure-operator malware-author sponsor")
"""§10.24."""

THREAT_ACTOR_SOPHISTICATION = _words("none minimal intermediate advanced expert innovator strategic")
"""§10.25."""

TOOL_TYPE = _words(
    "denial-of-service exploitation information-gathering network-capture credential-exploitation remote-access"
    " vulnerability-scanning unknown"
)
"""§10.26."""

MARKING_TYPE = _words("statement tlp")
"""§7.2.1: the types of markings that the specification itself defines."""
