"""What pages say: directives, roles and citations of the book."""
