"""How pages come out: accessible, light, described to catalogues."""
