"""The layers of the code hold, and each fault against them is named."""

import pytest

from bookmaking.gates import layers

GATES = (layers.circles, layers.from_above, layers.own_roots)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.__name__)
def test_layers_hold(gate):
    assert not (problems := gate()), "\n".join(problems)


FAULTS = {
    "two modules that need each other": (
        {
            "src/decentwork/one.py": "from decentwork import two",
            "src/decentwork/two.py": "import decentwork.one",
        },
        layers.circles,
        "modules import each other in a circle",
    ),
    "a shared module that knows the workshop": (
        {"src/decentwork/one.py": "def f():\n    from bookmaking import warn\n"},
        layers.from_above,
        "src/decentwork/one.py imports bookmaking.warn",
    ),
    "a tool that imports a test": (
        {"tools/one.py": "from small_book import SmallBook", "tests/small_book.py": ""},
        layers.from_above,
        "tools/one.py imports small_book.SmallBook from the tests",
    ),
    "a root of its own": (
        {"src/decentwork/one.py": "ROOT = Path(__file__).resolve().parents[2]"},
        layers.own_roots,
        "src/decentwork/one.py finds the root by itself",
    ),
    "a path of imports that is altered": (
        {"tools/one.py": "import sys\nsys.path.insert(0, 'tests')"},
        layers.own_roots,
        "tools/one.py alters sys.path",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_against_the_layers_is_named(fault, tmp_path):
    files, gate, said = FAULTS[fault]
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    for sound in GATES:
        assert bool(sound(tmp_path)) is (sound is gate), sound.__name__
    assert said in gate(tmp_path)[0]
