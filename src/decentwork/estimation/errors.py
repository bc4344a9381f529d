"""The error for data from which no total can be estimated."""


class HistoryError(ValueError):
    """A table of capture histories from which no total can be estimated; the message says why."""
