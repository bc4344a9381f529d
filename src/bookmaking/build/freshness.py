"""Never show a page that is older than what it was made from.

MyST-NB keeps executed notebooks and looks at their code cells only; Sphinx reads a page again when
its own file is newer. Neither sees a changed table, module, package, extension or bibliography. So
each build takes the digests of all these and compares them with those that the last build left:

- data, package code, packages or Python changed: the kept notebooks go, and every page is made
  anew;
- extensions, bibliography, style or configuration changed: every page is made anew from the kept
  notebooks;
- a page's own file changed, whatever its date says: that page is made anew;
- what pages show of each other (titles, numbers, labels, glued values, cited sources) changed:
  every page is written anew.

A build that was interrupted leaves no digests, so the next one makes every page anew. Files that
change while the book is being built stop it.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from jupyter_cache import get_cache
from sphinx.errors import SphinxError

EXECUTION = ("data", "src/decentwork", "environment.yml", "requirements.lock")
PAGES = (
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "src/bookmaking",
    "book/_static",
    "book/_templates",
    "references.bib",
)
SOURCES = ("book", "notebooks")

Digests = dict[str, str]
Fingerprint = dict[str, Digests]


class ChangedUnderneathError(SphinxError):
    """What the book is made from changed while it was being made."""

    category = "The book was not built"


def fingerprint(root: Path) -> Fingerprint:
    """Return the digests of all that the book at ``root`` is made from, in three groups.

    ``execution`` decides what notebooks show, ``pages`` how every page is made, and ``sources``
    are the pages' own files.
    """
    sources = _digests(root, SOURCES)
    return {
        "execution": _digests(root, EXECUTION) | _environment(),
        "pages": _digests(root, PAGES),
        "sources": {name: sources[name] for name in sources if name.endswith((".md", ".ipynb"))},
    }


def last_build(outdir: Path) -> Fingerprint | None:
    """Return what the pages in ``outdir`` were made from, or None if no build finished there."""
    return _stored(_build_mark(outdir))


def changes(before: Digests, after: Digests) -> list[str]:
    """Return the names whose digests differ."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def _digests(root: Path, names: tuple[str, ...]) -> Digests:
    found = [path for name in names for path in [root / name, *(root / name).rglob("*")]]
    files = {path.relative_to(root): path for path in found if path.is_file()}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    }


def _environment() -> Digests:
    installed = [found for entry in sys.path for found in Path(entry).glob("*.dist-info")]
    return {"Python": sys.version, **{f"package {found.stem}": "" for found in installed}}


def _build_mark(outdir: Path) -> Path:
    return outdir.parent / f".{outdir.name}-made-from.json"


def _stored(mark: Path) -> Fingerprint | Digests | None:
    try:
        return json.loads(mark.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _listed(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class Freshness:
    """What one build is made from, what the last one was made from, and what follows."""

    def prepare(self, app, config) -> None:
        """Take the digests, and drop kept notebooks for which they no longer hold."""
        self.root = Path(app.srcdir)
        self.now = fingerprint(self.root)
        self.mark = _build_mark(Path(app.outdir))
        self.before = _stored(self.mark)
        self.mark.unlink(missing_ok=True)

        default = Path(app.outdir).parent / ".jupyter_cache"
        cache = Path(config.nb_execution_cache_path or default)
        self.cache_mark = cache / "made-from.json"
        kept = _stored(self.cache_mark)
        if kept != self.now["execution"]:
            if kept:
                reason = _listed(changes(kept, self.now["execution"]))
                print(f"Executing every notebook again, because of {reason}", flush=True)
            shutil.rmtree(cache, ignore_errors=True)
            cache.mkdir(parents=True)
        # Two processes that read at the same time would both create its tables, and one would fail.
        _ = get_cache(cache).db
        self.cache_mark.write_text(json.dumps(self.now["execution"]), encoding="utf-8")

    def outdated(self, app, env, added, changed, removed) -> list[str]:
        """Return the pages to read again, beside those that Sphinx finds by their dates."""
        if self.before is None or any(
            self.before[group] != self.now[group] for group in ("execution", "pages")
        ):
            return sorted(env.found_docs)
        altered = changes(self.before["sources"], self.now["sources"])
        files = {str(self.root / name) for name in altered}
        return sorted(name for name in env.found_docs if env.doc2path(name) in files)

    def to_write(self, app, env) -> list[str]:
        """Return every page if what pages show of each other has changed, else none."""
        shared = _shared(env, Path(app.outdir).parent / "jupyter_execute")
        if getattr(env, "shared_between_pages", None) == shared:
            return []
        env.shared_between_pages = shared
        return sorted(env.found_docs)

    def finish(self, app, exception) -> None:
        """Record what the pages were made from; raise if that changed in the meantime."""
        if exception is not None:
            return
        now = fingerprint(self.root)
        altered = [name for group in now for name in changes(self.now[group], now[group])]
        if altered:
            self.cache_mark.unlink()
            raise ChangedUnderneathError(
                f"{_listed(altered)} changed while the book was being built; build it again."
            )
        self.mark.write_text(json.dumps(now), encoding="utf-8")


def _shared(env, executed: Path) -> str:
    glued = sorted(executed.rglob("*.glue.json"))
    references = env.domaindata.get("cite", {}).get("citation_refs", [])
    state = {
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "order": env.toctree_includes,
        "sections": env.toc_secnumbers,
        "figures": env.toc_fignumbers,
        "labels": env.domaindata["std"]["anonlabels"],
        "cited": sorted({target.key for reference in references for target in reference.targets}),
        "glued": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in glued},
    }
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    freshness = Freshness()
    app.connect("config-inited", freshness.prepare)
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-get-updated", freshness.to_write, priority=900)  # after numbers are given
    app.connect("build-finished", freshness.finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
