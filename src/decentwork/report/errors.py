"""The error of a report that cannot be written."""


class ReportError(ValueError):
    """A report that cannot be written; the message says why and what to do.

    Arguments stand in a message as in a call, ``folder=...``; the command line turns them into its
    own options. No message quotes a cell of the reader's file.

    Examples
    --------
    >>> from decentwork.report import ReportError, analyse
    >>> try:
    ...     analyse("my_lists.csv", name="", source="our registers", as_of="2024")
    ... except ReportError as error:
    ...     print(error)
    the report needs a name: a reader must know whose data these are.
    """
