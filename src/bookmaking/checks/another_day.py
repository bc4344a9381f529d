"""Let a kernel believe that it is another day: a module of its own, because it must load fast."""

from datetime import UTC, datetime, timedelta

import time_machine

LATER = timedelta(days=400)


def travel() -> None:
    """Move all clocks of this process on by LATER; they go on from there."""
    time_machine.travel(datetime.now(UTC) + LATER).start()
