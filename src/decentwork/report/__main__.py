"""The command line: ``python -m decentwork.report my_lists.csv``."""

import argparse
import re
import sys
from pathlib import Path

from decentwork.estimation import HistoryError, NoEstimateError
from decentwork.report import ReportError, pages, report
from decentwork.report.analysis import RULES
from decentwork.report.contents import NO_PICTURES
from decentwork.report.pages import PAGE

TABLES_ARE = (".csv", ".txt", ".tsv")


def main(words: list[str] | None = None) -> int:
    """Write the report that the words of a command line ask for; 1 if it is refused."""
    asked = _asked(words)
    try:
        folder = report(**asked)
    except (ReportError, HistoryError, NoEstimateError, OSError) as error:
        print(with_options(str(error)), file=sys.stderr)
        return 1
    print(f"The report is in {folder}: open {PAGE}.")
    if pages._drawing() is None:
        print(NO_PICTURES)
    if lacking := [option(name) for name in ("name", "source", "as_of") if asked[name] is None]:
        print(f"Before you pass it on, say whose lists these are: {', '.join(lacking)}.")
    return 0


def option(name: str) -> str:
    """Return the option of the command line for an argument of `report`."""
    return f"--{name.replace('_', '-')}"


def with_options(message: str) -> str:
    """Return a message in which the options of the command line stand for arguments of a call."""
    return re.sub(r"\b([a-z_]+)=(True\b|\.\.\.)", lambda found: option(found[1]), message)


def _asked(words: list[str] | None) -> dict[str, object]:
    does, *_ = report.__doc__.split("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m decentwork.report", description=does, allow_abbrev=False
    )
    parser.add_argument("path", nargs="?", help="the CSV file")
    parser.add_argument("--name", help="whom the lists are of, and where")
    parser.add_argument("--source", help="who keeps the lists, and who counted")
    parser.add_argument("--as-of", help="the day or the period of the lists, with its year")
    parser.add_argument("--folder", help="where the report goes")
    parser.add_argument("--replace", action="store_true", help="overwrite an earlier report there")
    parser.add_argument("--lists", nargs="+", help="the columns that are lists")
    parser.add_argument("--person", help="the column that identifies a person")
    parser.add_argument("--list-column", help="the column that names the list of a person")
    parser.add_argument("--cases", help="the column that counts the cases")
    parser.add_argument("--by", help="the column that divides the cases into strata")
    parser.add_argument(
        "--covariates", nargs="+", default=[], help="columns on which being listed depends"
    )
    parser.add_argument("--certificate", action="store_true", help="measure what intervals cover")
    parser.add_argument("--rule", default="overlap", choices=list(RULES), help="how pairs enter")
    parser.add_argument("--repeats", type=int, default=1000, help="tables to resample")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    parser.add_argument("--not-for", nargs="+", default=[], help="uses that you rule out")
    asked = vars(parser.parse_args(words))
    if asked["path"] is None:
        # As in `--lists police charities my.csv`: the last word is the file, also a wrong one.
        for several in filter(None, (asked["lists"], asked["covariates"], asked["not_for"])):
            if several[-1].endswith(TABLES_ARE) or Path(several[-1]).is_file():
                asked["path"] = several.pop()
                break
        else:
            parser.error("name the CSV file")
    return asked


if __name__ == "__main__":
    sys.exit(main())
