"""Places of people: the folder of a user, the account of a Windows domain, the street."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.detect.detector import Detector, any_case

_NOBODY = frozenset({
    *("public", "default", "default user", "all users", "defaultapppool", "administrator"),
    *("admin", "root", "guest", "shared", "user", "users"),
    *("username", "user_name", "user name", "name", "user1", "someuser"),
    *("current user", "currentuser", "victim", "profile", "foo", "bar"),
    *("localservice", "networkservice", "local service", "network service", "systemprofile", "appdata", "desktop", "index", "redacted"),
})  # fmt: skip
_PSEUDONYM = re.compile(r"u-[a-z2-7]{16,26}")
_SEGMENT = re.compile(r"[^\\/:*?\"<>|\r\n\t,;']{1,64}(?=[\\/])|[^\s\\/:*?\"<>|,;')\]}]{1,64}")


def _profile(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands after `Users\\` or `home/`, unless it is nobody's: a variable, a wildcard, a name of the system."""
    if text[start] == "/" and (text[start - 1 : start].isalnum() or text[start - 1 : start] in tuple(".-_%}>*")):
        return
    segment = _SEGMENT.match(text, end)
    if segment is None:
        return
    name = segment.group().rstrip(". ")
    if name and name[0] not in "%$<*[{(.^~&#`" and name.lower() not in _NOBODY and not _PSEUDONYM.fullmatch(name):
        yield segment.start(), segment.start() + len(name)


def _sid(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not text[start - 1 : start].isalnum():
        yield start, end


def _foreign(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not text[end : end + 1].isdigit():
        yield start, end


_CAP = r"[^\W\d_a-z][^\W\d_]{0,24}(?:['’.-][^\W\d_]{1,24})?\.?"
_AHEAD = "Street|St\\.|Avenue|Ave|Road|Rd|Lane|Ln\\.|Drive|Boulevard|Blvd|Court|Square|Terrace|Crescent|Highway|Parkway"
_AFTER = re.compile(
    rf"[0-9]{{1,5}}[A-Za-z]?,? (?:(?:{_CAP} ){{1,3}}(?:{_AHEAD})"
    rf"|(?:bis )?(?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|route) (?:de la |de l['’]|de |du |des |d['’])?{_CAP}"
    rf"|(?:[Đđ]ường|[Pp]hố|[Nn]gõ) {_CAP}(?: {_CAP}){{0,3}})(?!\w)"
)
_SUFFIXES = (
    *("straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "damm", "straat", "laan", "plein", "gracht", "kade"),
    *("gatan", "vägen", "gata", "vej", "gade", "katu"),
)
_LEADS = frozenset({
    *("calle", "avenida", "avda.", "av.", "plaza", "paseo", "via", "viale", "piazza"),
    *("corso", "largo", "rua", "travessa", "praça", "ul.", "al.", "pl.", "os."),
    *("ulica", "strada", "ulice", "ул.", "улица", "вул.", "вулиця"),
    *("пр.", "проспект", "пр-т", "пер.", "переулок", "бульвар", "площадь", "шоссе"),
    *("οδός", "λεωφόρος", "λεωφ.", "πλατεία", "sokak", "sok.", "sokağı", "cadde", "caddesi", "cad.", "mahallesi", "mah."),
})  # fmt: skip
_ONE_WORD = re.compile(
    r"[^\W\d_a-z][^\W\d_]{2,24}(?:-[^\W\d_]{2,24}){0,3}(?:"
    rf"{'|'.join(map(re.escape, _SUFFIXES))}) \Z"
)
_BEFORE = re.compile(
    r"(?<!\w)(?:Calle|C/|Avenida|Avda\.|Av\.|Plaza|Paseo|Via|Viale|Piazza|Corso|Largo|Rua|Travessa|Praça"
    r"|[uU]l\.|(?<!et )[aA]l\.|[pP]l\.|[oO]s\.|Ulica|Strada|Ulice"
    r"|ул\.|улица|вул\.|вулиця|пр\.|проспект|пр-т|пер\.|переулок|бульвар|площадь|шоссе|[Οο]δός|Λεωφόρος|Λεωφ\.|Πλατεία)"
    rf" ?(?:(?:de la|de|del|da|dos|das|do|della|dei) )?(?:{_CAP} ){{0,3}}{_CAP},? (?:n[ºo°.]{{1,2}} ?|№ ?|д\. ?|дом |буд\. ?|будинок )?\Z"
    r"|(?<!\w)[^\W\d_]{2,24} (?:Sokak|Sok\.|Sokağı|Cadde|Caddesi|Cad\.|Mahallesi|Mah\.),? (?:No[:.]? ?)?\Z"
)


def _street(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A house number, and a street after or before it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before and before not in " \t\r\n,;:(\"'.№") or (after and not (after.isalpha() or after in " \t\r\n,.;)\"'")):
        return
    following = _AFTER.match(text, start)
    if following is not None:
        yield start, following.end()
    elif before and before in " .:№":
        tail = text[max(0, start - 90) : start]
        words = tail.lower().replace(",", " ").split()
        one = bool(words) and words[-1].endswith(_SUFFIXES)
        leading = (_ONE_WORD.search(tail) if one else None) or (
            None if _LEADS.isdisjoint(words) and "c/" not in tail.lower() else _BEFORE.search(tail)
        )
        if leading is not None:
            yield start - len(tail) + leading.start(), end


_TRIGGER = (
    rf" (?:{_AHEAD}|rue|avenue|boulevard|place|chemin|impasse|allée|quai|route|[Đđ]ường|[Pp]hố|[Nn]gõ)"
    rf"|(?:{any_case(_SUFFIXES)}) [0-9]|(?:{any_case(sorted(_LEADS))})[ ,]|[Cc]/"
)

DETECTORS = (
    Detector(
        "user-path",
        rf"[\\/]{{1,4}}(?:{any_case(('users', 'home', 'homes', 'documents and settings', 'profiles'))})\$?[\\/]{{1,4}}",
        _profile,
        marks="\\/",
        words=("users", "home", "documents and settings", "profiles"),
    ),
    Detector("sid", r"[Ss]-1-(?:5-21|12-1)-[0-9]{1,10}-[0-9]{1,10}-[0-9]{1,10}(?:-[0-9]{1,10})?", _sid, digits=7),
    Detector("street-address", "[0-9]{1,5}", _street, digits=1, trigger=(_TRIGGER,)),
    Detector(
        "street-address",
        "[\u4e00-\u9fff]{2,12}(?:路|街|道|巷|弄) ?[0-9]{1,5} ?(?:号|號)"
        "|[\u3040-\u30ff\u4e00-\u9fff]{2,16}[0-9]{1,3}(?:丁目|番地|番)[0-9-]{0,8}"
        "|〒 ?[0-9]{3}-[0-9]{4}"
        "|[\uac00-\ud7a3]{2,12}(?:로|길) ?[0-9]{1,4}(?:번길)?|شارع [\u0600-\u06ff ]{2,40}[0-9]{1,4}|רחוב [\u0590-\u05ff ]{2,40}[0-9]{1,4}",
        _foreign,
        words=("号", "號", "丁目", "番", "〒", "로", "길", "شارع", "רחוב"),
    ),
)
