"""How pages come out: accessible, light, described to catalogues."""

PARTS = (
    "bookmaking.site.accessible",
    "bookmaking.site.page_metadata",
    "bookmaking.site.search_index",
    "bookmaking.site.pictures",
    "bookmaking.site.notebook_downloads",
    "bookmaking.site.research_object",
    # Looks at the finished site, and gives its own priority so that it runs late.
    "bookmaking.site.assets",
)


def setup(app) -> dict[str, bool]:
    """Register all of this with Sphinx; the order has no effect."""
    for name in PARTS:
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
