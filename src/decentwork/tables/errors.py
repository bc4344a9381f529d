"""The one error that tables raise: sentences that say what is wrong, where, and what to do."""

from collections.abc import Iterable

FAULTS_SHOWN = 10


class DataError(ValueError):
    """A table, or what describes it, breaks a rule. The message says where, and what to do.

    Parameters
    ----------
    where
        The file or folder in which the fault is.
    faults
        One sentence, or one for each fault. All are in the attribute ``faults``; the message holds
        the first ten.

    Examples
    --------
    >>> from decentwork import data
    >>> try:
    ...     data.read("ilo-round")
    ... except data.DataError as error:
    ...     print(error.faults[0])
    there is no table 'ilo-round'. Near names: ilo-rounds, ilo-regions, ilo-profits
    """

    def __init__(self, where: str, faults: str | Iterable[str]) -> None:
        self.where = where
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        if len(self.faults) == 1:
            super().__init__(f"{where}: {self.faults[0]}")
            return
        listed = [f"  - {fault}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            listed.append(f"  - and {len(self.faults) - FAULTS_SHOWN} more")
        super().__init__("\n".join([f"{where} has {len(self.faults)} faults:", *listed]))

    @property
    def sentences(self) -> list[str]:
        """Each fault with the file in which it is, for checks that list all of them."""
        return [f"{self.where}: {fault}" for fault in self.faults]
