"""Where the tile of each participating State is on the map of equal tiles.

The place of a tile says roughly where the State lies; neither area nor distance means anything. The
places are apart from the drawing, because pages of the book use them without drawing.
"""

ROWS = """\
CAN  .  ISL  .   .  NOR SWE FIN  .   .   .  RUS  .
USA  .   .   .   .  DNK  .  EST LVA LTU BLR  .   .
 .   .  IRL GBR NLD DEU POL CZE SVK UKR  .  KAZ MNG
 .   .   .  BEL LUX LIE AUT HUN ROU MDA  .  UZB KGZ
 .   .  AND FRA MCO CHE SVN HRV SRB BGR GEO TKM TJK
 .  PRT ESP  .  VAT ITA SMR BIH MNE MKD TUR ARM AZE
 .   .   .   .   .  MLT  .   .  ALB GRC CYP  .   .
"""
PLACES = {
    code: (column, row)
    for row, line in enumerate(ROWS.splitlines())
    for column, code in enumerate(line.split())
    if code != "."
}
"""Column and row of each State's tile by iso3 code, counted from the top left."""
