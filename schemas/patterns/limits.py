"""How large a pattern may be, and why. Whatever is larger is keyed by its exact text and reported as too large, in bounded time.

Together the limits keep any text below 100 ms on one core, most of it the parser's.
"""

from __future__ import annotations

MAX_PATTERN = 1 << 16
"""Characters. The longest real pattern seen has 57,120."""

MAX_TOKENS = 1 << 15
"""Words, constants and signs; an object path without spaces is one. Half a word for each character: only noise has more."""

MAX_OPERANDS = 1 << 12
"""Comparisons, members of sets and qualifiers. 57,120 characters of comparisons with SHA-256 hashes are about 600; 1,000 must pass."""

MAX_NESTING = 512
"""Parentheses open at once. Patterns with 400 needless ones are valid, and nobody writes this many by hand."""

MAX_DEPTH = 64
"""Levels of the tree, needless parentheses not counted. Equality and hashing of trees recurse in C, and must not run out of stack."""

MAX_STEPS = 1 << 8
"""Steps of one object path. STIX itself has paths of five; references can make them longer, but nobody follows so many."""

MAX_REGEX = 1 << 14
"""Characters of one MATCHES expression. PCRE needs time that is quadratic in the number of named groups: this many cost below 10 ms."""

MAX_INTERNATIONAL = 1 << 12
"""Characters of all domain names that are not ASCII, of each at most 254. The tables of IDNA 2008 cost 4 µs for a character."""

MAX_TERMS = 1 << 8
"""Terms of one observation that an AND over OR makes in disjunctive normal form: those of eight pairs. Another pair doubles them."""

MAX_LITERALS = 1 << 12
"""Comparisons in all these terms together; as many as a pattern may have that needs no expansion."""

MAX_CHECKS = 1 << 17
"""Pairs of terms that absorption looks at, counted before it starts; some 15 ms. Terms without common comparisons make no pairs."""

MAX_FLAWS = 32
"""Flaws listed for one pattern. One is enough to decide; a list of thousands helps nobody."""
