"""The gates: what every change of the book must pass.

A gate is a module with a function ``check``, which returns its problems, one sentence each. Next to
it stands a file of planted faults (see `planting`). The other modules here are what gates share.
"""

from decentwork.repository import ROOT

__all__ = ["ROOT"]
