"""Print the pinned packages of environment.yml, one a line, without the book's own package."""

from pathlib import Path

import yaml

ENVIRONMENT = Path(__file__).resolve().parents[1] / "environment.yml"


def pins(environment: Path = ENVIRONMENT) -> list[str]:
    """Return the entries of the ``pip:`` list that name a package (``name==version``)."""
    dependencies = yaml.safe_load(environment.read_text(encoding="utf-8"))["dependencies"]
    (listed,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return [entry for entry in listed if not entry.startswith("-e ")]


if __name__ == "__main__":
    print("\n".join(pins()))
