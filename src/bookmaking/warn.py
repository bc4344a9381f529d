"""Warn of what an author has to fix, with its place.

The build takes warnings for errors, so a sentence that is written here stops it.
"""

from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def warn(part: str, sentence: str, location: object) -> None:
    """Write a warning of one ``part`` of the book.

    Parameters
    ----------
    part
        What the warning is about, for example ``register``. It begins the line, and it is the
        subtype by which ``suppress_warnings`` could name the warning.
    sentence
        What is wrong and what to do.
    location
        A node, ``(page, line)``, or a file as text, as Sphinx's loggers take it.
    """
    LOGGER.warning("%s: %s", part, sentence, location=location, type="decentwork", subtype=part)
