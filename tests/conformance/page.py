"""The page of statements and tests, in Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from tests.conformance.collect import Proof
from tests.conformance.not_yet import NotYet
from tests.conformance.sections import SECTIONS

HEAD = """\
# What of the Voice API is proven

Each row is one statement about the platform, in the sections of its contract, and the tests that
prove it of this project: of the sandbox, of what the console reads and sends, or of both. The
page is made from the tests; after a change of theirs:

    python -m tests.conformance > docs/conformance.md

A test names what it proves with `@pytest.mark.conforms("3.5", "a transfer …")`, a transcript of
the engine with a line `# conforms 3.5: a transfer …` at its beginning.
"""


def page(proofs: Iterable[Proof], not_yet: Sequence[NotYet]) -> str:
    """Return the whole page."""
    rows = by_section(proofs)
    return "\n".join([HEAD, *_summary(rows, not_yet), *_proven(rows), *_missing(not_yet)])


def by_section(proofs: Iterable[Proof]) -> dict[str, dict[str, list[str]]]:
    """Return section → statement → tests, each in its order."""
    found: dict[str, dict[str, list[str]]] = {section: {} for section in SECTIONS}
    for proof in sorted(proofs, key=lambda proof: (proof.statement.lower(), proof.test)):
        tests = found[proof.section].setdefault(proof.statement, [])
        if proof.test not in tests:
            tests.append(proof.test)
    return found


def _summary(rows: dict[str, dict[str, list[str]]], not_yet: Sequence[NotYet]) -> Iterator[str]:
    yield "| Section | About | Proven | Not yet |"
    yield "|---|---|---|---|"
    for section, title in SECTIONS.items():
        missing = sum(item.section == section for item in not_yet)
        if rows[section] or missing:
            yield f"| {section} | {title} | {len(rows[section])} | {missing or ''} |"
    yield f"| | **All** | **{sum(map(len, rows.values()))}** | **{len(not_yet)}** |"
    yield ""


def _proven(rows: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    for section, statements in rows.items():
        if statements:
            yield f"## {section} {SECTIONS[section]}\n"
            yield "| Section | Statement | Proven by |"
            yield "|---|---|---|"
            for statement, tests in statements.items():
                shown = "<br>".join(f"`{test}`" for test in tests)
                yield f"| {section} | {statement} | {shown} |"
            yield ""


def _missing(not_yet: Sequence[NotYet]) -> Iterator[str]:
    yield "## Not yet\n"
    yield "| Section | Statement | Why |"
    yield "|---|---|---|"
    order = list(SECTIONS)
    for item in sorted(not_yet, key=lambda item: (order.index(item.section), item.statement)):
        yield f"| {item.section} | {item.statement} | {item.why} |"
    yield ""
