"""Code cells on pages: the handle of folded code says what it does, and each exhibit has its place.

The code that made an exhibit is at ``#code-<name>``. The place is inside the fold, so that a
link to it opens the fold in a browser, without JavaScript.
"""

from itertools import pairwise

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookmaking.directives import numbering
from bookmaking.directives.elements import PARALLEL
from bookmaking.directives.record import chapters_of
from bookmaking.record.reads import Chapter
from bookmaking.source import folding


def place_of_code(name: str) -> str:
    """Return the id of the code that made an exhibit."""
    return f"code-{name}"


class NameCode(SphinxPostTransform):
    """Say on the handle of each code cell what it does, before MyST-NB folds it."""

    # Why: MyST-NB takes the words of a handle from the configuration, one text for all, or from the
    # metadata of a cell, where an author would type a number. It keeps them on the node of the cell
    # (nb_element, cell_index, prompt_show), and folds at 199.
    # Upstream: no issue found.
    # Can go when MyST-NB lets a function name the handle
    # (test_myst_nb_still_takes_one_text_for_all_handles fails then).
    default_priority = 190
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Name the handles of a page, and give the code of its exhibits their ids."""
        chapter = chapters_of(self.env).get(self.env.docname, Chapter())
        made: dict[int, list[str]] = {}  # the figures and tables that a cell publishes
        for name in (name for name in chapter.placed if name in chapter.published):
            made.setdefault(chapter.published[name].cell, []).append(name)
        called = numbering.called(self.env, self.env.docname)
        containers = self.document.findall(nodes.container)
        cells = [node for node in containers if node.get("nb_element") == "cell_code"]
        for position, node in enumerate(cells):
            number = node["cell_index"] + 1
            own = made.get(number, [])
            code = node.children[0] if node.children else nodes.container()
            if code.get("nb_element") == "cell_code_source":
                code["ids"] += map(place_of_code, own)
            following = min((cell for cell in made if cell > number), default=None)
            words = folding.in_words(
                code.astext(),
                [called[name] for name in own if name in called],
                called.get(made[following][0], "") if following else "",
                is_first=position == 0,
            )
            node["prompt_show"] = node["prompt_hide"] = words
        self._fold_together(cells)

    def _fold_together(self, cells: list[nodes.container]) -> None:
        """Fold what prepares a figure or table behind the handle of the cell that publishes it."""
        folded = []
        for node, following in reversed(list(pairwise(cells))):
            if following in folded:
                continue
            codes = [each.children[0] if each.children else None for each in (node, following)]
            if following.previous_sibling() is not node or not (
                all(each.get("hide_mode") == "input" for each in (node, following))
                and folding.prepares(*(code.astext() for code in codes))
            ):
                continue
            codes[1].insert(0, codes[0].children)
            node.parent.remove(node)
            folded.append(node)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(NameCode)
    return PARALLEL
