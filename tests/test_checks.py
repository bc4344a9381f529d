"""Each check finds nothing in the book, and says so of each fault that is planted for it."""

import pytest

from bookmaking.checks import ROOT, planting

CHECKS = [check for check in planting.checks() if check.tree != "build"]
"""Those of a build are proved by `test_build_faults`, in one build of all faults."""


@pytest.mark.parametrize(
    "check",
    {check.name: check for check in CHECKS if check.tree in planting.OF_SOURCES}.values(),
    ids=lambda check: check.name,
)
def test_check_finds_nothing_in_the_book(check):
    problems = check.problems(ROOT)
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


@pytest.mark.proof
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.name} in {check.tree}")
def test_planted_faults_are_found(check, trees, subtests):
    tree = trees(check.tree)
    if check.tree != "book":
        assert check.problems(tree.root) == []
    for fault in check.faults:
        with subtests.test(msg=fault.name):
            problems = planting.problems(check, fault, tree)
            assert any(fault.said in problem for problem in problems), (
                f"{check.name}.yml: {fault.name!r} is not found. Expected: {fault.said!r}. "
                f"Said: {problems or 'nothing'}"
            )
