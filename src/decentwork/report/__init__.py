"""A report on a reader's own lists: total, interval, checks and limits, under the reader's names.

It is one call::

    from decentwork.report import report

    report("my_lists.csv")

or, from the command line::

    python -m decentwork.report my_lists.csv

`reading` says which forms a file may have, and quotes no cell of it. `analysis` computes,
`drawings` draws, `contents` says what the report says, `pages` writes it as Markdown and HTML.
"""

from decentwork.report.analysis import Analysis, analyse, example
from decentwork.report.errors import ReportError
from decentwork.report.pages import report

__all__ = ["Analysis", "ReportError", "analyse", "example", "report"]
