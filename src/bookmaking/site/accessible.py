"""Repair what the pages of Sphinx and MyST-NB lack for readers who cannot see them.

- Tables get what every table needs (see `tables`).
- Lists of sources are lists, without the roles that docutils gives them and ARIA has withdrawn.
- The handle of hidden code is named by the words that it shows.

What the theme's templates lack is repaired in ``book/_templates``. All is done through public ways:
the event of Sphinx that hands over a page's HTML, and visitors of nodes.
"""

import html

from docutils import nodes

from bookmaking.site.tables import accessible_tables

# Why: MyST-NB names the handle of hidden code "Toggle hidden content", while it shows "Code"; who
# speaks to the computer says what they see (WCAG 2.5.3, label in name). MyST-NB has no setting.
# Upstream: no issue found.
# Can go when MyST-NB writes no name of its own (test_myst_nb_still_names_hidden_code fails then).
NAMED_HANDLE = '<summary aria-label="Toggle hidden content">'


def accessible(page: str) -> str:
    """Return the HTML of a ``page`` with its tables and the handles of hidden code repaired."""
    return accessible_tables(page.replace(NAMED_HANDLE, "<summary>"))


def _repair(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if app.builder.format == "html" and "body" in context:
        context["body"] = accessible(context["body"])


# Why: docutils writes a list of sources as <div role="list"> with entries of the role
# doc-biblioentry, which DPUB-ARIA 1.1 has withdrawn; axe reports it.
# Upstream: no issue of docutils found; w3c/dpub-aria#22 withdrew the role.
# Can go when docutils writes none (test_docutils_still_writes_a_withdrawn_role fails then).
def _visit_citation(writer, node: nodes.citation) -> None:
    """Begin an entry of a list of sources, and the list before the first."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        writer.body.append('<ul class="citation-list">\n')
    writer.body.append(writer.starttag(node, "li", ""))
    # The label is the key, which no reader needs, in 120 bytes of marks for each of 1,600 entries.
    for label in [child for child in node if isinstance(child, nodes.label)]:
        node.remove(label)
    # The classes that docutils gives each link to a page elsewhere would be 30 kB of the long list.
    for link in list(node.findall(lambda inner: isinstance(inner, nodes.reference))):
        if "refuri" in link and not link.get("internal"):
            to, text = (html.escape(each) for each in (link["refuri"], link.astext()))
            link.replace_self(nodes.raw("", f'<a href="{to}">{text}</a>', format="html"))
    mentions = node.get("backrefs", ())
    if len(mentions) > 1 and writer.settings.footnote_backlinks:
        links = ",".join(
            f'<a role="doc-backlink" href="#{mention}">{number}</a>'
            for number, mention in enumerate(mentions, 1)
        )
        writer.body.append(f'<span class="backrefs">({links})</span>\n')


def _depart_citation(writer, node: nodes.citation) -> None:
    """End an entry of a list of sources, and the list after the last."""
    writer.body.append("</li>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        writer.body.append("</ul>\n")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.connect("html-page-context", _repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
