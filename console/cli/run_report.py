"""How a run of a scenario is told: a table, one JSON document, JUnit XML.

Nothing in it differs between two runs of the same seed on virtual time.
"""

import json
from dataclasses import asdict
from xml.etree import ElementTree

from console.sandbox.judging import Row
from console.sandbox.rehearsal import RunSettings, Verdict
from console.text import clean

_OK, _FAILED = "\u2713", "\u2717"
_WIDEST = 60
_XML_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


def table(settings: RunSettings, verdict: Verdict) -> str:
    """Return a line for each row, and a last one that sums up."""
    rows = [
        (_mark(row), row.who, row.what, seconds(row.at_ms), _reason(settings, row))
        for row in verdict.rows
    ]
    cells = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [
        min(max((len(row[place]) for row in cells), default=0), _WIDEST) for place in range(4)
    ]
    lines = [
        "  ".join(
            (
                mark,
                who.ljust(widths[1]),
                what.ljust(widths[2]),
                at.rjust(widths[3]),
                reason,
            )
        ).rstrip()
        for mark, who, what, at, reason in cells
    ]
    return "\n".join([*lines, summary(settings, verdict)]) + "\n"


def summary(settings: RunSettings, verdict: Verdict) -> str:
    """Return one line: how many were met, how long it took, which seed."""
    met = len(verdict.rows) - verdict.failures
    clock = "real" if settings.real else "virtual"
    words = f"{met} of {len(verdict.rows)} as expected"
    if verdict.timed_out:
        words += f"; timed out: {verdict.timed_out}"
    return f"{words}, {verdict.took_ms / 1_000:.1f} s ({clock}), seed {settings.seed}"


def document(settings: RunSettings, verdict: Verdict) -> str:
    """Return the JSON document."""
    found = {
        "scenario": settings.scenario.name,
        "title": settings.scenario.title,
        "seed": settings.seed,
        "clock": "real" if settings.real else "virtual",
        "ok": not verdict.failures and not verdict.timed_out,
        "timed_out": verdict.timed_out or None,
        "seconds": verdict.took_ms / 1_000,
        "failures": verdict.failures,
        "rows": [asdict(row) for row in verdict.rows],
    }
    return json.dumps(found, ensure_ascii=True, indent=2) + "\n"


def junit(settings: RunSettings, verdict: Verdict) -> str:
    """Return JUnit XML: a test suite for the scenario, a test case for each row."""
    counts = {
        "tests": str(len(verdict.rows) + bool(verdict.timed_out)),
        "failures": str(verdict.failures),
        "errors": str(int(bool(verdict.timed_out))),
        "time": f"{verdict.took_ms / 1_000:.3f}",
    }
    root = ElementTree.Element("testsuites", counts)
    name = settings.scenario.name
    suite = ElementTree.SubElement(root, "testsuite", {"name": _xml(name), **counts})
    for row in verdict.rows:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": _xml(f"{name}.{row.who}"),
                "name": _xml(row.what),
                "file": _xml(settings.scenario.file),
                "line": str(row.line),
                "time": f"{max(row.at_ms, 0) / 1_000:.3f}",
            },
        )
        if not row.ok:
            said = _xml(f"expected {row.what}; seen: {row.seen}")
            failure = ElementTree.SubElement(case, "failure", {"message": said})
            failure.text = _xml(f"{place(settings, row)} at {seconds(row.at_ms)}: {said}")
    if verdict.timed_out:
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": _xml(name), "name": "in time"}
        )
        ElementTree.SubElement(case, "error", {"message": _xml(verdict.timed_out)})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def place(settings: RunSettings, row: Row) -> str:
    """Return where the file says what was expected."""
    return f"{settings.scenario.file}:{row.line}"


def seconds(ms: int) -> str:
    """Return a time since the start."""
    return f"+{ms / 1_000:.2f}s"


def _mark(row: Row) -> str:
    return _OK if row.ok else _FAILED


def _reason(settings: RunSettings, row: Row) -> str:
    return row.seen if row.ok else f"{place(settings, row)} expected {row.what}, seen: {row.seen}"


def _xml(text: str) -> str:
    """Return what XML can hold of a text."""
    return text.translate(_XML_CONTROLS).encode("utf-8", "replace").decode()
