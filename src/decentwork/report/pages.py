"""Writes a report: tables as CSV, figures as SVG and PNG, and a text as Markdown and HTML."""

import html
from collections.abc import Callable, Sequence
from pathlib import Path

from decentwork.report import contents, hidden_cells
from decentwork.report.analysis import Analysis, HiddenCells, analyse, check_file
from decentwork.report.errors import ReportError

TEXT, PAGE, FIGURES = "report.md", "report.html", "figures"
WRITTEN = {
    "tables": [f"{name}.csv" for name in contents.TABLES],
    FIGURES: [f"{name}{kind}" for name in contents.PICTURES for kind in (".svg", ".png")],
}
"""The files that a report writes, by folder; some only if the table allows them."""
STYLE = """
body { font: 17px/1.5 "Source Sans Pro", "Source Sans 3", system-ui, sans-serif; color: #1d2433;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { margin-top: 2rem; }
.data { color: #565d6b; } img { max-width: 100%; height: auto; }
figure { margin: 1.5rem 0; } figcaption, caption { font-size: 0.9rem; text-align: left; }
.wide { overflow-x: auto; overflow-wrap: normal; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { caption-side: bottom; padding-top: 0.4rem; }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #dfe2e8; text-align: left;
  vertical-align: top; font-variant-numeric: tabular-nums; }
"""


def report(
    path: str | Path,
    *,
    name: str | None = None,
    source: str | None = None,
    as_of: str | None = None,
    folder: str | Path | None = None,
    replace: bool = False,
    lists: Sequence[str] | None = None,
    person: str | None = None,
    list_column: str | None = None,
    cases: str | None = None,
    by: str | None = None,
    covariates: Sequence[str] = (),
    certificate: bool | int = False,
    rule: str = "overlap",
    repeats: int = 1000,
    seed: int = 1,
    not_for: Sequence[str] = (),
) -> Path:
    """Write a report on a table of lists: total, interval, checks and limits.

    Parameters
    ----------
    path
        A CSV file of one of four forms. One row a combination of lists, with a column of counts
        and either one column a list or a column ``history``, as "police+charities". One row a
        case, with one column a list. Or one row for each person on a list (the long form). A
        column of a list holds 1 or 0, yes or no. A count may be hidden, as "<5" or "1-4"; zero is
        printed as 0.
    name, source, as_of
        Whose lists these are and where, who keeps them and who counted, and the day or period.
        What is not given is called "not named"; the name is then that of the file.
    folder
        Where the report goes; without it, a folder next to the file.
    replace
        Whether a report may take the place of an earlier one in its folder.
    lists
        The columns that are lists; without them, all but those with another meaning.
    person
        The column that identifies a person; the column ``person`` is taken if there is one.
    list_column
        In the long form, the column that names the list; without it, the column ``list``.
    cases
        The column of counts; without it, ``cases``, or a column with such a name as ``count``.
    by
        The column that divides the cases into strata.
    covariates
        Columns on which the chance of being listed may depend, of a file about persons.
    certificate
        Whether to measure what each interval covers, in about two minutes; a number says how many
        tables to draw from each model.
    rule
        "overlap" (SparseMSE), "aic" or "bic".
    repeats, seed
        Tables to resample, 200 or more, and the seed of the random numbers. If all models would
        take long, they are fitted again to 200 tables only. With six lists that takes minutes.
    not_for
        Uses that you rule out, in addition to those that the report names.

    Returns
    -------
    Path
        The folder, with ``report.html``, ``report.md``, ``tables`` and ``figures``. Without
        matplotlib there are no figures, and the report says so.

    Raises
    ------
    ReportError
        If the file is not there or has no form that can be read; for fewer than 200 repeats; if
        the folder has a report or other files, or the file lies where the report writes. No
        message quotes a cell of the file.
    HistoryError, NoEstimateError
        If nothing can be estimated from the table.

    Examples
    --------
    Your file, name, source and date take the place of those of the example:

    >>> from tempfile import mkdtemp
    >>> from decentwork.report import example, report
    >>> folder = report(**example(), folder=mkdtemp(), repeats=200)
    >>> sorted(path.name for path in folder.iterdir())
    ['figures', 'report.html', 'report.md', 'tables']
    """
    path = check_file(path)
    folder = path.with_name(f"{path.stem}-report") if folder is None else Path(folder)
    _check_folder(folder, path, replace)
    own = analyse(
        path,
        name=name,
        source=source,
        as_of=as_of,
        lists=lists,
        person=person,
        list_column=list_column,
        cases=cases,
        by=by,
        covariates=covariates,
        certificate=certificate,
        rule=rule,
        repeats=repeats,
        seed=seed,
        not_for=not_for,
    )
    save = _drawing()
    for part, names in WRITTEN.items():
        if part == "tables" or save:
            (folder / part).mkdir(parents=True, exist_ok=True)
        # An earlier report may have had more: what it leaves would pass for a part of this one.
        # Only its own files go, because a reader may have put others next to them.
        for name in names:
            (folder / part / name).unlink(missing_ok=True)
    for file, frame in _of(own).tables(own).items():
        frame.to_csv(folder / "tables" / f"{file}.csv", index=False, lineterminator="\n")
    alts = save(own, folder / FIGURES) if save else {}
    (folder / TEXT).write_text(as_markdown(own, alts), encoding="utf-8")
    (folder / PAGE).write_text(as_html(own, alts), encoding="utf-8")
    return folder


