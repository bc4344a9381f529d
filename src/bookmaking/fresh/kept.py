"""Executed notebooks that are kept between builds, in the cache that MyST-NB reads.

jupyter-cache finds an executed notebook by its code cells. Each record also holds what else the
notebook was made from (see `made_from`). A record of which that no longer holds is dropped before
MyST-NB looks. A record of which it is not known is dropped too; MyST-NB leaves such records when it
executes a notebook itself.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.cache.db import DB_NAME, NbCacheRecord

from bookmaking import site_files
from bookmaking.fresh import fingerprint
from bookmaking.fresh.made_from import MadeFrom, environment, outdated, surroundings
from bookmaking.fresh.remembered import Remembered
from bookmaking.source import folding

READY = "__version__.txt"
"""The file that jupyter-cache writes when its database has its tables."""


def folder_of(outdir: Path) -> Path:
    """Return the folder of executed notebooks that belongs to the pages in ``outdir``."""
    return outdir.parent / ".jupyter_cache"


@dataclass(frozen=True)
class Run:
    """One execution of a notebook: when, how many seconds, and which tables its kernel read.

    Of a notebook that MyST-NB executed by itself only the time is known.
    """

    when: datetime
    seconds: float | None
    tables: tuple[str, ...] | None


class KeptNotebooks:
    """The executed notebooks in one folder."""

    # Why: jupyter-cache writes the record of a notebook and then its file. A build that is killed
    # between the two leaves a record without a file, and then ``remove_cache`` fails. So `keep`
    # writes the file first and `_drop` needs none. For this they take what jupyter-cache does not
    # describe: ``NbCacheRecord`` and ``_get_notebook_path_cache``, which names the file.
    # Upstream: no issue found; a comment in its ``cache_notebook_bundle`` wishes for a way back.
    # Can go when jupyter-cache writes the file first and removes a record without a file
    # (test_jupyter_cache_still_writes_its_record_before_the_file and
    # test_jupyter_cache_still_needs_the_file_to_remove_a_record fail then).

    def __init__(self, folder: Path) -> None:
        """Open the cache in ``folder``, or make it; what a killed build half made is made anew."""
        if not (folder / READY).is_file():
            (folder / DB_NAME).unlink(missing_ok=True)
        self.cache = get_cache(folder)
        # Two processes that read at the same time would both create its tables, and one would fail.
        _ = self.cache.db
        self._remembered = Remembered(folder / "remembered.json")

    @classmethod
    def of_build(cls, app) -> "KeptNotebooks":
        """Open the cache of a build; a book without MyST-NB has none, and that is no fault."""
        folder = getattr(app.config, "nb_execution_cache_path", "")
        return cls(Path(folder) if folder else folder_of(Path(app.outdir)))

    def drop_outdated(self) -> dict[str, list[str]]:
        """Drop the records that no longer hold; return what has changed, by the notebook's path."""
        found = self._outdated()
        for record, _ in found:
            self._drop(record)
        return {record.uri: changed for record, changed in found}

    def outdated(self) -> dict[str, list[str]]:
        """Return what has changed for each record that no longer holds, by the notebook's path."""
        return {record.uri: changed for record, changed in self._outdated()}

    def _outdated(self) -> list[tuple[Any, list[str]]]:
        """Return the records that no longer hold, each with what has changed.

        A record that was found to hold is looked at again when anything around it has changed.
        """
        records = {str(record.pk): record for record in self.cache.list_cache_records()}
        around = surroundings(record.data.get("made_from") or {} for record in records.values())
        last = self._remembered.values.get("holding", {})
        held = last.get("records", {}) if last.get("around") == around else {}
        names = {key: [record.uri, str(record.created)] for key, record in records.items()}
        unsure = {key: record for key, record in records.items() if held.get(key) != names[key]}
        looked = {key: _changed(record) or self._torn(record) for key, record in unsure.items()}
        holding = {key: names[key] for key in records if not looked.get(key)}
        self._remember("holding", {"around": around, "records": holding})
        return [(records[key], changed) for key, changed in looked.items() if changed]

    def outputs(self, notebooks: list[Path]) -> dict[Path, str]:
        """Return a digest of the outputs that are kept for each notebook as it is now.

        Notebooks without kept outputs are left out. Outputs that MyST-NB has kept by itself have
        the time of their execution as digest.
        """
        records = {record.hashkey: record for record in self.cache.list_cache_records()}
        kept = {path: records.get(self._hash(path)) for path in notebooks}
        return {
            path: record.data.get("outputs") or str(record.created)
            for path, record in kept.items()
            if record is not None
        }

    def keep(
        self, notebook: nbformat.NotebookNode, path: Path, seconds: float, made_from: MadeFrom
    ) -> None:
        """Keep an executed notebook.

        Its record comes last: what is killed before leaves a file that counts as not there.
        jupyter-cache itself would write the record first, and fail at a folder without its file.
        """
        outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
        known = {
            "execution_seconds": seconds,
            "made_from": made_from,
            "outputs": fingerprint.digest(outputs),
        }
        hashed, hashkey = self.cache.create_hashed_notebook(notebook)
        for record in self.cache.list_cache_records():
            if record.hashkey == hashkey:
                self._drop(record)
        site_files.write(self._file(hashkey), nbformat.writes(hashed, nbformat.NO_CONVERT))
        NbCacheRecord.create_record(str(path), hashkey, self.cache.db, data=known)
        self.cache.truncate_caches()

    def _file(self, hashkey: str) -> Path:
        return self.cache._get_notebook_path_cache(hashkey)

    def _drop(self, record: NbCacheRecord) -> None:
        """Remove a record and then its file, which need not be there."""
        NbCacheRecord.remove_records([record.pk], self.cache.db)
        shutil.rmtree(self._file(record.hashkey).parent, ignore_errors=True)

    def _torn(self, record: NbCacheRecord) -> list[str]:
        """Return a word on the kept file if it does not hold a notebook to its end."""
        try:
            json.loads(self._file(record.hashkey).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ["the kept file, which is not whole"]
        return []

    def seconds(self) -> dict[str, float]:
        """Return how long each notebook took when it was executed last, by its path."""
        records = sorted(self.cache.list_cache_records(), key=lambda record: record.created)
        return {record.uri: record.data.get("execution_seconds") or 0.0 for record in records}

    def runs(self, notebooks: list[Path]) -> dict[Path, Run]:
        """Return the execution that each notebook's kept outputs come from."""
        records = {record.hashkey: record for record in self.cache.list_cache_records()}
        kept = {path: records.get(self._hash(path)) for path in notebooks}
        return {path: _run(record) for path, record in kept.items() if record is not None}

    def tables(self, notebooks: list[Path]) -> dict[Path, tuple[str, ...]]:
        """Return the tables that the kernel of each notebook read, where this is known."""
        runs = self.runs(notebooks).items()
        return {path: run.tables for path, run in runs if run.tables is not None}

    def executed(self, path: Path) -> nbformat.NotebookNode | None:
        """Return a notebook with its kept outputs, or None if none are kept."""
        file = self.files([path]).get(path)
        return None if file is None else nbformat.read(file, nbformat.NO_CONVERT)

    def files(self, notebooks: list[Path]) -> dict[Path, Path]:
        """Return the file that holds the kept outputs of each notebook that has some."""
        known = {record.hashkey for record in self.cache.list_cache_records()}
        hashes = {path: self._hash(path) for path in notebooks}
        return {path: self._file(each) for path, each in hashes.items() if each in known}

    def _hash(self, path: Path) -> str:
        """Return what jupyter-cache makes of the code cells of a notebook; it takes 20 ms."""
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        known = self._remembered.values.get("hashes", {})
        if name not in known.get(maker := _maker_of_hashes(), {}):
            notebook = nbformat.reads(folding.with_tags(content.decode("utf-8")), as_version=4)
            _, made = self.cache.create_hashed_notebook(notebook)
            known = {maker: {**known.get(maker, {}), name: made}}
            self._remember("hashes", known)
        return known[maker][name]

    def _remember(self, name: str, value: dict) -> None:
        if self._remembered.values.get(name) != value:
            self._remembered.values[name] = value
            self._remembered.save()


@cache
def _maker_of_hashes() -> str:
    """Return a digest of what turns a file into a hash: how cells get their tags, and packages."""
    return fingerprint.digest([Path(folding.__file__).read_text("utf-8"), environment()])


def _run(record) -> Run:
    made_from = record.data.get("made_from") or {}
    tables = tuple(sorted(made_from["tables"])) if "tables" in made_from else None
    return Run(record.created, record.data.get("execution_seconds"), tables)


def _changed(record: NbCacheRecord) -> list[str]:
    made_from = record.data.get("made_from")
    return outdated(made_from) if made_from else ["what it was made from is not known"]
