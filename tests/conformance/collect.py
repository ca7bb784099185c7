"""Read what tests and transcripts say they prove, without importing or running any."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.sections import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = Path("tests/sandbox/engine/transcripts")

_MARK = "pytest.mark.conforms"
_LINE = re.compile(r"# conforms (?P<section>[0-9A-C.]+): (?P<statement>\S.*)")


class BadMark(ValueError):
    """A mark or a line that cannot be used; says where."""


@dataclass(frozen=True, slots=True)
class Proof:
    section: str
    statement: str
    test: str


def proofs(root: Path = ROOT) -> list[Proof]:
    """Return every statement with each test that proves it."""
    found = [
        proof
        for path in sorted((root / "tests").rglob("test_*.py"))
        for proof in python_proofs(path.read_text("utf-8"), str(path.relative_to(root)))
    ]
    for path in sorted((root / TRANSCRIPTS).glob("*.txt")):
        test = f"tests/sandbox/engine/test_transcripts.py::test_transcript[{path.stem}]"
        found += [Proof(section, said, test) for section, said in transcript_statements(path)]
    return found


def python_proofs(source: str, path: str) -> Iterator[Proof]:
    """Return what the tests of one file say they prove."""
    tree = ast.parse(source, path)
    used: set[ast.Call] = set()
    for marked, names in _tests(tree):
        for expression in marked:
            for mark in _marks(expression):
                used.add(mark)
                for section, statement in _statements(mark, f"{path}:{mark.lineno}"):
                    yield Proof(section, statement, "::".join([path, *names]))
    for mark in _marks(tree):
        if mark not in used:
            raise BadMark(f"{path}:{mark.lineno}: the mark stands at no test.")


def transcript_statements(path: Path) -> list[tuple[str, str]]:
    """Return the sections and statements in the head of a transcript."""
    found = []
    head = True
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        head = head and line.startswith("#")
        if not line.startswith("# conforms"):
            continue
        said = _LINE.fullmatch(line)
        where = f"{path.name}:{number}"
        if said is None or not head:
            raise BadMark(f"{where}: write `# conforms <section>: <statement>` at the beginning.")
        found.append(_checked(said["section"], said["statement"], where))
    return found


def transcript_marks(path: Path) -> list[pytest.MarkDecorator]:
    """Return the marks of the test that runs a transcript."""
    return [pytest.mark.conforms(*each) for each in transcript_statements(path)]


def _tests(
    tree: ast.Module | ast.ClassDef, within: tuple[str, ...] = ()
) -> Iterator[tuple[list[ast.expr], tuple[str, ...]]]:
    """Find each test with the expressions its marks may stand in."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                yield from _tests(node, (*within, name))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith(
                "test_"
            ):
                yield node.decorator_list, (*within, name)
            # A state machine of hypothesis: `TestX = mark(X.TestCase)`.
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.startswith("Test"):
                yield [value], (*within, name)
            case _:
                pass


def _marks(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == _MARK:
            yield node


def _statements(mark: ast.Call, where: str) -> Iterator[tuple[str, str]]:
    words = [arg.value for arg in mark.args if isinstance(arg, ast.Constant)]
    texts = [word for word in words if isinstance(word, str)]
    if mark.keywords or len(texts) != len(mark.args) or len(texts) < 2:
        raise BadMark(f"{where}: give a section and one or more statements, as plain strings.")
    for statement in texts[1:]:
        yield _checked(texts[0], statement, where)


def _checked(section: str, statement: str, where: str) -> tuple[str, str]:
    if section not in SECTIONS:
        raise BadMark(f"{where}: there is no section {section!r}.")
    if statement != " ".join(statement.split()) or "|" in statement or len(statement) > 200:
        raise BadMark(f"{where}: a statement is one short line without a bar.")
    return section, statement
