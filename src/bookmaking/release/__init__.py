"""What leaves the repository: releases, and files to take away."""


class ReleaseError(Exception):
    """Why nothing is given to readers; each line of the message is a fault and what to do."""
