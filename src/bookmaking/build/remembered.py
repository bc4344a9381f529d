"""A small file that spares a build what an earlier one worked out from the same."""

import json
from pathlib import Path
from typing import Any

from bookmaking import site_files


class Remembered:
    """Values by name, kept in a JSON file; what cannot be read counts as nothing remembered."""

    def __init__(self, file: Path) -> None:
        """Take up what earlier builds left in ``file``, if there is one."""
        self.file = file
        try:
            self.values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self.values = {}

    def save(self) -> None:
        """Write all to the file, or nothing."""
        site_files.replace(self.file, json.dumps(self.values))
