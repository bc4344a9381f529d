"""Newer vintages of tables from the publishers' own interfaces, which change nothing until told.

`series` says which series a table holds, `answers` asks an address with patience and limits,
`interfaces` reads what each publisher sends and keeps it, `candidates` makes the table from it, and
`taking` writes it. `bookmaking.update.__main__` is the command.
"""
