"""Newer vintages of tables from the publishers' own interfaces, which change nothing until told.

`series` says which series a table holds, `answers` asks an address with patience and limits,
`interfaces` reads what each publisher sends, `kept` keeps what arrived, `candidates` makes the
table from it, `effects` finds what would change in the book, and `taking` writes a table.
`bookmaking.update.__main__` is the command.
"""
