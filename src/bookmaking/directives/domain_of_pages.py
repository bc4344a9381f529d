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


class DomainOfShown(DomainOfPages):
    """A domain whose pages show what stands elsewhere: a row of a table, the time for a page.

    A page is read again when one of these is no longer as it was. To note the whole file as a
    dependency would have it read again for each change of the file.
    """

    initial_data: ClassVar[dict[str, dict]] = {"shown": {}}
    by_page = ("shown",)

    def now(self, what: str) -> str | None:
        """Return what pages show by this name, or a digest of it; None if there is none now."""
        raise NotImplementedError(f"{type(self).__name__} does not say what pages show.")

    def note_shown(self, page: str, *names: str) -> None:
        """Note that a page shows what has these names."""
        self.data["shown"].setdefault(page, {}).update({what: self.now(what) for what in names})

    def outdated(self) -> list[str]:
        """Return the pages of the book that show something as it no longer is."""
        shown = self.data["shown"].items()
        return [
            page
            for page, before in shown
            if page in self.env.found_docs
            and any(self.now(what) != was for what, was in before.items())
        ]

    @classmethod
    def read_again(cls, app, env, *more: object) -> list[str]:
        """Return the pages that Sphinx reads again: for its event ``env-get-outdated``."""
        return env.get_domain(cls.name).outdated()
