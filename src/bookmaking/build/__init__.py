"""How the build runs: what is made anew, what is kept, and how work is shared."""