def _of(own: Analysis | HiddenCells):
    """Return the module that says what a report says."""
    return hidden_cells if isinstance(own, HiddenCells) else contents


def as_markdown(own: Analysis | HiddenCells, alts: dict[str, str]) -> str:
    """Return a report in Markdown; ``alts`` has the texts in place of figures that are drawn."""
    parts = [f"# {_plain(contents.title(own))}", _plain(own.whose)]
    for block in _of(own).blocks(own, alts):
        match block:
            case contents.Heading(text):
                parts.append(f"## {text}")
            case contents.Paragraph(text):
                parts.append(_plain(text))
            case contents.Items(texts):
                parts.append("\n".join(f"- {_plain(text)}" for text in texts))
            case contents.Table(name, printed, caption):
                rows = [printed.columns, ["---"] * len(printed.columns), *printed.to_numpy()]
                lines = ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]
                parts.append("\n".join(lines))
                parts.append(f"*{_plain(caption)}* ([all digits](tables/{name}.csv))")
            case contents.Picture(name, caption):
                parts.append(f"![{_plain(alts[name])}](figures/{name}.svg)")
                parts.append(f"*{_plain(caption)}*")
    return "\n\n".join(parts) + "\n"


def as_html(own: Analysis | HiddenCells, alts: dict[str, str]) -> str:
    """Return a report as a page; ``alts`` has the texts in place of figures that are drawn."""
    parts = [
        f"<h1>{html.escape(contents.title(own))}</h1>",
        f'<p class="data">{html.escape(own.whose)}</p>',
    ]
    for block in _of(own).blocks(own, alts):
        match block:
            case contents.Heading(text):
                parts.append(f"<h2>{html.escape(text)}</h2>")
            case contents.Paragraph(text):
                parts.append(f"<p>{html.escape(text)}</p>")
            case contents.Items(texts):
                items = "\n".join(f"<li>{html.escape(text)}</li>" for text in texts)
                parts.append(f"<ul>\n{items}\n</ul>")
            case contents.Table(name, printed, caption):
                parts.append(_table(name, printed, caption))
            case contents.Picture(name, caption):
                parts.append(
                    f'<figure><img src="figures/{name}.svg" alt="{html.escape(alts[name])}">'
                    f"<figcaption>{html.escape(caption)}</figcaption></figure>"
                )
    body = "\n".join(parts)
    head = html.escape(contents.title(own))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{head}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n"
        "</main>\n</body>\n</html>\n"
    )


def _table(name: str, printed, caption: str) -> str:
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in printed.columns)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in printed.to_numpy()
    )
    link = f'<a href="tables/{name}.csv">All digits</a>'
    return (
        f'<div class="wide"><table><caption>{html.escape(caption)} {link}.</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _plain(text: object) -> str:
    """Return a text in which no character is a mark of Markdown or of a table."""
    kept = str(text).replace("\n", " ")
    for mark in "\\`*_[]|<":
        kept = kept.replace(mark, f"\\{mark}")
    return kept


def _check_folder(folder: Path, path: Path, replace: bool) -> None:
    for part in WRITTEN:
        if path.resolve().is_relative_to((folder / part).resolve()):
            raise ReportError(
                f"the file {path} lies in {folder / part}, where the report writes: move it, or "
                "name another folder with folder=..."
            )
    if folder.is_file():
        raise ReportError(f"{folder} is a file: name a folder for the report with folder=...")
    if (folder / PAGE).is_file():
        if not replace:
            raise ReportError(
                f"the folder {folder} has a report already. Name another folder with folder=..., "
                "or let the new report take its place with replace=True."
            )
    elif folder.is_dir() and any(folder.iterdir()):
        raise ReportError(
            f"the folder {folder} has other files, which a report could overwrite: name another "
            "with folder=..."
        )


def _drawing() -> Callable[[Analysis | HiddenCells, Path], dict[str, str]] | None:
    """Import what draws the figures, or return None: a report without figures is one too."""
    try:
        from decentwork.report.drawings import save
    except ModuleNotFoundError:
        return None
    return save
