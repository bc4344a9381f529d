"""The files of the repository: how they are written, and what no file may hold.

Nothing here depends on what a file says about the subject of the book. Most of it cannot be seen
when a page is read: a letter of another alphabet, a token, a file that may be run.
"""

import hashlib
import re
import stat
import subprocess
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import jsonschema
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from bookmaking.checks import ROOT
from bookmaking.checks.planting import NOT_COPIED

LARGEST = {".bib": 700_000, ".csv": 900_000, ".ipynb": 200_000, ".lock": 400_000}
LARGEST_TEXT = 150_000
LARGEST_PICTURE = 100_000
PICTURES = (".png", ".woff2")
"""Files that are no text. A drawing or an original in the repository would be neither read nor
compared by anybody."""
MAY_RUN = (".ci/run",)
LICENCES = {
    "BSD-3-Clause": "806c49efb766694a16c4f3c8ba338116011ac14659eeff0a1cdf2526251da51e",
    "CC-BY-4.0": "9ba9550ad48438d0836ddab3da480b3b69ffa0aac7b7878b5a0039e7ab429411",
    "LicenseRef-tables": "417ecd23d7b2beff7e6abf70d297a716a333b7f77e70b026c4d8abb1c0c5f14b",
    "MIT-minisearch": "70d37354d6395629fb99edb28cb37a5d356ffa24a48cd02a5def5b83a300a899",
}
"""The texts of licences in LICENSES/, whole, by their SHA-256."""
OWN_TERMS = "LicenseRef-"
"""How the name of terms begins that no common licence is; CITATION.cff can name only those."""
COVERS = "LICENSE"
"""The file that says what each text of LICENSES/ covers; hosts of code show it."""
VERSION = re.compile(r"\d+\.\d+\.\d+")
MAY_BE_EMPTY = (".gitkeep", "py.typed")
"""``py.typed`` tells type checkers, by being there, that a package has type hints (PEP 561)."""
FOREIGN = ("LICENSES/",)
"""Other people's texts, byte for byte."""

NEVER = {
    # Put together, so that this file does not hold what it looks for.
    "a token of a code host": r"gh[pousr]_\w{30}|github_pat_\w{20}|glpat-[\w-]{20}",
    "a key of a cloud": r"\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b",
    "a token of a service": r"\bxox[abprs]-[\w-]{10}|\bsk-\w{20}|\bsk-[a-z]+-[\w-]{20}|\bhf_\w{30}"
    r"|\bnpm_\w{30}|\bpypi-\w{30}|\bSG\.[\w-]{20}|\bdop_v1_\w{30}",
    "a private key": "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----",
    "a JSON web token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.",
    "a password in an address": r"\b[a-z][a-z+]{1,9}://[^\s/:@]+:[^\s/:@]+@",
    "a typed password": r"\b(?i:api_?key|secret|passw(?:or)?d|access_?token|auth_?token)\b"
    r"[\"']?\s*[:=]\s*[\"'][^\"'\s{}$]{8,}[\"']",
    "an address of a package registry": r"(?:--|_)(?:extra-)?"
    + r"index-"
    + r"url[ =]|--find-"
    + r"links[ =]|https?://\S+/"
    + r"simple\b|pypi\."
    + r"org|python"
    + r"hosted\.|npm"
    + r"js\.(?:org|com)",
    "a path of somebody's machine": r"(?<![\w.:/])/(?:home|Users)/(?!you\b|name\b)[A-Za-z][\w.-]*"
    r"|(?<![\w.])/ro{2}t/\w|\b[A-Z]:\\\\?Users\\|file:/" + r"//(?:home|Users)",
}
"""What no file may hold, by its name."""
LATIN = "A-Za-z\u00c0-\u024f"
GREEK_OR_CYRILLIC = "\u0370-\u03ff\u0400-\u04ff"
LOOKS_LATIN = "".join(map(chr, [
    0x430, 0x441, 0x435, 0x43E, 0x440, 0x445, 0x443, 0x456, 0x458, 0x455, 0x410, 0x412, 0x415,
    0x41A, 0x41C, 0x41D, 0x41E, 0x420, 0x421, 0x422, 0x425, 0x406, 0x3BF, 0x39F, 0x391, 0x392,
    0x395, 0x397, 0x399, 0x39A, 0x39C, 0x39D, 0x3A1, 0x3A4, 0x3A7,
]))  # fmt: skip
"""Letters of other alphabets that nobody can tell from Latin ones."""
STRANGE = {
    "an invisible character": "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]",
    # Ligatures, wide letters and letters of formulas, which no search finds.
    "another form of a plain letter": "[\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]",
    # Only the border of both, because whole words would be tried from each of their letters on.
    "a word with letters of two alphabets": rf"(?<=[{LATIN}])[{GREEK_OR_CYRILLIC}]"
    rf"|(?<=[{GREEK_OR_CYRILLIC}])[{LATIN}]",
    "a letter of another alphabet that looks like a Latin one": rf"(?<![{GREEK_OR_CYRILLIC}])"
    rf"[{LOOKS_LATIN}]+(?![{GREEK_OR_CYRILLIC}])",
}
"""Letters that are not what they seem, by what they are."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with how files are written, and with versions and licences."""
    found = tracked(root)
    here = re.compile("|".join(re.escape(f"{path}/") for path in (root, ROOT, Path.home())))
    problems = []
    for path in found:
        if not files or path in files:
            name = path.relative_to(root).as_posix()
            problems += [f"{name}{problem}" for problem in _file(path, name, here)]
    return problems + _versions(root)


