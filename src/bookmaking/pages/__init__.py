"""What pages say: directives, roles and citations of the book."""

PARTS = (
    # Its styles must be known before sphinxcontrib.bibtex reads the configuration.
    "bookmaking.pages.citations",
    # The nodes that the directives below make.
    "bookmaking.pages.element_nodes",
    "bookmaking.pages.numbering",
    "bookmaking.pages.exhibit",
    "bookmaking.pages.teaser",
    "bookmaking.pages.error_report",
    "bookmaking.pages.exhibit_bar",
    "bookmaking.pages.code_cells",
    "bookmaking.pages.page_citation",
    "bookmaking.pages.register",
    "bookmaking.pages.reading_time_role",
    "bookmaking.pages.state",
    "bookmaking.pages.record",
    "bookmaking.pages.exercises",
    "bookmaking.pages.formulas",
    "bookmaking.pages.previews",
    "bookmaking.pages.list_of_sources",
    "bookmaking.pages.package_reference",
)


THIS_CHAPTER = "this chapter"
"""What the roles on a whole chapter say: ``{verdicts}`this chapter```."""


def setup(app) -> dict[str, bool]:
    """Register all of this with Sphinx; apart from the first, the order has no effect."""
    for name in PARTS:
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
