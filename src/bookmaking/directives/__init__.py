"""What pages say: directives, roles and citations of the book."""

PARTS = (
    "bookmaking.directives.elements",  # the nodes that the others make
    "bookmaking.directives.numbering",
    "bookmaking.directives.chapter_head",
    "bookmaking.directives.exhibit",
    "bookmaking.directives.error_report",
    "bookmaking.directives.code_cells",
    "bookmaking.directives.own_lists",
    "bookmaking.directives.questionnaire",
    "bookmaking.directives.page_citation",
    "bookmaking.directives.register",
    "bookmaking.directives.reading_time",
    "bookmaking.directives.state",
    "bookmaking.directives.compare_states",
    "bookmaking.directives.what_to_do",
    "bookmaking.directives.subjects",
    "bookmaking.directives.record",
    "bookmaking.directives.exercises",
    "bookmaking.directives.previews",
    "bookmaking.directives.list_of_sources",
    "bookmaking.directives.package_reference",
)

THIS_CHAPTER = "this chapter"
"""What the roles on a whole chapter say: ``{verdicts}`this chapter```."""


def setup(app) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    for name in PARTS:
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
