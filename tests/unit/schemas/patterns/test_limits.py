"""Texts that are made to cost time, stack or memory: each gets an answer or a reason at once."""

from __future__ import annotations

import pytest

from schemas.patterns import MAX_PATTERN, PatternError, canonical, examine, parse, to_text
from schemas.patterns.limits import MAX_DEPTH, MAX_NESTING, MAX_OPERANDS, MAX_STEPS
from tests.unit.schemas.patterns.timing import answer


def chain(joint: str, count: int, part: str) -> str:
    """So many parts, each with its number, as one pattern of at most MAX_PATTERN characters."""
    text = joint.join(part.replace("#", str(number)) for number in range(count))
    return text if len(text) < MAX_PATTERN else text[: MAX_PATTERN - 64].rpartition(joint)[0]


def pairs(count: int) -> str:
    return f"[{chain(' AND ', count, '(a:b# = 1 OR a:c# = 2)')}]"


def alternating(levels: int) -> str:
    tails = "".join(f" {'OR' if level % 2 else 'AND'} a:c = {level})" for level in range(levels))
    return f"[{'(' * levels}a:b = 1{tails}]"


WIDE = chain(" OR ", 3000, "a:b = #")
HOSTILE = {
    "1 MB": "[file:name = '" + "x" * 1_000_000 + "']",
    "100,000 operands": "[" + " OR ".join(f"a:b = {number}" for number in range(100_000)) + "]",
    "as many operands as fit": f"[{chain(' OR ', 10_000, 'a:b = #')}]",
    "as many observations as fit": chain(" OR ", 10_000, "[a:b = #] REPEATS 2 TIMES"),
    "as many AND as fit": f"[{chain(' AND ', 10_000, 'a:b# = #')}]",
    "a long IN": f"[a:b IN ({chain(',', 4000, '#')})]",
    "many IN": f"[{chain(' AND ', 2000, 'a:b# IN (1, 2, 3)')}]",
    "nesting of 10,000": "(" * 10_000 + "[a:b = 1]" + ")" * 10_000,
    "nesting of 10,000 inside": "[" + "(" * 10_000 + "a:b = 1" + ")" * 10_000 + "]",
    "nesting that never closes": "(" * 60_000,
    "brackets": "[" * 60_000,
    "nesting to the right": "[" + "a:b = 1 OR (" * 500 + "a:c = 1" + ")" * 500 + "]",
    "nesting of a wide OR": f"[{'(' * 400}{WIDE}{' OR a:c = 1)' * 400}]",
    "nesting with meaning": alternating(500),
    "nesting of a wide AND": f"({'(' * 60}[{WIDE}]{' AND [a:b = 1]) OR [a:b = 2]' * 60})",
    "terms without common comparisons": f"[{chain(' OR ', 2000, 'a:b = # AND a:c = #')}]",
    "terms with common comparisons": f"[{chain(' OR ', 2000, 'a:b = 1 AND a:c = #')}]",
    "terms in a square": "[" + " OR ".join(f"a:b = {number // 45} AND a:c = {number % 45}" for number in range(2000)) + "]",
    "absorbed terms": f"[a:b = 1 OR {chain(' OR ', 2000, 'a:b = 1 AND a:c = #')}]",
    "many types": f"[{chain(' AND ', 1500, '(t#:b = 1 OR u#:c = 2)')}]",
    "qualifiers": "([a:b = 1])" + " REPEATS 2 TIMES" * 4000,
    "white space": " " * 60_000,
    "white space behind": "[a:b = 1]" + " " * 60_000,
    "white space in between": "[a:b" + " " * 60_000 + "!",
    "comments": "/**/" * 15_000 + "[a:b = 1]",
    "comments that never close": "/* " * 20_000,
    "quotes": "'" * 60_000,
    "quotes with bad escapes": r"'\x" * 20_000,
    "a text that never closes": "[file:name = '" + "\\'" * 30_000,
    "constants that never close": "h'" * 30_000,
    "digits": "[a:b = " + "9" * 60_000 + "]",
    "zeros": "0" * 60_000,
    "an index": "[a:b[" + "9" * 60_000 + "] = 1]",
    "steps": "[a:" + "b." * 32_000 + "c = 1]",
    "quoted steps": "[file:" + "'a'." * 15_000 + "b ! 'x']",
    "references": "[file:" + "contains_refs[*]." * 3_800 + "size = 1]",
    "a name": "[" + "a" * 60_000 + "!",
    "expressions": f"[{chain(' OR ', 3500, 'a:b MATCHES ' + chr(39) + '#' + chr(39))}]",
    "groups with names": "[a:b MATCHES '" + "".join(f"(?<n{number}>a)" for number in range(1200)) + "']",
    "counted repeats": "[a:b MATCHES '(((a{1,100}){1,100}){1,100}){1,100}']",
    "nested groups": "[a:b MATCHES '" + "(" * 8000 + ")" * 8000 + "']",
    "addresses": f"[{chain(' OR ', 2000, 'ipv6-addr:value = ' + chr(39) + '2001:db8::#' + chr(39))}]",
    "names in other letters": f"[{chain(' OR ', 2000, 'domain-name:value = ' + chr(39) + 'ä#.example' + chr(39))}]",
    "long names in other letters": "[" + " OR ".join([f"domain-name:value = '{'ä.' * 100}'"] * 280) + "]",
    "a long name": "[domain-name:value = '" + "a." * 30_000 + "']",
    "a long name in other letters": "[domain-name:value = '" + "ä" * 60_000 + "']",
    "a url of @": "[url:value = 'a://" + "@" * 60_000 + "']",
    "a url of letters": "[url:value = '" + "a" * 60_000 + "']",
    "an address of @": "[email-addr:value = '" + "@" * 60_000 + "']",
    "an address of escapes": "[email-addr:value = '\"" + "\\\\" * 20_000 + "@a.example']",
    "a registry key in other letters": "[windows-registry-key:key = '" + "Ä" * 60_000 + "']",
    **{f"{count} pairs": pairs(count) for count in (*range(2, 41), 200, 1500)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_or_a_reason_at_once(name: str) -> None:
    text = HOSTILE[name]
    report = answer(text)
    assert report == examine(text)
    assert report.key[0] in "=%" or report.key == f"~stix:{text}"


def test_limits_are_where_they_are_said_to_be() -> None:
    def reason(text: str) -> str:
        try:
            parse(text)
        except PatternError as error:
            return error.reason
        return ""

    size = MAX_PATTERN - len("[file:name = '']")
    assert [reason(f"[file:name = '{'a' * (size + more)}']") for more in (0, 1)] == ["", "pattern-too-large"]
    assert [reason(f"[a:b IN ({','.join('1' * (MAX_OPERANDS + more))})]") for more in (0, 1)] == ["", "pattern-too-large"]
    for before, after in (("", ""), ("[", "]")):
        inner = "a:b = 1" if before else "[a:b = 1]"
        texts = [f"{before}{'(' * (MAX_NESTING + more)}{inner}{')' * (MAX_NESTING + more)}{after}" for more in (0, 1)]
        assert list(map(reason, texts)) == ["", "pattern-too-large"]
    assert [reason(alternating(MAX_DEPTH + more)) for more in (0, 1)] == ["", "pattern-too-large"]
    assert [reason(f"[a:{'.'.join('b' * (MAX_STEPS + more))} = 1]") for more in (0, 1)] == ["", "pattern-too-large"]


@pytest.mark.parametrize("count", [2, 5, 8])
def test_within_the_bound_pairs_are_distributed(count: int) -> None:
    found = canonical(parse(pairs(count)))
    assert found is not None
    assert to_text(found).count(" OR ") == 2**count - 1
    assert examine(pairs(count)).key[0] == "%"


@pytest.mark.parametrize("count", [9, 40, 1500])
def test_over_the_bound_the_key_is_the_exact_text(count: int) -> None:
    assert canonical(parse(pairs(count))) is None
    assert examine(pairs(count)).key == f"~stix:{pairs(count)}"


def test_sets_under_and_have_the_same_bound_however_they_are_written() -> None:
    fitting, larger = (f"a:b IN ({','.join(map(str, range(count)))}) AND a:c IN (1, 2, 3, 4)" for count in (64, 65))
    assert examine(f"[{fitting}]").key == examine(f"[{fitting} OR ({fitting} AND a:d = 1)]").key
    assert examine(f"[{fitting}]").key.count(" OR ") == 255
    assert examine(f"[{larger}]").key == f"~stix:[{larger}]"
    more = [f"{fitting}{''.join(f' AND a:d{number} = 1' for number in range(count))}" for count in (14, 15)]
    assert [examine(f"[{text}]").key[0] for text in more] == ["%", "~"]


def test_or_of_a_thousand_and_four_hundred_parentheses_are_patterns_like_others() -> None:
    thousand = [f"file:name = 'n{number}'" for number in range(1000)]
    assert examine(f"[{' OR '.join(thousand)}]").key == examine(f"[{' OR '.join(reversed(thousand))}]").key
    assert examine(f"[{' OR '.join(thousand)}]").key[0] == "%"
    assert examine(f"{'(' * 400}[file:name = 'a']{')' * 400}").key == "=file:name=a"


def test_the_deepest_tree_can_be_compared_hashed_and_shown() -> None:
    one, other = parse(alternating(MAX_DEPTH)), parse(alternating(MAX_DEPTH))
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
