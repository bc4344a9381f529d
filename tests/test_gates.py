"""Every gate finds nothing in the book, and says so of each fault that is planted for it."""

import pytest

from bookmaking.gates import ROOT, planting

GATES = planting.gates()
FAULTS = [(gate, fault) for gate in GATES for fault in gate.faults]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_gate_finds_nothing_in_the_book(gate):
    problems = gate.problems(ROOT)
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """The two trees in which faults are planted, each copied when it is first asked for."""
    made = {}

    def tree(name: str) -> planting.Tree:
        if name not in made:
            source = ROOT / planting.SAMPLE if name == "sample" else ROOT
            made[name] = planting.Tree(source, tmp_path_factory.mktemp(name) / "tree")
        return made[name]

    return tree


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate.tree == "sample"],
                         ids=lambda gate: gate.name)  # fmt: skip
def test_gate_finds_nothing_in_the_sample(gate, trees):
    assert gate.problems(trees("sample").root) == []


@pytest.mark.proof
@pytest.mark.parametrize(
    ("gate", "fault"), FAULTS, ids=[f"{gate.name}, {fault.name}" for gate, fault in FAULTS]
)
def test_planted_fault_is_found(gate, fault, trees):
    problems = planting.problems(gate, fault, trees(gate.tree))
    assert any(fault.said in problem for problem in problems), (
        f"{gate.name}.yml: {fault.name!r} is not found. Expected: {fault.said!r}. "
        f"Said: {problems or 'nothing'}"
    )
