"""The codes that readers give the studies behind a policy option.

Columns of the tables of options hold them (``data/shared.yml``), and
`decentwork.evidence_strength` makes a strength of them. They are apart from it, because a check
that looks at the codes needs no statistics.
"""

OUTCOMES = ("exploitation", "step", "none")
"""What was measured: exploitation or how victims are protected; a step on the way; nothing."""

DESIGNS = ("causal", "comparison", "descriptive")
"""How: with a comparison group over time, or chance; groups or dates compared; described."""

CLEAR = ("helps", "harms", "no_effect")
"""Directions in which studies agree."""

UNCLEAR = ("mixed", "unknown")
"""The other directions: studies disagree, or they do not say."""

INSIDE, OUTSIDE = REGIONS = ("inside", "outside")
"""Where: a study is about a participating State, or none is."""

READERS = ("first", "second")
"""How the columns begin that hold the codes of each reader, such as ``first_outcome``."""