def tracked(root: Path) -> list[Path]:
    """Return the files of the repository at ``root``: those of git, or all if it has none."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
        found = [root / name for name in said.split("\0") if name]
    else:
        found = list(_walk(root))
    return sorted(path for path in found if path.is_symlink() or path.is_file())


def _walk(folder: Path) -> Iterator[Path]:
    entries = list(folder.iterdir())
    ignored = NOT_COPIED(str(folder), [entry.name for entry in entries])
    for entry in entries:
        if entry.name in ignored:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        else:
            yield entry


def _file(path: Path, name: str, here: re.Pattern[str]) -> Iterator[str]:
    if path.is_symlink():
        yield ": is a link to another file; put the file itself here."
        return
    if bool(path.stat().st_mode & stat.S_IXUSR) is not (name in MAY_RUN):
        which = (
            "may not be run; set its run bit"
            if name in MAY_RUN
            else "may be run; take its run bit out"
        )
        yield f": {which} (git update-index --chmod)."
    raw = path.read_bytes()
    if path.suffix in PICTURES:
        if len(raw) > LARGEST_PICTURE:
            yield f": has {len(raw):,} bytes, and {LARGEST_PICTURE:,} are the most for a picture."
        return
    most = LARGEST.get(path.suffix, LARGEST_TEXT)
    if len(raw) > most:
        yield (
            f": has {len(raw):,} bytes, and {most:,} are the most; what is fetched or built is "
            "not kept here."
        )
    if not raw.strip():
        if path.name not in MAY_BE_EMPTY:
            yield ": is empty; fill it or take it out."
        return
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        kinds = ", ".join(PICTURES)
        yield f", byte {error.start}: is no text in UTF-8, and only {kinds} may be none."
        return
    if b"\0" in raw:
        yield ": holds a zero byte, so it is no text."
        return
    if not name.startswith(FOREIGN):
        yield from _form(text, raw)
    forbidden = NEVER if text.isascii() else NEVER | STRANGE
    forbidden = forbidden | {"a path of this machine": here}
    for what, pattern in forbidden.items():
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            yield f", line {line}: holds {what}, {_shown(match[0])}; take it out."


def _shown(text: str) -> str:
    """Return text as plain letters and numbers; a secret is not printed whole."""
    return ascii(text[:12] + ("…" if len(text) > 12 else "")).replace("\\u2026", "…")


def _form(text: str, raw: bytes) -> Iterator[str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        yield ": begins with a byte-order mark; save it as UTF-8 without one."
    if b"\r" in raw:
        yield ": has line ends of Windows; save it with line feeds only."
    if not unicodedata.is_normalized("NFC", text):
        lines = enumerate(text.split("\n"), 1)
        line = next(number for number, each in lines if not unicodedata.is_normalized("NFC", each))
        yield f", line {line}: has an accent apart from its letter; write both as one character."


def _against_schema(citation: dict) -> list[str]:
    """Return where CITATION.cff breaks the schema of its format."""
    schema = get_builtin_schema("vendor.citation-file-format")
    found = jsonschema.validators.validator_for(schema)(schema).iter_errors(citation)
    return [
        f"CITATION.cff: {each.json_path.removeprefix('$.')}: {each.message[:200]}. The schema of "
        "the Citation File Format says what may stand there."
        for each in found
    ]


def _versions(root: Path) -> list[str]:
    """Return where version, date and licences are not the same in all places that name them."""
    citation_file, project_file = root / "CITATION.cff", root / "pyproject.toml"
    if not (citation_file.is_file() and project_file.is_file()):
        return []
    citation = yaml.safe_load(citation_file.read_text(encoding="utf-8"))
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    problems = _against_schema(citation)
    if "version" in project:
        problems.append(
            f"pyproject.toml: types the version {project['version']}, which CITATION.cff has; "
            'write dynamic = ["version"].'
        )
    if not VERSION.fullmatch(str(citation.get("version"))):
        problems.append("CITATION.cff: version is not of the form 0.1.0; write three numbers.")
    try:
        released = date.fromisoformat(str(citation.get("date-released")))
    except ValueError:
        problems.append("CITATION.cff: date-released is no date; write it as 2026-11-25.")
    else:
        if not date(2026, 1, 1) <= released <= date.today():
            problems.append(f"CITATION.cff: date-released {released} is not a day of this book.")
    named = citation.get("license") or []
    packed = project.get("license", "").split(" AND ")
    if set(named) != {each for each in packed if not each.startswith(OWN_TERMS)}:
        problems.append(
            f"CITATION.cff: names {' and '.join(named) or 'no licence'}, and pyproject.toml "
            f"{project.get('license')}; write the same."
        )
    problems += [
        f"LICENSES: has no text of {licence}, which {place} names; add it."
        for place, licences in ((citation_file.name, named), (project_file.name, packed))
        for licence in licences
        if licence not in LICENCES
    ]
    covers = root / COVERS
    said = covers.read_text(encoding="utf-8") if covers.is_file() else ""
    for licence, digest in LICENCES.items():
        path = root / "LICENSES" / f"{licence}.txt"
        text = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(text).hexdigest() != digest:
            problems.append(f"LICENSES/{path.name}: has not the text of {licence}; put it back.")
        if f"LICENSES/{path.name}\n" not in said:
            problems.append(f"{COVERS}: does not say what LICENSES/{path.name} covers; say it.")
    return problems
