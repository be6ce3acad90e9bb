"""How people write a TLP label, and sentences that only look so: one table for both checks, that of labels and that of the guard."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.markings import Tlp

RED, STRICT, AMBER = Tlp.RED, Tlp.AMBER_STRICT, Tlp.AMBER

WRITINGS: Mapping[str, Tlp] = {
    "TLP:RED": RED,
    "tlp-red": RED,
    "tlp_red": RED,
    "x_tlp_red": RED,
    "#TLPRED": RED,
    "TLP.RED": RED,
    "TLP|RED": RED,
    "TLP/RED": RED,
    "TLP\\RED": RED,
    "TLP = {RED}": RED,
    "TLP -> RED": RED,
    "TLP => 'RED'": RED,
    "TLP \u2014 RED": RED,
    "TLP\u2026RED": RED,
    "TLP (RED)": RED,
    "TLP (AMBER)": AMBER,
    "[TLP: [RED]]": RED,
    "TLP\uff1a\u3010RED\u3011": RED,
    "TLP: \U0001f534 RED": RED,
    "TLP: **RED**": RED,
    "**TLP:** RED": RED,
    "`TLP`:`RED`": RED,
    "TLP: ***AMBER*** + ***STRICT***": STRICT,
    "TLP:<b>RED</b>": RED,
    "<b>TLP:</b> <span class='tlp' style='color: #fff; background: black'>RED</span>": RED,
    "<td>TLP</td>\n        <td>RED</td>": RED,
    "TLP: <RED>": RED,
    "TLP: <b>AMBER</b>+<b>STRICT</b>": STRICT,
    "| TLP              | AMBER |": AMBER,
    "TLP:\nRED": RED,
    "TLP:\\nRED": RED,
    "TLP:\\r\\nAMBER": AMBER,
    "TLP&#37;3ARED": RED,
    "TLP%253ARED": RED,
    "TLP 2.0: RED": RED,
    "TLPv2:RED": RED,
    "TLP v2.0 AMBER+STRICT": STRICT,
    "TLP Version 2.0 (AMBER STRICT)": STRICT,
    "TLP Level: RED": RED,
    "TLPMarking=RED": RED,
    "tlp_marking: amber_strict": STRICT,
    "TLP classification - Amber": AMBER,
    "TLP colour: red": RED,
    "TLP Color Code: RED": RED,
    "TLP rating RED": RED,
    "TLP is RED": RED,
    "TLP marking level is set to **AMBER**": AMBER,
    "TLP:AMBER.STRICT": STRICT,
    "TLP:AMBER, strictly speaking": AMBER,
    "TLP:AMBER. Strict rules apply.": AMBER,
    "TLP:CLEAR, but then TLP (RED)": RED,
}
"""What must be read, with the label."""

BENIGN = (
    "The TLP of this report was lowered; red teams may use it.",
    "TLP is explained, red team",
    "TLP is used by red teams and others.",
    "TLP rules apply to Red Hat systems, too.",
    "Its TLP level was never red.",
    "The TLP level of the amber alert is not known.",
    "We follow the TLP and the white paper of the group.",
    "The TLP colours are red, amber, green and clear.",
    "The TLP has four colours: red is one of them.",
    "TLP designations such as red are for people.",
    "TLP:REDACTED",
    "TLP: reduced",
    "TLP amberley",
    "TLP ambers",
    "tlp-redteam",
    "tlp_redirect",
    "TLP:BLUE",
    "TLP: n/a",
    "XTLP:RED",
    "tlpx:red",
    "outlp red",
    "TLP ........... RED",
    "TLP <b>of</b> red",
    "The red team has a TLP.",
    "RED and TLP",
    "TLP",
)
"""What must not be read as anything above CLEAR."""

DOUBTFUL: Mapping[str, Tlp] = {
    "It is shared by TLP. Red teams may use it.": RED,
    "As in TLP, red is for the eyes of the recipients.": RED,
    "The TLP colours: red, amber, green and clear.": RED,
    "The TLP red team": RED,
}
"""A colour right behind the three letters is read as the label, though a sentence may mean something else: to withhold does less harm."""

HOSTILE = {
    "names": "tlp",
    "names and blanks": "tlp ",
    "signs": "tlp:::::::::",
    "tags": "tlp<b><b><b><b><b><b><b><b><b>",
    "tags like words": "tlp<v><v><v><v><v><v><v><v><v>",
    "tags that do not end": "tlp<b",
    "long tags": "tlp<" + "a" * 199,
    "words": "tlp level level level level level ",
    "words in a row": "tlpclassclassificationclassclassificationclass",
    "blanks and signs": "tlp" + (" " * 39 + ":") * 9,
    "blanks and words": "tlp" + ((" " * 39 + ":") * 8 + "level") * 5,
    "escapes": "tlp\\n\\n\\n\\n\\n\\n\\n\\n\\n",
    "nearly strict": "tlp amber<b><b><b><b><b><b><b><b><b><b>strictl ",
    "amber and signs": "tlp:amber" + "+" * 20,
    "in full": "traffic light protocol <v><v>",
    "blanks alone": " ",
}
"""Behind a `tlp`, again and again: what would take long if a text could be read in several ways."""
