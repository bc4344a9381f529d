"""Let jsonschema start without a grammar of web addresses that nothing here uses.

Import this module before anything that imports jsonschema (nbformat and Jupyter Book do).

Why: jsonschema imports rfc3987_syntax where that is installed, and it builds a grammar at import,
1.8 s at each start of a build; jsonschema does without it where the import fails.
Upstream: https://github.com/python-jsonschema/jsonschema/issues/1392 and pull request 1521 there.
It can go when jsonschema imports the grammar only where an address is validated; the test
`test_jsonschema_still_builds_a_grammar_at_its_start` fails then.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
