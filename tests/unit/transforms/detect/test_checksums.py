"""Check digits: published specimens are found, with one digit changed they are not."""

from __future__ import annotations

import pytest

from transforms.detect import checksums, detectors

FOUND = detectors("re")

PERSONS = {
    "PL": "44051401359",
    "DE": "86095742719",
    "NO": "11077941012",
    "TR": "10000000146",
    "BR": "529.982.247-25",
    "SE": "811218-9876",
    "FI": "131052-308T",
    "CH": "756.9217.0769.85",
    "BE": "85.07.30-033.28",
    "CN": "11010519491231002X",
    "IN": "2341 2341 2346",
    "ZA": "8001015009087",
    "RU": "112-233-445 95",
    "ES": "12345678Z",
    "ES, foreigner": "X1234567L",
    "IT": "RSSMRA85T10A562S",
    "FR": "2 55 08 14 168 025 38",
}
CARDS = (
    "4111111111111111",
    "4111-1111-1111-1111",
    "5555555555554444",
    "378282246310005",
    "3782 822463 10005",
    "6011111111111117",
    "3530111333300000",
)
ACCOUNTS = (
    "GB82 WEST 1234 5698 7654 32",
    "NL91ABNA0417164300",
    "FR14 2004 1010 0505 0001 3M02 606",
    "TR330006100519786457841326",
    "NO9386011117947",
)


def changed(number: str) -> str:
    """The number with its last digit or letter turned into the next."""
    last = number[-1]
    return number[:-1] + ("A" if last == "Z" else "1" if last == "X" else "0" if last == "9" else chr(ord(last) + 1))


@pytest.mark.parametrize("country", PERSONS)
def test_a_persons_number_is_found_by_its_check_digit(country: str) -> None:
    number = PERSONS[country]
    assert [(hit.kind, hit.start, hit.end) for hit in FOUND.find(f"id {number}.")] == [("national-id", 3, 3 + len(number))]
    assert not FOUND.any(f"id {changed(number)}.")


@pytest.mark.parametrize(
    "text",
    [
        "id 900101-1234567",
        "id AB 12 34 56 C",
        "passport no: X1234567",
        "Personalausweis: L01X00T47",
        "身份证号：A1234567",
        "ИНН: 7707083893",
    ],
)
def test_numbers_without_check_digits_need_their_form_or_a_label(text: str) -> None:
    assert {hit.kind for hit in FOUND.find(text)} == {"national-id"}


@pytest.mark.parametrize("number", CARDS)
def test_cards(number: str) -> None:
    assert {hit.kind for hit in FOUND.find(f"paid with {number}")} == {"card"}
    assert "card" not in {hit.kind for hit in FOUND.find(f"paid with {changed(number)}")}


@pytest.mark.parametrize("number", ACCOUNTS)
def test_accounts(number: str) -> None:
    assert {hit.kind for hit in FOUND.find(f"to {number}, now")} == {"iban"}
    assert not FOUND.any(f"to {changed(number)}, now")


def test_lengths_are_those_of_the_standard() -> None:
    assert len(checksums.IBAN_LENGTHS) == 84
    assert checksums.IBAN_LENGTHS["MT"] == 31
