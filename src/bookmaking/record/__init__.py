"""What the book records of itself.

`reads` finds what an executed notebook publishes and from which tables, `built_from` names the
commit, and `said` compares verdicts and numbers with those of earlier releases. Nothing here needs
Sphinx: the directives in `bookmaking.directives` place the results.
"""
