"""The checks: what every change of the book must pass.

A check is a module with a function ``check``, which returns its problems, one sentence each. Next
to it is a file of planted faults (see `planting`). The other modules here are what checks share.
"""

from decentwork.repository import ROOT

__all__ = ["ROOT"]
