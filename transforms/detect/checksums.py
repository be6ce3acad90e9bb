"""Check digits: what tells a card, an account or a person's number from any other row of digits. Each takes bare digits and letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA",
        30: "JO KW MU", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""ISO 13616: how long an account number of each country is."""


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1."""
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616, ISO 7064 mod 97-10."""
    moved = (text[4:] + text[:4]).upper()
    return len(text) == IBAN_LENGTHS.get(text[:2].upper()) and int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


_CARDS: Sequence[tuple[range, frozenset[int]]] = (
    (range(400000, 500000), frozenset({13, 16, 19})),
    (range(510000, 560000), frozenset({16})),
    (range(222100, 272100), frozenset({16})),
    (range(340000, 350000), frozenset({15})),
    (range(370000, 380000), frozenset({15})),
    (range(352800, 359000), frozenset({16, 17, 18, 19})),
    (range(300000, 306000), frozenset({14, 16})),
    (range(360000, 370000), frozenset({14, 16})),
    (range(380000, 400000), frozenset({14, 16})),
    (range(601100, 601200), frozenset({16, 17, 18, 19})),
    (range(644000, 660000), frozenset({16, 17, 18, 19})),
    (range(620000, 630000), frozenset({16, 17, 18, 19})),
    (range(500000, 510000), frozenset({16, 18, 19})),
    (range(560000, 600000), frozenset({16, 18, 19})),
    (range(220000, 220500), frozenset({16})),
)
"""Issuers' first six digits (ISO/IEC 7812), and the lengths that they give out."""


def card(digits: str) -> bool:
    """A payment card: an issuer's range, its length, and Luhn."""
    issuer = int(digits[:6])
    return any(issuer in numbers and len(digits) in lengths for numbers, lengths in _CARDS) and len(set(digits)) > 1 and luhn(digits)


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _date(year: str, month: str, day: str) -> bool:
    return year.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def us_ssn(digits: str) -> bool:
    """Not one of the ranges that are never given out."""
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def es_dni(text: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    number = text[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1].upper()


_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21] * 2 + [2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23],
        strict=True,
    )
)


def it_cf(text: str) -> bool:
    """Codice fiscale: its sixteenth letter."""
    code = text.upper()
    odd = sum(_ODD[char] for char in code[:15:2])
    even = sum(int(char) if char.isdigit() else ord(char) - 65 for char in code[1:15:2])
    return chr(65 + (odd + even) % 26) == code[15]


def fr_nir(digits: str) -> bool:
    """The last two are 97 minus the rest modulo 97; a month stands in it."""
    month = int(digits[3:5])
    return digits[0] in "12" and (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def pl_pesel(digits: str) -> bool:
    """A date, whose month tells the century, and a check digit."""
    return _date(digits[:2], f"{int(digits[2:4]) % 20}", digits[4:6]) and (_weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0)


def de_tax(digits: str) -> bool:
    """Identifikationsnummer: one digit of ten stands two or three times; ISO 7064 mod 11,10."""
    counts = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if digits[0] == "0" or counts[-1] not in (2, 3) or counts.count(counts[-1]) != 1 or (len(counts) > 1 and counts[-2] != 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[10])


def no_fnr(digits: str) -> bool:
    """Fødselsnummer: two check digits."""
    first = -_weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11
    second = -_weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return _date(digits[4:6], f"{int(digits[2:4]) % 40}", f"{int(digits[:2]) % 40}") and (first, second) == (
        int(digits[9]),
        int(digits[10]),
    )


def tr_kimlik(digits: str) -> bool:
    """T.C. kimlik no: two check digits."""
    numbers = [int(digit) for digit in digits]
    tenth = (7 * sum(numbers[0:9:2]) - sum(numbers[1:8:2])) % 10
    return numbers[0] != 0 and tenth == numbers[9] and sum(numbers[:10]) % 10 == numbers[10]


def br_cpf(digits: str) -> bool:
    """Two check digits."""
    first = -_weighted(digits, range(10, 1, -1)) % 11 % 10
    second = -_weighted(digits, range(11, 1, -1)) % 11 % 10
    return len(set(digits)) > 1 and (first, second) == (int(digits[9]), int(digits[10]))


def se_pnr(digits: str) -> bool:
    """Personnummer: a date and Luhn over the last ten."""
    return _date(digits[-10:-8], digits[-8:-6], f"{int(digits[-6:-4]) % 60}") and luhn(digits[-10:])


def fi_hetu(text: str) -> bool:
    """Henkilötunnus, with its sign for the century: a date, and the rest modulo 31."""
    wanted = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31]
    return _date(text[4:6], text[2:4], text[:2]) and wanted == text[10].upper()


def ch_ahv(digits: str) -> bool:
    """AHV number: EAN-13 of a number that begins with 756."""
    return digits.startswith("756") and _weighted(digits, [1, 3] * 6 + [1]) % 10 == 0


def be_rrn(digits: str) -> bool:
    """Rijksregisternummer: 97 minus the rest, in either century."""
    wanted = int(digits[9:])
    return any(97 - int(century + digits[:9]) % 97 == wanted for century in ("", "2")) and _date(
        digits[:2], f"{int(digits[2:4]) % 20}", digits[4:6]
    )


def cn_id(text: str) -> bool:
    """Resident identity number: a date, ISO 7064 mod 11-2."""
    total = _weighted(text[:17], [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return text[6:8] in ("19", "20") and _date(text[6:10], text[10:12], text[12:14]) and "10X98765432"[total % 11] == text[17].upper()


_DIHEDRAL = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_PERMUTE = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")


def in_aadhaar(digits: str) -> bool:
    """Verhoeff; and not three years in a row."""
    check = "0"
    for place, digit in enumerate(reversed(digits)):
        check = _DIHEDRAL[int(check)][int(_PERMUTE[place % 8][int(digit)])]
    years = all(digits[start : start + 2] in ("19", "20") for start in (0, 4, 8))
    return check == "0" and digits[0] not in "01" and not years


def za_id(digits: str) -> bool:
    """A date, citizenship, Luhn."""
    return _date(digits[:2], digits[2:4], digits[4:6]) and digits[10] in "012" and luhn(digits)


def kr_rrn(digits: str) -> bool:
    """A date and a century; numbers since 2020 have no check digit."""
    return _date(digits[:2], digits[2:4], digits[4:6]) and digits[6] in "12345678"


def ru_snils(digits: str) -> bool:
    """The last two are the weighted sum modulo 101."""
    return _weighted(digits, range(9, 0, -1)) % 101 % 100 == int(digits[9:])


def jp_my_number(digits: str) -> bool:
    """Mod 11; meant for numbers that a label announces, since every eleventh number of twelve digits passes."""
    rest = _weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return (0 if rest <= 1 else 11 - rest) == int(digits[11])


Check = Callable[[str], bool]
