"""How the book is built: what is made anew, what is kept, and how work is shared.

A build has three steps, each in a module of its own. `book` ends at once when nothing has changed
(`fingerprint`). `execution` executes the notebooks of which `made_from` says that they need it, and
keeps them (`kept`). Then Sphinx makes the pages; `freshness` tells it which, in any way of building.
"""

SPEED = ("bookmaking.build.bibliography", "bookmaking.build.numbered", "bookmaking.build.parallel")
"""Parts that make a build faster and change no page; `bookmaking_speed = False` leaves them out."""


def setup(app) -> dict[str, bool]:
    """Register the parts of the build with Sphinx."""
    app.add_config_value("bookmaking_speed", True, "", types=(bool,))
    app.setup_extension("bookmaking.build.freshness")
    app.connect("config-inited", _speed_up, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _speed_up(app, config) -> None:
    if config.bookmaking_speed:
        for part in SPEED:
            app.setup_extension(part)
