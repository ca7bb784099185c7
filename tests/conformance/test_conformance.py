"""The page is fresh and whole, and no mark can be lost on the way to it."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.collect import (
    ROOT,
    BadMark,
    Proof,
    proofs,
    python_proofs,
    transcript_statements,
)
from tests.conformance.not_yet import NOT_YET, NotYet
from tests.conformance.page import by_section, page
from tests.conformance.sections import REQUIRED, SECTIONS


@pytest.fixture(scope="module")
def found() -> list[Proof]:
    return proofs()


def test_the_page_is_fresh(found: list[Proof]) -> None:
    text = (ROOT / "docs" / "conformance.md").read_text("utf-8")
    assert text == page(found, NOT_YET), "run: python -m tests.conformance > docs/conformance.md"


@pytest.mark.parametrize("section", REQUIRED)
def test_each_part_of_the_contract_has_a_proven_statement(found: list[Proof], section: str) -> None:
    below = f"{section}."
    assert [proof for proof in found if f"{proof.section}.".startswith(below)]


def test_no_section_is_forgotten(found: list[Proof]) -> None:
    named = {proof.section for proof in found} | {item.section for item in NOT_YET}
    assert set(SECTIONS) <= named


def test_there_are_250_statements_and_more(found: list[Proof]) -> None:
    assert sum(len(statements) for statements in by_section(found).values()) >= 250


def test_what_is_proven_is_not_listed_as_missing(found: list[Proof]) -> None:
    proven = {(proof.section, proof.statement.lower()) for proof in found}
    listed = Counter((item.section, item.statement.lower()) for item in NOT_YET)
    assert not proven & set(listed), "take it out of tests/conformance/not_yet.py"
    assert max(listed.values()) == 1
    assert all(item.section in SECTIONS and item.why for item in NOT_YET)


SOURCE = """
import pytest

@pytest.mark.conforms("3.5", "one", "two")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.conforms("4.1", "three"))])
async def test_it(x): ...

class TestMachine:
    @pytest.mark.conforms("4.3", "four")
    def test_order(self): ...

TestStates = pytest.mark.conforms("4.3", "five")(States.TestCase)
"""


def test_marks_are_read_from_decorators_parameters_and_state_machines() -> None:
    assert list(python_proofs(SOURCE, "tests/test_x.py")) == [
        Proof("3.5", "one", "tests/test_x.py::test_it"),
        Proof("3.5", "two", "tests/test_x.py::test_it"),
        Proof("4.1", "three", "tests/test_x.py::test_it"),
        Proof("4.3", "four", "tests/test_x.py::TestMachine::test_order"),
        Proof("4.3", "five", "tests/test_x.py::TestStates"),
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("@pytest.mark.conforms('3.99', 'x')\ndef test_it(): ...", "no section '3.99'"),
        ("@pytest.mark.conforms('3.5')\ndef test_it(): ...", "one or more statements"),
        ("@pytest.mark.conforms('3.5', name)\ndef test_it(): ...", "plain strings"),
        ("@pytest.mark.conforms('3.5', 'a | b')\ndef test_it(): ...", "short line"),
        ("@pytest.mark.conforms('3.5', 'x')\ndef helper(): ...", "at no test"),
        ("pytestmark = pytest.mark.conforms('3.5', 'x')", "at no test"),
    ],
)
def test_a_mark_that_would_be_lost_is_an_error(source: str, why: str) -> None:
    with pytest.raises(BadMark, match=why):
        list(python_proofs(source, "tests/test_x.py"))


def test_a_transcript_says_at_its_beginning_what_it_proves(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("# About.\n# conforms 5.4: a 503 is repeated once\n>> 0 wait\n")
    assert transcript_statements(path) == [("5.4", "a 503 is repeated once")]
    for text in ("# conforms 5.4 a 503\n", ">> 0 wait\n# conforms 5.4: late\n", "# conforms 0: x"):
        path.write_text(text)
        with pytest.raises(BadMark, match=r"x\.txt:"):
            transcript_statements(path)


def test_the_page_shows_each_statement_once_with_all_its_tests() -> None:
    shown = page(
        [Proof("3.10", "b", "t2"), Proof("3.9", "a", "t1"), Proof("3.10", "b", "t1")],
        [NotYet("2.4", "c", "later")],
    )
    assert "| 3.10 | b | `t1`<br>`t2` |" in shown
    assert shown.index("## 3.9 ") < shown.index("## 3.10 ")
    assert "| 2.4 | c | later |" in shown
    assert "| | **All** | **2** | **1** |" in shown
