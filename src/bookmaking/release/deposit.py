"""What a repository of research data is told of a release: python -m bookmaking.release.deposit.

The metadata are those of Zenodo, made from CITATION.cff, and checked against a closed list of its
fields (`deposit_schema.json`, which names where the list is from). The command is a dry run: it
prints what a deposit would say, and nothing is sent anywhere.
"""

import json
import sys
from html import escape
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from sphinx.errors import ConfigError

from bookmaking.site import page_metadata
from bookmaking.site.page_metadata import Citation
from decentwork.repository import ROOT

SCHEMA = Path(__file__).with_name("deposit_schema.json")
LANGUAGE = "eng"
"""English, as ISO 639-2 has it."""
OF_TABLES = (
    "Each table has its own terms, which its description names: the .yml file next to it in data."
)
"""Next to the one licence of a deposit: a reader could take it for that of the tables."""


class DepositError(Exception):
    """The metadata are not what a repository takes; each line of the message is one fault."""


def metadata(root: Path = ROOT) -> dict[str, Any]:
    """Return the metadata of the book at ``root``.

    A deposit has one licence: that of the text, which CITATION.cff names first. The note names that
    of the code, and says that tables have terms of their own.
    """
    citation = page_metadata.read_citation(root / page_metadata.SOURCE)
    licences = citation.get("license", [])
    licences = [licences] if isinstance(licences, str) else licences
    made = {
        "upload_type": "publication",
        "publication_type": "book",
        "publication_date": citation["date-released"],
        "title": citation["title"],
        "creators": [_creator(author) for author in citation["authors"]],
        "description": f"<p>{escape(' '.join(citation.get('abstract', '').split()))}</p>",
        "access_right": "open",
        "license": licences[0].lower() if licences else "",
        "keywords": citation.get("keywords", []),
        "version": citation.get("version", ""),
        "language": LANGUAGE,
        "notes": " ".join([*_code(licences[1:]), OF_TABLES]),
    }
    if address := citation.get("repository-code") or citation.get("url"):
        made["related_identifiers"] = [{"identifier": address, "relation": "isSupplementTo"}]
    return made


def _code(licences: list[str]) -> list[str]:
    """Return the sentence on the licences of the code, if there are any."""
    return [f"The program code is under {', '.join(licences)}."] if licences else []


def _creator(author: Citation) -> dict[str, str]:
    """Return an author as Zenodo wants it: ``Family, Given`` for a person."""
    name = author.get("name") or f"{author['family-names']}, {author['given-names']}"
    made = {"name": name}
    if "affiliation" in author:
        made["affiliation"] = author["affiliation"]
    if "orcid" in author:
        made["orcid"] = author["orcid"].rpartition("/")[2]
    return made


def faults(made: dict[str, Any]) -> list[str]:
    """Return what the repository would refuse, one sentence each."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    checked = Draft202012Validator(schema, format_checker=FormatChecker())
    found = sorted(checked.iter_errors(made), key=lambda error: error.json_path)
    return [
        f"deposit, {error.json_path.removeprefix('$.').removeprefix('$') or 'as a whole'}: "
        f"{error.message}; fix CITATION.cff"
        for error in found
    ]


def as_json(root: Path = ROOT) -> str:
    """Return the metadata as JSON. Raises DepositError if the repository would refuse them."""
    made = metadata(root)
    if found := faults(made):
        raise DepositError("\n".join(found))
    return json.dumps({"metadata": made}, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Print what a deposit would say; the exit code is 1 if it would be refused."""
    try:
        print(as_json(), end="")
    except (ConfigError, DepositError) as error:
        print(error, file=sys.stderr)
        return 1
    print("This is a dry run: nothing was sent.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
