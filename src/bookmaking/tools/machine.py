"""What a machine refuses, in one sentence: a full disk, a folder that may not be written, and more.

A command that writes files ends with the sentence and not with a traceback. It says what was not
done, where, and what to do. Only the standard library is imported here.
"""

import errno
import re
import sys
from pathlib import Path

REASONS = {
    errno.ENOSPC: "no space is left on the disk that holds {}: free some there",
    errno.EDQUOT: "this user may not fill more of the disk that holds {}: free some there",
    errno.EIO: "the disk that holds {} cannot be read or written: see whether it is full or broken",
    errno.EROFS: "{} can only be read: build a copy of the book in a folder that can be written",
    errno.EACCES: "this user may not use {}: change its owner or its rights (chown, chmod)",
    errno.EPERM: "this user may not use {}: change its owner or its rights (chown, chmod)",
}
"""Why something could not be written and what to do, by the number of the error."""
OF_DATABASE = {
    "database or disk is full": errno.ENOSPC,
    "disk I/O error": errno.EIO,
    "readonly database": errno.EROFS,
    "unable to open database file": errno.EACCES,
}
"""Numbers for what SQLite, which keeps executed notebooks, says in words alone."""
IN_WORDS = re.compile(r"\[Errno (\d+)\][^:']*(?:: (?:'[^']+' -> )?'([^']+)')?")
"""How an error of the machine is written: Sphinx has no more of one in another process, and shutil
of several."""


class MachineError(Exception):
    """The machine lacks or refuses something; the message is why, where, and what to do."""


def sentence(what: str, error: BaseException, near: Path) -> str:
    """Return one sentence on an error of the machine, or "" if it is another error.

    Parameters
    ----------
    what
        What was not done, as the beginning of a sentence.
    error
        What was raised.
    near
        The folder that was written, for an error that names no file.
    """
    found = refusal(error, near)
    return f"{what}, because {found}, and give the command again." if found else ""


def refusal(error: BaseException | None, near: Path) -> str:
    """Return what the machine refused and what to do, or "".

    It looks through errors that were raised from others. ``near`` is that of `sentence`.
    """
    while error is not None:
        if isinstance(error, MachineError):
            return str(error)
        number, file = _number(error)
        if number in REASONS:
            return REASONS[number].format(file or near)
        # Sphinx and SQLAlchemy name the error below theirs in ways of their own.
        below = (error.__cause__, getattr(error, "orig_exc", None), getattr(error, "orig", None))
        error = next((each for each in below if isinstance(each, BaseException)), None)
    return ""


def _number(error: BaseException) -> tuple[int | None, str]:
    """Return the number of an error of the machine, and the file that it names, or ""."""
    name, said = type(error).__name__, str(error)
    if isinstance(error, OSError) and error.errno:
        return error.errno, str(error.filename2 or error.filename or "")
    if name in ("SphinxParallelError", "Error") and (found := IN_WORDS.search(said)):
        return int(found[1]), found[2] or ""
    if name == "OperationalError":
        return next((n for words, n in OF_DATABASE.items() if words in said), None), ""
    return None, ""


def check_writable(folder: Path) -> None:
    """Raise OSError if no file can be written into ``folder``, which is made if it is not there."""
    probe = folder / ".can-be-written"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def end(what: str, error: BaseException, near: Path) -> int:
    """Say in one sentence what the machine refused and return the exit status.

    Any other ``error`` is raised again. ``what`` and ``near`` are those of `sentence`.
    """
    said = sentence(what, error, near)
    if not said:
        raise error
    print(said, file=sys.stderr)
    return 1
