"""How pages come out: accessible, light, described to catalogues."""

PARTS = (
    "bookmaking.output.accessible",
    "bookmaking.output.page_metadata",
    "bookmaking.output.site_address",
    "bookmaking.output.search_index",
    "bookmaking.output.pictures",
    "bookmaking.output.printed",
    "bookmaking.output.notebook_downloads",
    "bookmaking.output.research_object",
    # Looks at the finished site, and gives its own priority so that it runs late.
    "bookmaking.output.assets",
)


def setup(app) -> dict[str, bool]:
    """Register all of this with Sphinx; the order has no effect."""
    for name in PARTS:
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
