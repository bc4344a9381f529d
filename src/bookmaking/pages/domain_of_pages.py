"""What Sphinx keeps of each page for the directives of this book, in one form of domain."""

from collections.abc import Iterable
from typing import Any, ClassVar

from sphinx.domains import Domain


class DomainOfPages(Domain):
    """A domain that keeps things by page. No reference of its own resolves in it.

    `by_page` names what it keeps so: each is a dictionary in `data` with the pages as keys.
    """

    by_page: ClassVar[tuple[str, ...]] = ()

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is about to be read again."""
        for kept in self.by_page:
            self.data[kept].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over pages that another process has read."""
        for kept in self.by_page:
            read = otherdata[kept]
            self.data[kept].update({page: read[page] for page in docnames if page in read})

    def resolve_any_xref(self, *_: object) -> list:
        """Return nothing: what the directives mark are labels of the standard domain."""
        return []
