"""The package as others install it: in an environment of its own, far from the repository.

No network is needed. The new environment gets the wheel, and of the packages of this one only those
that the wheel declares.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookmaking.checks import ROOT
from bookmaking.release import archive
from decentwork import data
from decentwork.tables import places

FILES = "decentwork/book_files"
Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel once."""
    return archive.wheel(tmp_path_factory.mktemp("dist"))


def declared(wheel: Path, extra: str) -> Iterator[Requirement]:
    """Yield what a wheel needs, with one of its extras or, if the name is empty, without."""
    with ZipFile(wheel) as content:
        (name,) = (each for each in content.namelist() if each.endswith("/METADATA"))
        lines = content.read(name).decode().splitlines()
    for line in lines:
        if line.startswith("Requires-Dist: "):
            requirement = Requirement(line.removeprefix("Requires-Dist: "))
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                yield requirement


def with_what_they_need(wanted: Iterable[Requirement]) -> set[str]:
    """Return the names of packages, and of all that these need in turn."""
    found: set[str] = set()
    waiting = [each.name for each in wanted]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            needs = map(Requirement, distribution(name).requires or ())
            waiting += [
                each.name
                for each in needs
                if each.marker is None or each.marker.evaluate({"extra": ""})
            ]
    return found


def lend(name: str, into: Path) -> None:
    """Let another environment use a package of this one, through links to its files."""
    of_package = distribution(name)
    here = Path(str(of_package.locate_file("")))
    tops = {path.parts[0] for path in of_package.files or ()} - {"..", "__pycache__"}
    for top in tops:
        if not (into / top).exists():
            (into / top).symlink_to(here / top)


def install(wheel: Path, folder: Path, extra: str = "") -> Run:
    """Install the wheel in a new environment; return what runs a program in it, elsewhere."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    options = ("--quiet", "--offline", "--no-deps", "--link-mode", "copy", "--python", python)
    subprocess.run([uv, "pip", "install", *options, wheel], check=True)
    (site_packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    for name in with_what_they_need(declared(wheel, extra)):
        lend(name, site_packages)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(program: str) -> subprocess.CompletedProcess[str]:
        command = [python, "-I", "-c", textwrap.dedent(program)]
        own["MPLCONFIGDIR"] = str(folder)
        return subprocess.run(command, cwd=elsewhere, env=own, capture_output=True, text=True)

    return run


@pytest.fixture(scope="module")
def plain(wheel, tmp_path_factory) -> Run:
    """Install the wheel without extras."""
    return install(wheel, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def drawing(wheel, tmp_path_factory) -> Run:
    """Install the wheel with the extra for figures."""
    return install(wheel, tmp_path_factory.mktemp("drawing"), "figures")


# ------------------------------------------------------------------ what the wheel holds


def test_wheel_has_each_table_with_its_metadata_and_nothing_of_how_they_are_made(wheel):
    with ZipFile(wheel) as content:
        names = {name for name in content.namelist() if ".dist-info/" not in name}
    tables = {path.relative_to(ROOT) for path in places.metadata_files(ROOT / "data").values()}
    of_tables = {f"{FILES}/{path.with_suffix(end)}" for path in tables for end in (".csv", ".yml")}
    others = {f"{FILES}/data/{places.SHARED}", f"{FILES}/references.bib", "decentwork/py.typed"}
    code = {
        path.relative_to(ROOT / "src")
        for path in (ROOT / "src/decentwork").rglob("*")
        if path.suffix in (".py", ".mplstyle")
    }
    assert names == of_tables | others | {path.as_posix() for path in code}


def test_wheel_has_version_and_licences_of_the_book(wheel):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert wheel.name == f"decentwork-{citation['version']}-py3-none-any.whl"
    with ZipFile(wheel) as content:
        names = content.namelist()
    for licence in [*citation["license"], "LicenseRef-tables"]:
        assert any(name.endswith(f"licenses/LICENSES/{licence}.txt") for name in names), licence


# ------------------------------------------------------------------ what it does elsewhere

USE = """
    import doctest, sys, pathlib
    import decentwork
    from decentwork import citations, claims, data, estimation

    assert sys.prefix in decentwork.__file__, decentwork.__file__
    for name in data.names():
        data.read(name)
    print(len(data.names()), len(data.states()), len(claims.load()), decentwork.__version__)
    print(citations.for_quotation("ilo2012{p. 13}"))
    lists = estimation.CaptureHistories.from_frame(
        data.read("capture-histories").query("dataset == 'uk_2013_five_lists'"))
    fitted = estimation.LogLinear(lists).fit()
    print(fitted.total, fitted.bootstrap("parametric", repeats=20, jobs=2).without_estimate)
    failed, tried = doctest.testmod(decentwork)
    assert tried > 5 and not failed
    assert "matplotlib" not in sys.modules and "IPython" not in sys.modules
    from importlib.util import find_spec
    assert not any(map(find_spec, ("matplotlib", "sphinx", "bookmaking", "pytest")))
    assert not [name for name in sys.modules if name.startswith("bookmaking")]
    """


def test_every_table_is_read_and_a_model_fitted(plain):
    run = plain(USE)
    assert run.returncode == 0, run.stdout + run.stderr
    counts = run.stdout.splitlines()[0].split()
    assert counts[:3] == [str(len(data.names())), "57", "87"]


def test_without_the_extra_an_error_says_how_to_get_it(plain):
    run = plain("from decentwork import exhibits")
    assert run.returncode == 1
    assert 'pip install "decentwork[figures]"' in run.stderr.splitlines()[-1]


@pytest.mark.slow
def test_the_extra_draws(drawing):
    run = drawing("""
        from pathlib import Path
        from decentwork import data, exhibits, figures
        import matplotlib.pyplot as plt
        plt.style.use("decentwork")
        rows = data.read("ilo-rounds").query("among == 'forced labour' and dimension == 'total'")
        fig, ax = plt.subplots(figsize=(figures.WIDTH, 2))
        figures.bars(ax, rows.astype({"round": str}), "round", "million", texts="{:g}")
        fig.savefig("rounds.png")
        exhibits.publish(fig, "fig-rounds", values=rows)
        print(Path("rounds.png").stat().st_size > 5000)
        """)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "True"


# ------------------------------------------------------------------ what goes wrong there


@pytest.mark.slow
def test_without_tables_one_sentence_says_how_to_get_them(wheel, tmp_path):
    run = install(wheel, tmp_path)
    (files,) = tmp_path.glob(f"venv/lib/python*/site-packages/{FILES}")
    read = "from decentwork import data; data.read('ilo-rounds')"
    table = files / "data" / "scale" / "ilo-rounds.csv"
    table.unlink()
    said = run(read).stderr.splitlines()[-1]
    assert f"{table}: there is no such table; install the package again" in said
    shutil.rmtree(files)
    wanted = "the tables and sources of the book are not here. Install the package from its wheel"
    assert wanted in run(read).stderr.splitlines()[-1]
    assert wanted in run("from decentwork import sources; sources.load()").stderr.splitlines()[-1]
