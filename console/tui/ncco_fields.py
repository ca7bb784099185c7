"""A file of the view of NCCOs as its filter reads it."""

from types import MappingProxyType
from typing import Final

from console.journal.filter_fields import How, Key
from console.tui.ncco_files import NccoFile
from console.voice.ncco_lint import Severity

FILE_KEYS: Final = MappingProxyType(
    {
        "name": Key(How.CONTAINS, "name of the file"),
        "in": Key(How.CONTAINS, "routes, here, nccos/, config or blocks"),
        "errors": Key(How.NUMBER, "how many errors it has"),
        "warnings": Key(How.NUMBER, "how many warnings it has"),
    }
)
"""The fields of a file."""


def fields_of(file: NccoFile) -> dict[str, str | float | None]:
    """Return the fields of a file (`FILE_KEYS`); a building block is not linted."""
    counts = dict(file.counts)
    return {
        "name": file.name,
        "in": file.group,
        "errors": float(counts.get(Severity.ERROR, 0)) if file.counts else None,
        "warnings": float(counts.get(Severity.WARNING, 0)) if file.counts else None,
    }


def text_of(file: NccoFile) -> str:
    """Return what free text is looked for in."""
    return f"{file.group} {file.name} {file.note}"
