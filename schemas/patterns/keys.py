"""Keys: texts that are equal for two patterns only if they mean the same. No two forms can be taken for each other by their first letter.

=type:path=value   one equality with a string, the value in canonical form
%text              any other STIX pattern, as its canonical text
~type:text         everything else: other languages, what is no pattern, what is too large to be compared
"""

from __future__ import annotations


def equality_key(comparison: tuple[str, str, str]) -> str:
    """The key of one equality."""
    object_type, path, value = comparison
    return f"={object_type}:{path}={value}"


def general_key(text: str) -> str:
    """The key of a pattern that is more than one equality, from its canonical text."""
    return f"%{text}"


def exact_key(pattern: str, pattern_type: str) -> str:
    """The key of a text that is not folded, or whose language folds nothing but line ends and the space around it."""
    kind = pattern_type.replace("\\", "\\\\").replace(":", "\\:") if ":" in pattern_type or "\\" in pattern_type else pattern_type
    return f"~{kind}:{_FOLDS[pattern_type](pattern) if pattern_type in _FOLDS else pattern}"


def _unix_lines(text: str) -> str:
    """YAML reads every line break as a line feed (YAML 1.2, 5.4), also inside texts. White space can be content there: it stays."""
    return text.replace("\r\n", "\n")


def _rules(text: str) -> str:
    """YARA, Snort and Suricata end rules with } or ): what is around them, and how lines between tokens end, is never content."""
    return text.replace("\r\n", "\n").strip(" \t\n")


_FOLDS = {"sigma": _unix_lines, "yara": _rules, "snort": _rules, "suricata": _rules}
"""Not pcre: every character of a regular expression may be content. Not what we do not know."""
