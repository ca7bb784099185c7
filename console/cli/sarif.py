"""Findings as a SARIF 2.1.0 log, the form that code review and editors read."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from console import __version__
from console.cli.group import PROGRAM
from console.voice.ncco_lint import RULES, Finding

VERSION: Final = "2.1.0"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_STDIN: Final = "-"


def sarif_log(checked: Sequence[tuple[str, tuple[Finding, ...]]]) -> dict[str, Any]:
    """Return one run over files, each given by its name and its findings.

    Severities are SARIF's own levels; columns count characters, the path stands as the
    logical location, the next step after the reason.
    """
    index = {name: number for number, name in enumerate(RULES)}
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "artifacts": [{"location": {"uri": artifact_uri(name)}} for name, _ in checked],
                "results": [
                    _result(found, name, artifact, index[found.rule])
                    for artifact, (name, findings) in enumerate(checked)
                    for found in findings
                ],
            }
        ],
    }


def artifact_uri(name: str) -> str:
    """Return the URI of a file as it was named; standard input is `stdin`."""
    if name == _STDIN:
        return "stdin"
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def _driver() -> dict[str, Any]:
    return {
        "name": PROGRAM,
        "version": __version__,
        "rules": [
            {
                "id": rule.name,
                "shortDescription": {"text": rule.says},
                "defaultConfiguration": {"level": rule.severity.value},
            }
            for rule in RULES.values()
        ],
    }


def _result(found: Finding, name: str, artifact: int, rule: int) -> dict[str, Any]:
    place = found.place
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": artifact_uri(name), "index": artifact},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        }
    }
    if found.path:
        location["logicalLocations"] = [{"fullyQualifiedName": found.path, "kind": "value"}]
    subject = f"{found.path} " if found.path else ""
    return {
        "ruleId": found.rule,
        "ruleIndex": rule,
        "level": found.severity.value,
        "message": {"text": f"{subject}{found.reason}. {found.next_step}"},
        "locations": [location],
    }
