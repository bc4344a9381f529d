"""A report on a reader's own lists: total, interval, checks and limits, under the reader's names.

It is one call::

    from decentwork.report import report

    report("my_lists.csv", name="…", source="…", as_of="…")

or, from the command line::

    python -m decentwork.report my_lists.csv --name "…" --source "…" --as-of "…"

The file has one row a combination of lists, or one row a case. `analysis` computes, `drawings`
draws, `contents` says what the report says, and `pages` writes it as Markdown and HTML.
"""

from decentwork.report.analysis import Analysis, ReportError, analyse, example
from decentwork.report.pages import report

__all__ = ["Analysis", "ReportError", "analyse", "example", "report"]
