"""What arrived is kept by day: `_build/updates/<day>/<table>.csv`, and next to it where it is from.

A table that is kept is not asked for again on the same day, so a run in which some publishers did
not answer goes on where it ended. A kept file whose bytes have changed is not used.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.update.interfaces import Arrived
from decentwork.repository import BUILD

FOLDER = BUILD / "updates"


@dataclass(frozen=True)
class Kept:
    """What arrived for one table: its rows as text, and how they came.

    ``rows`` are those of `interfaces.Arrived`; ``about`` has ``publisher``, ``released``,
    ``called``, ``sha256`` of the file of rows, and ``answers``; ``path`` is the file of rows.
    """

    rows: pd.DataFrame
    about: Mapping[str, Any]
    path: Path


def keep(arrived: Arrived, table: str, publisher: str, folder: Path) -> Kept:
    """Keep what arrived in the folder of a day."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.csv"
    text = arrived.rows.to_csv(index=False, lineterminator="\n")
    path.write_text(text, encoding="utf-8", newline="\n")
    about = {
        "publisher": publisher,
        "released": arrived.released,
        "called": dict(arrived.called),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "answers": [
            {"address": each.address, "at": each.at, "sha256": each.sha256, "bytes": len(each.body)}
            for each in arrived.answers
        ],
    }
    # Last, because a file of rows counts only with its description: a run may end in between.
    described = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(".json").write_text(described, encoding="utf-8", newline="\n")
    return Kept(arrived.rows, about, path)


def kept(table: str, folder: Path) -> Kept | None:
    """Return what was kept of a table in the folder of a day; None if it is not there whole."""
    path = folder / f"{table}.csv"
    try:
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if hashlib.sha256(path.read_bytes()).hexdigest() != about["sha256"]:
            return None
    except (FileNotFoundError, ValueError):
        return None
    return Kept(pd.read_csv(path, dtype="string", keep_default_na=False), about, path)


def last_day(table: str, folder: Path) -> str:
    """Return the last day on which a table was kept; empty if it never was."""
    return max((path.parent.name for path in folder.glob(f"*/{table}.json")), default="")
