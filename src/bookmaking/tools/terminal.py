"""What programs write for a terminal, as plain text."""

import re

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def without_colours(text: str) -> str:
    """Return a text without the codes that colour it in a terminal."""
    return _COLOURS.sub("", text)
