"""Figures as they are drawn: each shows the values that it offers, and says what they bear out.

:func:`decentwork.exhibits.figure` compares them wherever a figure is drawn, so a notebook stops at
a faulty one as the book is built. Here that is proved on a few small figures, one in each file.
"""

import runpy
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Draw the figures of the files at ``root``, and return why one of them is refused."""
    problems = []
    for path in sorted(root.glob("*.py")):
        if files and path not in files:
            continue
        try:
            with redirect_stdout(StringIO()):
                runpy.run_path(str(path))
        except ValueError as error:
            problems.append(f"{path.name}: {error}")
    return problems
