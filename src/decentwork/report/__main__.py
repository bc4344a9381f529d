"""The command line: ``python -m decentwork.report my_lists.csv``."""

import argparse
import re
import sys
from datetime import date
from pathlib import Path

from decentwork.estimation import HistoryError, NoEstimateError
from decentwork.report import ReportError, report
from decentwork.report.analysis import RULES, check_file
from decentwork.report.pages import PAGE

NOT_NAMED = "not named"


def main(words: list[str] | None = None) -> int:
    """Write the report that the words of a command line ask for; 1 if it is refused."""
    asked = _asked(words)
    try:
        path = check_file(asked["path"])
        saved = date.fromtimestamp(path.stat().st_mtime)
        given = {
            "name": path.stem,
            "source": NOT_NAMED,
            "as_of": f"{NOT_NAMED} (the file was saved in {saved:%Y})",
        }
        lacking = [f"--{name.replace('_', '-')}" for name in given if asked[name] is None]
        asked |= {name: words for name, words in given.items() if asked[name] is None}
        folder = Path(asked["folder"] or path.with_name(f"{path.stem}-report"))
        replaces = (folder / PAGE).is_file()
        folder = report(**asked)
    except (ReportError, HistoryError, NoEstimateError, ModuleNotFoundError, OSError) as error:
        # The messages name the arguments of a call in Python.
        said = re.sub(r"\b(lists|person|folder|by)=\.\.\.", r"--\1 …", str(error))
        print(said, file=sys.stderr)
        return 1
    print(f"The report is in {folder}: open {PAGE}.")
    if replaces:
        print("It takes the place of the report that was there.")
    if lacking:
        print(f"Before you pass it on, say whose lists these are: {', '.join(lacking)}.")
    return 0


def _asked(words: list[str] | None) -> dict[str, object]:
    does, *_ = report.__doc__.split("\n\n")
    parser = argparse.ArgumentParser(prog="python -m decentwork.report", description=does)
    parser.add_argument("path", nargs="?", help="the CSV file")
    parser.add_argument("--name", help="whom the lists are of, and where")
    parser.add_argument("--source", help="who keeps the lists, and who counted")
    parser.add_argument("--as-of", help="the day or the period of the lists, with its year")
    parser.add_argument("--folder", help="where the report goes")
    parser.add_argument("--lists", nargs="+", help="the columns that are lists")
    parser.add_argument("--person", help="the column that identifies a person")
    parser.add_argument("--by", help="the column that divides the cases into strata")
    parser.add_argument("--rule", default="overlap", choices=list(RULES), help="how pairs enter")
    parser.add_argument("--repeats", type=int, default=1000, help="tables to resample")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    parser.add_argument("--not-for", nargs="+", default=[], help="uses that you rule out")
    asked = vars(parser.parse_args(words))
    if asked["path"] is None:
        # As in `--lists police charities my.csv`: the last word is the file.
        for several in filter(None, (asked["lists"], asked["not_for"])):
            if len(several) > 1 and Path(several[-1]).is_file():
                asked["path"] = several.pop()
                return asked
        parser.error("name the CSV file")
    return asked


if __name__ == "__main__":
    sys.exit(main())
