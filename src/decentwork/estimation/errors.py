"""The error for data from which no total can be estimated."""


class HistoryError(ValueError):
    """A table of capture histories from which no total can be estimated; the message says why.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, HistoryError
    >>> try:
    ...     CaptureHistories(["police", "charities"], [5, 5, 0])
    ... except HistoryError as error:
    ...     print(error)
    no case is on two of the 2 lists. The estimate rests on cases that lists share. Without any, the
    total may be any number.
    """
