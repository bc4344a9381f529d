"""What the book records of itself: what each exhibit was made from, and what it says.

`reads` finds the tables that code reads, `chapter` what an executed notebook publishes and where.
`built_from` names the commit. `said` holds verdicts and numbers of a build, so that a later one can
be compared with it; `release` keeps them.
Nothing here needs Sphinx: the directives in `bookmaking.directives` place the results.
"""
