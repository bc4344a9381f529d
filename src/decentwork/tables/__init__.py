"""What a table is: where it stands, what its metadata says of it, and the check that both agree.

Notebooks do not import this package. They read tables with `decentwork.data`.
"""
