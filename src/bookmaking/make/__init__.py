"""How the book is built: what is made anew, and how work is shared.

`book` builds in three steps. It ends at once when nothing has changed. It executes the notebooks
that need it (`kernels`, `execution`), and Sphinx starts in the meantime (`meanwhile`). Then Sphinx
makes the pages, and `freshness` says which, also where Jupyter Book's own command builds the book.
What is kept between builds stands in `bookmaking.fresh`.
"""

SPEED = (
    "bookmaking.make.bibliography",
    "bookmaking.make.parallel",
    "bookmaking.make.read_once",
)
"""Parts that make a build faster and change no page; `bookmaking_speed = False` leaves them out."""


def setup(app) -> dict[str, bool]:
    """Register the parts of the build with Sphinx."""
    app.add_config_value("bookmaking_speed", True, "", types=(bool,))
    app.setup_extension("bookmaking.make.meanwhile")
    app.setup_extension("bookmaking.make.freshness")
    # Notebooks are kept with the tags that this gives them, and MyST-NB must find them by the same.
    app.setup_extension("bookmaking.source.folding")
    app.connect("config-inited", _speed_up, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _speed_up(app, config) -> None:
    if config.bookmaking_speed:
        for part in SPEED:
            app.setup_extension(part)
