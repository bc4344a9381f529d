"""How tables are made: builders, their originals, and the data package."""
