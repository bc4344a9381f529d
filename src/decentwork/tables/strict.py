"""YAML files that are read strictly: a field too many, too few or of another kind is an error.

A slip in a description of data otherwise stays unseen: YAML takes ``enumm: [a, b]`` as well as
``enum: [a, b]``, and a closed list that nobody checks looks like one that passed.
"""

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from decentwork.repository import path_in_repository, remedy
from decentwork.tables.errors import DataError

Kind = type | tuple[type, ...]
NUMBER = (int, float)

_KINDS: dict[Kind, str] = {
    str: "text",
    list: "a list",
    dict: "a mapping",
    bool: "true or false",
    int: "a whole number",
    (str, dict): "a name or a mapping",
}


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a date stays the text that was written, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping. Raises ConstructorError if a key stands twice.

        YAML would take the last of two equal keys, and what the first says would be lost unseen.
        """
        made = super().construct_mapping(node, deep=deep)
        if len(made) < len(node.value):
            seen = set()
            for key, _ in node.value:
                name = self.construct_object(key, deep=True)
                if name in seen:
                    raise ConstructorError(
                        problem=f"{name!r} stands twice", problem_mark=key.start_mark
                    )
                seen.add(name)
        return made


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in _PlainLoader.yaml_implicit_resolvers.items()
}


class StrictFile:
    """A YAML file, and the sentences that say which of its fields is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def content(self) -> Any:
        """Return what the file holds. Raises DataError if it is missing or is not YAML in UTF-8."""
        try:
            return yaml.load(self.path.read_text(encoding="utf-8"), Loader=_PlainLoader)
        except FileNotFoundError:
            what_to_do = remedy(self.path, "write it")
            raise DataError(
                path_in_repository(self.path), f"there is no such file; {what_to_do}"
            ) from None
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            at = getattr(error, "problem_mark", None)
            line = f"line {at.line + 1}: " if at else ""
            # A character that may not stand in YAML, or in UTF-8, has a reason and no mark.
            reason = getattr(error, "problem", None) or getattr(error, "reason", error)
            fault = f"{line}this is not YAML in UTF-8 ({reason}); mend it"
            raise DataError(path_in_repository(self.path), fault) from None

    def fault(self, field: str, sentence: str) -> DataError:
        """Return the error that names this file and a field of it."""
        return DataError(path_in_repository(self.path), f"field {field}: {sentence}")

    def fields(
        self, at: str, content: Any, must: Mapping[str, Kind], may: Mapping[str, Kind]
    ) -> dict[str, Any]:
        """Check the names and kinds of the fields of one mapping.

        Parameters
        ----------
        at
            Where the mapping stands in the file; empty for the whole file.
        must, may
            Name and kind of the fields that the mapping has to have, and may have.

        Returns
        -------
        dict
            The fields that are given; a field that is empty counts as not given.

        Raises
        ------
        DataError
            For the first field that is unknown, missing, or of another kind.
        """
        if not isinstance(content, dict):
            raise self.fault(at or "(whole file)", f"is {content!r}, not a mapping of fields")
        known = {**must, **may}
        for name, value in content.items():
            self._known_and_of_its_kind(f"{at}.{name}" if at else str(name), name, value, known)
        for name in must:
            if content.get(name) is None:
                raise self.fault(f"{at}.{name}" if at else name, "is missing; fill it in")
        return {name: value for name, value in content.items() if value is not None}

    def _known_and_of_its_kind(
        self, field: str, name: Any, value: Any, known: Mapping[str, Kind]
    ) -> None:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise self.fault(field, f"is not known; {hint}")
        wanted = known[name]
        is_stray_bool = isinstance(value, bool) and wanted is not bool
        if value is not None and (not isinstance(value, wanted) or is_stray_bool):
            kind = _KINDS.get(wanted, "a number")
            hint = " (put it in quotes)" if wanted is str else ""
            raise self.fault(field, f"is {value!r}, not {kind}{hint}")

    def texts(self, at: str, content: list[Any]) -> tuple[str, ...]:
        """Return a list of texts. Raises DataError if an entry is of another kind.

        This catches an entry with a colon, which YAML takes for a mapping.
        """
        for i, item in enumerate(content):
            if not isinstance(item, str):
                raise self.fault(f"{at}[{i}]", f"is {item!r}, not text (put it in quotes)")
        return tuple(content)

    def one_of(self, field: str, value: Any, allowed: Collection[str], where: str = "") -> None:
        """Raise DataError unless a value is one of a closed list; `where` says where it is kept."""
        if value not in allowed:
            raise self.fault(field, f"is {value!r}; allowed are {', '.join(allowed)}{where}")
