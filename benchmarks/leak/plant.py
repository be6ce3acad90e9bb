"""What places plant with: objects with markings, times and ids, and canaries that are registered as they are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.leak.canaries import PRIVATE, Canary, Ledger, Needle, Role
from benchmarks.leak.disguises import DISGUISES, PLAIN
from benchmarks.leak.names import Locale
from benchmarks.leak.recipients import PROFILES, TLP_IDS, VERBATIM, entitled
from benchmarks.leak.values import KINDS, uuid4
from schemas.ids import CONTRIBUTING, observable_id

Stix = dict[str, Any]

STRUCTURED, STRING, TEXT, AMBIGUOUS, PIPELINE = "structured", "string", "text", "ambiguous", "pipeline"
"""What has a form (addresses, ids, times, paths, constants of patterns) · short strings without one (a file's name, a mutex) · what
people write in their own words · constants of patterns that are a threat's as often as a victim's · what is refused at intake.
"""

WRITTEN = frozenset((
    *("name", "description", "abstract", "content", "explanation", "context", "aliases", "goals", "objective", "report_types", "labels"),
    *("source_name", "external_id", "contents"),
))  # fmt: skip
"""Properties of domain objects that hold people's own words."""

MIDNIGHT = "2026-02-03T00:00:00.000Z"
LATER = "2026-02-04T00:00:00.000Z"


@dataclass
class Plant:
    """The surroundings of one planting: a producer, a label, a language, a disguise. `tlp` is '' for an unmarked object."""

    ledger: Ledger
    producer: str
    creator: str
    tlp: str
    locale: Locale
    disguise: str
    row: int = 0
    _open: list[Canary] = field(default_factory=list)

    def value(self, path: str, kind: str, role: Role = Role.VICTIM, *, tlp: str | None = None, place: str = STRUCTURED) -> str:
        """A new canary as it is: for properties whose form is fixed."""
        return self._made(path, kind, role, PLAIN, tlp, place)

    def hidden(self, path: str, kind: str, role: Role = Role.VICTIM, *, tlp: str | None = None, place: str = "") -> str:
        """A new canary in the present disguise: for properties that take any text."""
        place = place or (TEXT if path.rpartition(".")[2] in WRITTEN and path.partition(".")[0] not in CONTRIBUTING else STRING)
        return DISGUISES[self.disguise](self._made(path, kind, role, self.disguise, tlp, place))

    def text(self, path: str, role: Role = Role.VICTIM, *, tlp: str | None = None) -> str:
        """A sentence of the present language that holds one new canary for each of its gaps."""
        sentence: str = self.ledger.random.choice(self.locale.sentences)
        for gap, kind in (("{name}", "person"), ("{mail}", "email"), ("{phone}", "phone")):
            if gap in sentence:
                sentence = sentence.replace(gap, self.hidden(path, kind, role, tlp=tlp, place=TEXT))
        return sentence

    def threat(self, path: str, kind: str) -> str:
        """A new value of a threat, which everybody may see who may have the object."""
        return self._made(path, kind, Role.THREAT, PLAIN, None, STRUCTURED)

    def benign(self, path: str, *, place: str = STRUCTURED) -> str:
        """A made-up word in something that is no personal data, though it may look like it."""
        return self._made(path, "codename", Role.BENIGN, PLAIN, None, place)

    def packed(self, path: str, role: Role = Role.VICTIM) -> str:
        """A sentence in base64: of a zip, of gzip, of UTF-16, or as it is."""
        form = self.ledger.random.choice(("base64", "base64-zip", "base64-gzip", "base64-utf16"))
        return DISGUISES[form](self._made(path, "email", role, form, None, STRUCTURED))

    def hashes(self) -> dict[str, str]:
        """A hash of nobody's file."""
        return {"SHA-256": f"{self.ledger.random.getrandbits(256):064x}"}

    def whose(self, value: Stix, path: str, role: Role, tlp: str | None = None, place: str = STRUCTURED) -> None:
        """The object's own id is a canary: it must not be told apart from others by it."""
        self._register("id", value["id"], Needle("uuid", value["id"].partition("--")[2].replace("-", "")), path, role, PLAIN, tlp, place)
        self._closed(value)

    def also(self, address: str) -> None:
        """The last canary is found as this IPv6 address too, given in 32 digits."""
        last = self._open[-1]
        last.needles += (Needle("ip6", ":".join(address[start : start + 4] for start in range(0, 32, 4))),)

    def domain(self, type_name: str, /, **more: Any) -> Stix:
        """A domain object with the common properties; a property that is None is left out."""
        made = {
            "type": type_name, "spec_version": "2.1", "id": f"{type_name}--{uuid4(self.ledger.random)}", "created_by_ref": self.creator,
            "created": MIDNIGHT, "modified": MIDNIGHT, **self._marked(), **more,
        }  # fmt: skip
        return self._closed({key: item for key, item in made.items() if item is not None})

    def observable(self, type_name: str, /, **more: Any) -> Stix:
        """An observable under its deterministic id."""
        made = {"type": type_name, "spec_version": "2.1", **self._marked(), **more}
        identifier = observable_id(made) or f"{type_name}--{uuid4(self.ledger.random)}"
        return self._closed({"id": identifier, **made})

    def link(self, source: Stix, kind: str, target: Stix, /, **more: Any) -> Stix:
        """A relationship."""
        return self.domain("relationship", relationship_type=kind, source_ref=source["id"], target_ref=target["id"], **more)

    def indicator(self, pattern: str | None = None, /, **more: Any) -> Stix:
        """An indicator, of a threat's domain unless a pattern is given."""
        made = {"pattern_type": "stix", "valid_from": MIDNIGHT, "indicator_types": ["malicious-activity"], **more}
        made["pattern"] = pattern or f"[domain-name:value = '{self.threat('indicator.pattern', 'bad-domain')}']"
        return self.domain("indicator", **made)

    def malware(self, /, **more: Any) -> Stix:
        """A malware family, whose name is nobody's."""
        return self.domain("malware", **{"name": "Loader", "is_family": True, "malware_types": ["dropper"], **more})

    def _marked(self) -> Stix:
        return {"object_marking_refs": [TLP_IDS[self.tlp]]} if self.tlp else {}

    def _made(self, path: str, kind: str, role: Role, encoding: str, tlp: str | None, place: str) -> str:
        made = KINDS[kind](self.ledger, self.locale)
        self._register(kind, made.value, made.needle, path, role, encoding, tlp, place)
        return made.value

    def _register(self, kind: str, value: str, needle: Needle, path: str, role: Role, encoding: str, tlp: str | None, place: str) -> None:
        label = self.tlp if tlp is None else tlp
        may = entitled(self.producer, label)
        allowed = frozenset(name for name in may if PROFILES[name] == VERBATIM) if role in PRIVATE else may
        canary = Canary(value, kind, role, self.row, path, place, encoding, self.locale.code, self.producer, label, allowed, (needle,))
        self.ledger.canaries.append(canary)
        self._open.append(canary)

    def _closed(self, value: Stix) -> Stix:
        """The object, with its id written to the canaries that it holds."""
        for canary in self._open:
            canary.object_id = value["id"]
        self._open.clear()
        return value
