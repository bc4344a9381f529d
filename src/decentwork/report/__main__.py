"""The command line: ``python -m decentwork.report my_lists.csv --name … --source … --as-of …``."""

import argparse
import sys

from decentwork.estimation import HistoryError, NoEstimateError
from decentwork.report import ReportError, report
from decentwork.report.analysis import RULES


def main(words: list[str] | None = None) -> int:
    """Write the report that the words of a command line ask for; 1 if it is refused."""
    does, *_ = report.__doc__.split("\n\n")
    parser = argparse.ArgumentParser(prog="python -m decentwork.report", description=does)
    parser.add_argument("path", help="the CSV file")
    parser.add_argument("--name", required=True, help="whom the lists are of, and where")
    parser.add_argument("--source", required=True, help="who keeps the lists, and who counted")
    parser.add_argument("--as-of", required=True, help="the day or the period of the lists")
    parser.add_argument("--folder", help="where the report goes")
    parser.add_argument("--lists", nargs="+", help="the columns that are lists")
    parser.add_argument("--person", help="the column that identifies a person")
    parser.add_argument("--by", help="the column that divides the cases into strata")
    parser.add_argument("--rule", default="overlap", choices=list(RULES), help="how pairs enter")
    parser.add_argument("--repeats", type=int, default=1000, help="tables to resample")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    parser.add_argument("--not-for", nargs="+", default=(), help="uses that you rule out")
    asked = vars(parser.parse_args(words))
    try:
        folder = report(**asked)
    except (ReportError, HistoryError, NoEstimateError, ModuleNotFoundError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The report is in {folder}: open report.html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
