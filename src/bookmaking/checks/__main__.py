"""Check the sources in one process, as `make check` does: python -m bookmaking.checks."""

import sys

from bookmaking import reread
from bookmaking.checks import ROOT, planting


def main() -> int:
    """Print what each check says of the sources of the book, and return the exit status."""
    checks = {each.name: each for each in planting.checks() if each.tree in planting.OF_SOURCES}
    found = {name: check.problems(ROOT) for name, check in checks.items()}
    for name, problems in found.items():
        for problem in problems:
            print(f"{name}: {problem}")
    print(f"{sum(map(len, found.values()))} problems in {len(found)} checks. {reread.in_words()}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
