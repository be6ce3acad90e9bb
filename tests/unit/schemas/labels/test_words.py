"""Words that restrict, wherever and however they are written; and those that only look so."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.labels import NOTHING, UNKNOWN, Classification, Grade, Label, Pap, join, words_in
from schemas.labels.banners import _BANNERS, _NAMED, _PORTION, banner_label, may_hold_banner
from schemas.labels.phrases import _RULES, phrase_label
from schemas.markings import NAMES, Tlp
from tests.unit.schemas.labels.samples import identifier, indicator, statement_marking
from tests.unit.transforms.guard.writings import BENIGN, DOUBTFUL, HOSTILE, WRITINGS

STRICT = Label(tlp=Tlp.AMBER_STRICT)
RED = Label(tlp=Tlp.RED)
ORCON = Label(orcon=True)
NOFORN = Label(no_foreign=True)


def level(of: Classification) -> Label:
    return Label(classification=of)


def rel(*names: str) -> Label:
    return Label(rel_to=frozenset({frozenset(names)}))


PLACES: dict[str, dict[str, Any]] = {
    "labels (A8)": {"labels": ["apt", "tlp:amber+strict"]},
    "name (A8)": {"name": "TLP:AMBER+STRICT weekly"},
    "description (A8)": {"description": "Please note: TLP:AMBER+STRICT."},
    "external references": {"external_references": [{"source_name": "x", "description": "tlp:amber+strict"}]},
    "a nested extension": {"extensions": {"extension-definition--x": {"deep": [{"note": "TLP:AMBER+STRICT"}]}}},
    "the name of a property": {"extensions": {"tlp:amber+strict": {}}},
    "a property of the producer's own": {"x_tlp": "amber+strict"},
    "the pattern": {"pattern": "[file:name = 'TLP:AMBER+STRICT.pdf']"},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_word_counts_wherever_it_stands(place: str) -> None:
    assert words_in(indicator(**PLACES[place])) == STRICT


FORMS = {
    "capitals": ("TLP:RED", RED),
    "full width (A8)": ("tlp\uff1ared", RED),
    "full-width letters": ("\uff34\uff2c\uff30\uff1a\uff32\uff25\uff24", RED),
    "zero-width characters inside": ("T\u200bLP:\u00adRE\u2060D", RED),
    "a space": ("TLP RED", RED),
    "a dash": ("tlp-red", RED),
    "an underscore": ("tlp_red", RED),
    "spaces around the colon": ("TLP : RED", RED),
    "with its version": ("TLP 2.0: RED", RED),
    "in brackets": ("[TLP:RED]", RED),
    "a machine tag with quotation marks": ('tlp="red"', RED),
    "the AIS taxonomy": ('ais-marking:TLPMarking="AMBER"', Label(tlp=Tlp.AMBER)),
    "the IEP taxonomy": ('iep:traffic-light-protocol="RED"', RED),
    "in full": ("Traffic Light Protocol: Red", RED),
    "strict with a plus": ("TLP:AMBER+STRICT", STRICT),
    "strict with spaces": ("TLP:AMBER + STRICT", STRICT),
    "strict with a space": ("tlp:amber strict", STRICT),
    "strict with a dash": ("tlp:amber-strict", STRICT),
    "strict, percent-encoded": ("tlp:amber%2Bstrict", STRICT),
    "amber alone is not strict": ("TLP:AMBER, strictly speaking", Label(tlp=Tlp.AMBER)),
    "white is clear": ("TLP:WHITE", Label(tlp=Tlp.CLEAR)),
    "the narrowest of several": ("TLP:CLEAR then TLP:RED then TLP:GREEN", RED),
    "Chatham House": ("TLP:EX:CHR", Label(anonymous=True)),
    "PAP": ("PAP:RED", Label(pap=Pap.RED)),
    "PAP white": ("pap:white", Label(pap=Pap.CLEAR)),
    "PAP full width": ("PAP\uff1aAMBER", Label(pap=Pap.AMBER)),
    "both protocols": ("TLP:GREEN / PAP:AMBER", Label(tlp=Tlp.GREEN, pap=Pap.AMBER)),
    "ORCON": ("Marked ORCON by its origin", ORCON),
    "originator controlled": ("ORIGINATOR CONTROLLED", ORCON),
    "OC in a banner": ("(U//OC) Text", ORCON),
    "RELIDO": ("RELIDO applies", ORCON),
    "NOFORN": ("not for others: NOFORN", NOFORN),
    "NF in a banner": ("(U//NF) Text", NOFORN),
    "TLP with its letters apart": ("T.L.P.: RED", RED),
    "in full, with the letters": ("Traffic Light Protocol (TLP) level: **RED**", RED),
    "in full, with a tag": ("Traffic Light Protocol: <b>RED</b>", RED),
    "encoded twice": ("TLP&amp;#58;RED", RED),
    "encoded full width": ("TLP%EF%BC%9ARED", RED),
    "PAP with emphasis": ("PAP: **RED**", Label(pap=Pap.RED)),
    "PAP in brackets": ("PAP level (AMBER)", Label(pap=Pap.AMBER)),
    "another PAP": ("PAP tests of red cells", NOTHING),
    "H1 with emphasis": ("handling codes: **H1**", Label(handling=frozenset({"H1"}))),
    "another handling": ("error handling (H2 database)", NOTHING),
    "REL TO": ("REL TO XXA, XXB", rel("XXA", "XXB")),
    "REL TO with and": ("REL TO XXA, XXB AND XXC only", rel("XXA", "XXB", "XXC")),
    "REL TO a community of nations": ("REL TO FVEY", rel("FVEY", "AUS", "CAN", "GBR", "NZL", "USA")),
    "releasable to": ("RELEASABLE TO XXA", rel("XXA")),
    "H2": ("handling code: H2", Label(handling=frozenset({"H2"}))),
    "H1 as a tag": ('europol-handling="h1"', Label(handling=frozenset({"H1"}))),
    "no colour": ("TLP:BLUE", NOTHING),
    "a longer word": ("TLP:REDACTED", NOTHING),
    "another abbreviation": ("XTLP:RED", NOTHING),
    "a paper": ("paper red", NOTHING),
    "related to": ("related to XXA", NOTHING),
    "a host name": ("noforn.example", NOFORN),
    "a web address": ("https://www.example.com//ocean", NOTHING),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_word(form: str) -> None:
    text, label = FORMS[form]
    found = words_in(indicator(summary=text))
    assert found == label


@pytest.mark.parametrize("text", [*WRITINGS, *DOUBTFUL])
@pytest.mark.parametrize("place", ["description", "labels"])
def test_however_people_write_tlp(text: str, place: str) -> None:
    value = indicator(**{place: [text] if place == "labels" else f"See below. {text} Thank you."})
    assert words_in(value).tlp == {**WRITINGS, **DOUBTFUL}[text]


@pytest.mark.parametrize("text", BENIGN)
def test_a_sentence_that_speaks_of_tlp_raises_nothing(text: str) -> None:
    assert words_in(indicator(description=text, labels=[text])).tlp in (None, Tlp.CLEAR)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_take_linear_time(hostile: str) -> None:
    """Ten times as much, at most thirty times as long; below the fineness of the clock there is nothing to compare."""

    def spent(size: int) -> float:
        text = "tlp" + HOSTILE[hostile] * (size // len(HOSTILE[hostile]))
        taken = []
        for _ in range(3):
            started = time.process_time()
            phrase_label(text, text)
            taken.append(time.process_time() - started)
        return min(taken)

    assert spent(100_000) < 30 * max(spent(10_000), 0.005)


TAGS = {
    "nato NU": ('nato:classification="NU"', level(Classification.UNCLASSIFIED)),
    "nato NR": ('nato:classification="NR"', level(Classification.RESTRICTED)),
    "nato NC": ('nato:classification="NC"', level(Classification.CONFIDENTIAL)),
    "nato NS": ('nato:classification="NS"', level(Classification.SECRET)),
    "nato NS-A": ('nato:classification="NS-A"', level(Classification.SECRET)),
    "nato CTS": ('nato:classification="CTS"', level(Classification.TOP_SECRET)),
    "nato CTS-B": ('nato:classification="CTS-B"', level(Classification.TOP_SECRET)),
    "euci restricted": ("euci:EU-RESTRICTED", level(Classification.RESTRICTED)),
    "euci confidential": ("euci:EU-CONFIDENTIAL", level(Classification.CONFIDENTIAL)),
    "euci secret": ("euci:EU-SECRET", level(Classification.SECRET)),
    "euci top secret": ("euci:EU-TOP-SECRET", level(Classification.TOP_SECRET)),
    "dni U": ('dni-ism:classification:us="U"', level(Classification.UNCLASSIFIED)),
    "dni R": ('dni-ism:classification:all="R"', level(Classification.RESTRICTED)),
    "dni TS": ('dni-ism:classification:us="TS"', level(Classification.TOP_SECRET)),
    "dni compartments": ('dni-ism:scicontrols="TK"', level(Classification.SECRET)),
    "dni OC": ('dni-ism:dissem="OC"', ORCON),
    "dni RELIDO": ('dni-ism:dissem="RELIDO"', ORCON),
    "dni NF": ('dni-ism:dissem="NF"', NOFORN),
    "dni SBU-NF": ('dni-ism:nonic="SBU-NF"', NOFORN),
    "dni REL without nations": ('dni-ism:dissem="REL"', Label(rel_to=frozenset({frozenset()}))),
    "dni FOUO": ('dni-ism:dissem="FOUO"', NOTHING),
    "dni old ORCON": ('dni-ism:notice="pre13526ORCON"', ORCON),
    "dni other notice": ('dni-ism:notice="POC"', NOTHING),
    "fr secret": ('fr-classif:classifiees="SECRET"', level(Classification.SECRET)),
    "fr tres secret": ('fr-classif:classifiees="TRES_SECRET"', level(Classification.TOP_SECRET)),
    "fr diffusion restreinte": ('fr-classif:non-classifiees="DIFFUSION_RESTREINTE"', level(Classification.RESTRICTED)),
    "fr non protege": ('fr-classif:non-classifiees="NON-PROTEGE"', NOTHING),
    "fr special france": ('fr-classif:special-france="SPECIAL_FRANCE"', NOFORN),
    "de geheim": ('de-vs:Einstufung="GEHEIM"', level(Classification.SECRET)),
    "de streng geheim": ('de-vs:Einstufung="STRENG GEHEIM"', level(Classification.TOP_SECRET)),
    "de vertraulich": ('de-vs:Einstufung="VS-VERTRAULICH"', level(Classification.CONFIDENTIAL)),
    "de nfd": ('de-vs:Einstufung="VS-NfD"', level(Classification.RESTRICTED)),
    "exercise": ('exercise:cyber-europe="2024"', Label(audiences=frozenset({"exercise:cyber-europe-2024"}))),
    "exercise without a value": ("exercise:quiet-harbour", Label(audiences=frozenset({"exercise:quiet-harbour"}))),
    "exercise in capitals": ("EXERCISE:Quiet_Harbour", Label(audiences=frozenset({"exercise:quiet-harbour"}))),
    "source reliability": ('admiralty-scale:source-reliability="c"', Label(grades=frozenset({Grade("C", 1, word=True)}))),
    "information credibility": ('admiralty-scale:information-credibility="5"', Label(grades=frozenset({Grade("A", 5, word=True)}))),
    "no such reliability": ('admiralty-scale:source-reliability="z"', NOTHING),
    "consent of none": ('ais-marking:AISConsent="NONE"', Label(anonymous=True)),
    "consent of everyone": ('ais-marking:AISConsent="EVERYONE"', NOTHING),
    "no attribution": ('iep:provider-attribution="MUST NOT"', Label(anonymous=True)),
    "a duty as a tag": ('iep:encrypt-in-transit="MUST"', UNKNOWN),
    "a permission as a tag": ('iep:encrypt-in-transit="MAY"', NOTHING),
    "the name of a policy": ('iep2-policy:name="x"', NOTHING),
    "a policy elsewhere": ('iep2-reference:url="https://example.org/iep"', UNKNOWN),
    "another taxonomy": ('kill-chain:Delivery="x"', NOTHING),
    "no tag": ("malicious-activity", NOTHING),
    "something after the name of a tag": ("nato:", NOTHING),
}


@pytest.mark.parametrize("tag", TAGS)
def test_machine_tags(tag: str) -> None:
    text, label = TAGS[tag]
    assert words_in(indicator(labels=[text])) == label
    assert words_in({"type": "ipv4-addr", "id": identifier("ipv4-addr", "x"), "value": "192.0.2.1", "labels": [text]}) == label


BANNERS = {
    "UNCLASSIFIED": Classification.UNCLASSIFIED,
    "NATO UNCLASSIFIED": Classification.UNCLASSIFIED,
    "NATO RESTRICTED": Classification.RESTRICTED,
    "NATO CONFIDENTIAL": Classification.CONFIDENTIAL,
    "NATO SECRET": Classification.SECRET,
    "COSMIC TOP SECRET": Classification.TOP_SECRET,
    "RESTREINT UE/EU RESTRICTED": Classification.RESTRICTED,
    "CONFIDENTIEL UE/EU CONFIDENTIAL": Classification.CONFIDENTIAL,
    "SECRET UE/EU SECRET": Classification.SECRET,
    "TRES SECRET UE/EU TOP SECRET": Classification.TOP_SECRET,
    "R-UE/EU-R": Classification.RESTRICTED,
    "S-UE/EU-S": Classification.SECRET,
    "DIFFUSION RESTREINTE": Classification.RESTRICTED,
    "VS-NUR F\u00dcR DEN DIENSTGEBRAUCH": Classification.RESTRICTED,
    "VS-NfD": Classification.RESTRICTED,
    "TOP SECRET//SI//NOFORN": Classification.TOP_SECRET,
    "SECRET//NOFORN": Classification.SECRET,
    "(SECRET) Summary": Classification.SECRET,
    "Classification: SECRET": Classification.SECRET,
    "Line one.\nNATO SECRET\nLine three.": Classification.SECRET,
    "(U) First. (S//NF) Second.": Classification.SECRET,
    "classification = 'Top Secret'": Classification.TOP_SECRET,
}


@pytest.mark.parametrize("text", BANNERS)
@pytest.mark.parametrize("place", ["name", "description", "content"])
def test_a_classification_where_documents_carry_it(text: str, place: str) -> None:
    assert words_in(indicator(**{place: text})).classification == BANNERS[text]


@pytest.mark.parametrize(
    "text",
    [
        "Steals secret documents.",
        "The lure is called NATO SECRET briefing",
        "SECRET sauce",
        "TOP SECRET.docx",
        "The file RESTRICTED.pdf",
        "Confidential information was taken.",
        "classification of malware",
        "unrestricted",
        "(c) Example 2026",
    ],
)
def test_a_sentence_that_speaks_of_secrets_is_not_classified(text: str) -> None:
    assert words_in(indicator(description=text, name=text)).classification is None


def test_what_an_object_is_about_does_not_classify_it() -> None:
    assert words_in({"type": "file", "id": identifier("file", "x"), "name": "SECRET"}).classification is None
    assert words_in(indicator(pattern="[file:name = 'SECRET']")).classification is None


def test_a_statement_may_classify() -> None:
    definition = statement_marking("s", definition={"statement": "NATO SECRET"})
    assert words_in(definition).classification == Classification.SECRET


def test_a_translation_may_classify() -> None:
    value = {"type": "language-content", "created": "2026-01-01T00:00:00.000Z", "contents": {"de": {"description": "VS-NfD"}}}
    assert words_in(value).classification == Classification.RESTRICTED


def test_a_property_of_the_producers_own_may_classify() -> None:
    assert words_in(indicator(x_classification="SECRET")).classification == Classification.SECRET


@pytest.mark.parametrize("odd", [None, 5, [], [5], {"a": None}, [["TLP"]], True])
def test_odd_shapes_say_nothing(odd: object) -> None:
    assert words_in({"type": "indicator", "labels": odd, "name": odd, "definition": odd}) == NOTHING


TEXTS = st.sampled_from([text for text, _ in FORMS.values()] + list(BANNERS) + ["nothing", ""])


@given(TEXTS, TEXTS)
def test_another_text_only_raises(one: str, two: str) -> None:
    alone = words_in(indicator(description=one))
    assert join(words_in(indicator(description=one, summary=two)), alone) == words_in(indicator(description=one, summary=two))


@given(st.sampled_from(sorted(NAMES)), st.text(max_size=20), st.text(max_size=20))
def test_what_stands_around_a_word_does_not_hide_it(word: str, before: str, after: str) -> None:
    found = words_in(indicator(description=f"{before} TLP:{word} {after}")).tlp
    assert found is not None
    assert found >= NAMES[word]


@pytest.mark.parametrize("number", range(len(_RULES)))
def test_a_hint_stands_in_whatever_a_phrase_can_match(number: int) -> None:
    hints, pattern, _ = _RULES[number]

    @settings(max_examples=50, deadline=None)
    @given(st.from_regex(pattern))
    def law(text: str) -> None:
        folded = text.casefold()
        assert any(hint in folded for hint in hints)

    law()


@pytest.mark.parametrize("number", range(len(_BANNERS) + 2))
def test_a_hint_stands_in_whatever_a_banner_can_match(number: int) -> None:
    pattern = [*(pattern for pattern, _ in _BANNERS), _NAMED, _PORTION][number]

    @settings(max_examples=50, deadline=None)
    @given(st.from_regex(pattern))
    def law(text: str) -> None:
        assert banner_label(text).classification is not None
        assert may_hold_banner(text.casefold())

    law()
