"""Tables on labour exploitation with their sources, figures of them, and estimates from lists.

>>> from decentwork import data, estimation
>>> rounds = data.read("ilo-rounds")
>>> totals = rounds.query("among == 'forced labour' and dimension == 'total'")
>>> totals["million"].tolist()
[12.3, 20.9, 24.9, 27.6]
>>> rounds.attrs["must_not_be_used_for"][0]
'a line or a trend from one round to the next'

`data` reads the tables of the book and checks each against its metadata. `estimation` says how many
cases are on no list, for tables of this book and for any other:

>>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
>>> results = estimation.Stepwise(estimation.CaptureHistories.from_frame(lists)).fit()
>>> round(results.total, -2)
11300.0

`figures` draws and `exhibits` shows; both need the extra of this name
(in a checkout, ``pip install ".[figures]"``). The tables come with the package, so all this works
from any folder.
"""


def __getattr__(name: str) -> str:
    """Return ``__version__``, the version of the book that was installed, when it is asked for.

    Its one place is CITATION.cff, from which the build takes it. Reading it takes a while, so that
    an import does not.
    """
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version(__name__)
