"""Never show a page that is older than what it was made from.

MyST-NB keeps executed notebooks and looks at their code cells only; Sphinx reads a page again when
its own file or a file that it notes as a dependency has a later date. Neither sees a changed table,
module, package, extension or bibliography. So each build compares digests of all these with those
that the last build left:

- a kept notebook of which what it was made from has changed is dropped (see `kept`);
- extensions, bibliography, style, configuration, packages, Python or a module of `decentwork` that
  pages use changed: every page is read again;
- a page's own file, the outputs of its notebook, or a table or module that it notes as a dependency
  changed, whatever dates say: that page is read again (for a line of the register and the time for
  another page see `pages.domain_of_pages`);
- a test changed: the pages that list tests are written again (see `pages.record`);
- what pages show of each other (titles, numbers of figures, labels, cited sources) changed, or a
  file of the built site is no longer as it was left: every page is written again;
- a glued value changed: the pages that show a value of another page are written again.

A build that was interrupted leaves no digests, so the next one makes every page anew. Files that
change while the book is being built stop it.
"""

import hashlib
import re
import sys
from pathlib import Path

from sphinx.errors import ExtensionError, SphinxError

from bookmaking.fresh.fingerprint import (
    all_changes,
    changes,
    digest,
    fingerprint,
    forget,
    last_build,
    leave,
    listed,
    listing,
)
from bookmaking.fresh.kept import KeptNotebooks, folder_of

OF_ANOTHER_PAGE = re.compile(r"\{glue:[^}]*\}[^\n]*?\.(ipynb|md)::|\{teaser\}")
"""What another page published: a value, as MyST-NB writes it (``{glue:text}`a.ipynb::name` ``), or
the drawing of a figure (``{teaser} name``)."""
ENVIRONMENT = "environment.pickle"
"""Where Sphinx keeps what it knows of pages between builds."""


class ChangedUnderneathError(SphinxError):
    """What the book is made from changed while it was being made."""

    category = "The book was not built"


class Freshness:
    """What one build is made from, what the last one was made from, and what follows."""

    def prepare(self, app, config) -> None:
        """Take the digests; notebooks may still be executed then."""
        self.root, self.outdir = Path(app.srcdir), Path(app.outdir)
        self.now = fingerprint(self.root)
        self.before = last_build(self.outdir)
        self.as_left = self.before is not None and self.before["site"] == listing(self.outdir)
        if self.before is None or self._look_changed():
            # What Sphinx keeps of pages may have another form in code that has changed.
            Path(app.doctreedir, ENVIRONMENT).unlink(missing_ok=True)

    def outdated(self, app, env, added, changed, removed) -> list[str]:
        """Drop kept notebooks for which the digests no longer hold, and return outdated pages.

        These are the pages to read again beside those that Sphinx finds by their dates.
        """
        # Not before: where a notebook fails, no page is touched, and the last book stays known.
        forget(self.outdir)
        self.kept = KeptNotebooks(app.config.nb_execution_cache_path or folder_of(self.outdir))
        for notebook, why in self.kept.drop_outdated().items():
            print(f"Executing {Path(notebook).name} again, because of {listed(why)}")
        if self.before is None or self._look_changed():
            return sorted(env.found_docs)
        altered = set(changes(self.before["pages"], self.now["pages"]))
        altered |= set(changes(self.before["tables"], self.now["tables"]))
        altered |= set(changes(self.before["package"], self.now["package"]))
        altered |= set(changes(self.before["outputs"], self._outputs(env)))
        return sorted(
            page
            for page in env.found_docs
            if altered & {self._file(env, page), *env.dependencies.get(page, ())}
        )

    def announce(self, app, env, docnames: list[str]) -> None:
        """Say how many pages are read; Sphinx is quiet until they are written."""
        # Before autodoc imports what it documents: its pages note these modules as dependencies.
        self.used_by_pages = sorted(self._used_by_pages())
        if docnames:
            print(f"Pages to read: {len(docnames)}", flush=True)

    def to_write(self, app, env) -> list[str]:
        """Return the pages to write beside those that were read."""
        self.shared = _shared(env)
        self.glued = _glued(self.outdir.parent / "jupyter_execute")
        if not self.as_left or self.before["shared"] != self.shared:
            return sorted(env.found_docs)
        if self.before["glued"] != self.glued:
            return [page for page in sorted(env.found_docs) if _shows_values_of_others(env, page)]
        return []

    def finish(self, app, exception) -> None:
        """Record what the pages were made from; raise if that changed in the meantime."""
        if exception is not None:
            return
        if altered := all_changes(self.now, fingerprint(self.root)):
            raise ChangedUnderneathError(
                f"{listed(altered)} changed while the book was being built; build it again."
            )
        leave(
            self.outdir,
            {
                **self.now,
                "outputs": self._outputs(app.env),
                "used by pages": self.used_by_pages,
                "shared": self.shared,
                "glued": self.glued,
                "site": listing(self.outdir),
            },
        )

    def _look_changed(self) -> bool:
        modules = set(changes(self.before["package"], self.now["package"]))
        return any(
            self.before[group] != self.now[group] for group in ("look", "environment")
        ) or not modules.isdisjoint(self.before["used by pages"])

    def _used_by_pages(self) -> set[str]:
        """Return the files of `decentwork` that this process has imported."""
        loaded = [
            getattr(module, "__file__", None)
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] == "decentwork"
        ]
        files = [Path(file) for file in loaded if file]
        inside = [file for file in files if file.is_relative_to(self.root)]
        return {file.relative_to(self.root).as_posix() for file in inside}

    def _outputs(self, env) -> dict[str, str]:
        """Return a digest of the outputs that are kept for each notebook, by its file."""
        files = [Path(env.doc2path(page)) for page in env.found_docs]
        kept = self.kept.outputs([file for file in files if file.suffix == ".ipynb"])
        return {file.relative_to(self.root).as_posix(): outputs for file, outputs in kept.items()}

    def _file(self, env, page: str) -> str:
        return Path(env.doc2path(page)).relative_to(self.root).as_posix()


def _shared(env) -> str:
    """Return a digest of what pages show of each other, apart from glued values."""
    try:
        references = env.get_domain("cite").citation_refs
    except ExtensionError:  # a book without sources
        references = []
    return digest(
        {
            "titles": {name: title.astext() for name, title in env.titles.items()},
            "order": env.toctree_includes,
            "sections": env.toc_secnumbers,
            "figures": env.toc_fignumbers,
            "labels": sorted([*map(str, each)] for each in env.get_domain("std").get_objects()),
            "cited": sorted({target.key for each in references for target in each.targets}),
        }
    )


def _glued(executed: Path) -> str:
    """Return a digest of the values that notebooks glue."""
    files = sorted(executed.rglob("*.glue.json"))
    return digest({each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files})


def _shows_values_of_others(env, page: str) -> bool:
    """Whether a page glues a value of another page, by the text of its source."""
    return bool(OF_ANOTHER_PAGE.search(Path(env.doc2path(page)).read_text(encoding="utf-8")))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    freshness = Freshness()
    app.connect("config-inited", freshness.prepare)
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-before-read-docs", freshness.announce)
    app.connect("env-get-updated", freshness.to_write, priority=900)  # after numbers are given
    app.connect("build-finished", freshness.finish, priority=1000)  # when all files are written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
