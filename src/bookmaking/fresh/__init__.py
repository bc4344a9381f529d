"""What a build keeps for the next one, and what it was made from.

`fingerprint` compares the sources with those of the last build. `kept` holds executed notebooks,
and `made_from` says what each of them read. `remembered` and `unless_kept` hold smaller things: the
one in files of their own, the other with Sphinx's environment.
"""
