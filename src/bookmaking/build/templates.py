"""Keep templates of pages in the form that Python runs, so that a build does not translate them.

Jinja compares each template with what it keeps, and translates one that has changed. What it keeps
stands beside the doctrees. A template is not translated again by each of the processes that write
pages either.

Why: Sphinx translates all templates at each start. To keep them saves half a second of a build
after a small change, together with the selectors that `execution` loads early. Jinja keeps them
where its environment is told to. Sphinx makes that environment and does not describe the attribute
``environment`` by which it is reached here.
Upstream: no issue found.
It can go when Sphinx keeps translated templates itself;
`test_sphinx_still_translates_its_templates_at_each_start` fails then.
"""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache

FOLDER = "templates"
"""The folder of translated templates, beside the doctrees."""


def _keep_translated(app) -> None:
    if app.builder.name == "html":
        folder = Path(app.doctreedir, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, before the first template is read."""
    app.connect("builder-inited", _keep_translated, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
