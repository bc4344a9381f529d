"""What the package alone does not bring, and how to get it.

The package is on no index, where anybody may take its name: so nothing here names it to pip.
"""

from importlib.util import find_spec


def lacking(extra: str, *modules: str) -> ModuleNotFoundError | None:
    """Return the error to raise if a module of an extra is not installed; None if all are."""
    for module in modules:
        if find_spec(module) is None:
            return ModuleNotFoundError(
                f"this needs {module}, which is not installed. Install the package with the extra "
                f'that has it, in the folder of the book\'s repository: pip install ".[{extra}]".',
                name=module,
            )
    return None
