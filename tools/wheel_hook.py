"""Put the bibliography into the wheel, next to the tables; pyproject.toml names all other files.

Settings of hatchling move folders. They move a single file with `force-include` only, and an
editable install would then get a copy of the bibliography that nobody reads.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "references.bib"


class Bibliography(BuildHookInterface):
    """Adds the bibliography to a wheel that is no editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the file and its place; hatchling calls this before it writes a wheel."""
        if version == "standard":
            build_data["force_include"][NAME] = f"decentwork/book_files/{NAME}"
