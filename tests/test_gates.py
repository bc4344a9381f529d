"""Every gate finds nothing in the book, and says so of each fault that is planted for it."""

import pytest

from bookmaking.checks import ROOT, planting

GATES = [gate for gate in planting.gates() if gate.tree != "build"]
"""Those of a build are proved by `test_build_faults`, in one build of all faults."""
FAULTS = [(gate, fault) for gate in GATES for fault in gate.faults]


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate.tree in planting.OF_SOURCES],
                         ids=lambda gate: gate.name)  # fmt: skip
def test_gate_finds_nothing_in_the_book(gate):
    problems = gate.problems(ROOT)
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """The trees in which faults are planted, each copied when it is first asked for."""
    made = {}

    def tree(name: str) -> planting.Tree:
        if name not in made:
            source = ROOT / planting.TREES[name]
            made[name] = planting.Tree(source, tmp_path_factory.mktemp(name) / "tree")
        return made[name]

    return tree


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate.tree != "book"],
                         ids=lambda gate: gate.name)  # fmt: skip
def test_gate_finds_nothing_in_the_sample(gate, trees):
    assert gate.problems(trees(gate.tree).root) == []


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
    if gate.tree == "site":
        assert len(problems) == 1, f"the pages say {fault.name!r} more than once: {problems}"
