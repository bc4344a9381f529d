"""The package as others install it: apart from the repository, with its tables in the wheel.

That it imports nothing but what it declares is a check of deptry.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from bookmaking.checks import ROOT
from bookmaking.release import archive
from decentwork import data
from decentwork.tables import places

FILES = "decentwork/book_files"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel once."""
    return archive.wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder in which the wheel is installed; the last test takes tables out of it."""
    uv = Path(sys.executable).with_name("uv")
    options = ("--quiet", "--offline", "--no-deps", "--python", sys.executable)
    folder = tmp_path_factory.mktemp("elsewhere") / "installed"
    subprocess.run([uv, "pip", "install", *options, "--target", folder, wheel], check=True)
    return folder


def run(installed: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program that imports the installed package, elsewhere."""
    first = f"import sys; sys.path.insert(0, {str(installed)!r})\n"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-I", "-c", first + textwrap.dedent(program)]
    return subprocess.run(command, cwd=installed.parent, env=own, capture_output=True, text=True)


def test_wheel_has_each_table_with_its_metadata_and_nothing_of_how_they_are_made(wheel):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert wheel.name == f"decentwork-{citation['version']}-py3-none-any.whl"
    with ZipFile(wheel) as content:
        every = content.namelist()
    for licence in [*citation["license"], "LicenseRef-tables"]:
        assert any(name.endswith(f"licenses/LICENSES/{licence}.txt") for name in every), licence
    names = {name for name in every if ".dist-info/" not in name}
    tables = {path.relative_to(ROOT) for path in places.metadata_files(ROOT / "data").values()}
    of_tables = {f"{FILES}/{path.with_suffix(end)}" for path in tables for end in (".csv", ".yml")}
    others = {f"{FILES}/data/{places.SHARED}", f"{FILES}/references.bib", "decentwork/py.typed"}
    code = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/decentwork").rglob("*")
        if path.suffix in (".py", ".mplstyle")
    }
    assert names == of_tables | others | code


USE = """
    import decentwork
    from decentwork import citations, claims, data, estimation

    assert decentwork.__file__.startswith(sys.path[0]), decentwork.__file__
    print(len(data.names()), len(data.states()), len(claims.load()), decentwork.__version__)
    print(citations.for_quotation("ilo2012{p. 13}"))
    lists = estimation.CaptureHistories.from_frame(
        data.read("capture-histories").query("dataset == 'uk_2013_five_lists'"))
    fitted = estimation.LogLinear(lists).fit()
    print(fitted.total)
    assert "matplotlib" not in sys.modules and "IPython" not in sys.modules
    assert not [name for name in sys.modules if name.startswith("bookmaking")]
    """


def test_tables_are_read_and_a_model_fitted(installed):
    used = run(installed, USE)
    assert used.returncode == 0, used.stdout + used.stderr
    counts = used.stdout.splitlines()[0].split()
    assert counts[:3] == [str(len(data.names())), "57", "87"]


def test_without_the_extra_an_error_says_how_to_get_it(installed):
    said = run(
        installed, "sys.modules['matplotlib'] = None; from decentwork import exhibits"
    ).stderr
    assert 'repository: pip install ".[figures]"' in said.splitlines()[-1]


def test_without_tables_one_sentence_says_how_to_get_them(installed):
    read = "from decentwork import data; data.read('ilo-rounds')"
    table = installed / FILES / "data" / "scale" / "ilo-rounds.csv"
    table.unlink()
    said = run(installed, read).stderr.splitlines()[-1]
    assert f"{table}: there is no such table; install the package again" in said
    shutil.rmtree(installed / FILES)
    wanted = "the tables and sources of the book are not here. Install the package from its wheel"
    for program in (read, "from decentwork import sources; sources.load()"):
        assert wanted in run(installed, program).stderr.splitlines()[-1]
