"""What a table is: where it is, and what its metadata says. Notebooks use `decentwork.data`."""
