"""What is seen of the text of an NCCO: findings, actions by line, and which letters are what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from console.voice.json_cursor import tokens
from console.voice.json_source import read_source
from console.voice.ncco import Ncco, NccoError, parse_ncco
from console.voice.ncco_lint import Finding, Severity, lint_ncco
from console.voice.wire import UnreadableJson, decode_json

SIGNS: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.ERROR: ("✗", "refused"),
    Severity.WARNING: ("!", "asked"),
    Severity.NOTE: ("·", "accepted"),
}
"""Sign and meaning (`console.tui.themes.MEANINGS`) of a finding."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the linter and the reader make of a text.

    Attributes:
        findings: In the order of the text.
        ncco: The script; None while it has errors.
        lines: The line, from 0, in which each action begins; empty while it is no JSON.
    """

    findings: tuple[Finding, ...] = ()
    ncco: Ncco | None = None
    lines: tuple[int, ...] = ()

    @property
    def signs(self) -> Mapping[int, Severity]:
        """The gravest finding of each line, lines from 0."""
        found: dict[int, Severity] = {}
        order = list(Severity)
        for finding in self.findings:
            line = finding.place.line - 1
            found[line] = min(found.get(line, Severity.NOTE), finding.severity, key=order.index)
        return found

    @property
    def counted(self) -> str:
        """How many findings there are, in words."""
        return counted({each: self._count(each) for each in Severity})

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def counted(counts: Mapping[Severity, int]) -> str:
    """Return numbers of findings in words: `1 error · 2 notes`."""
    said = [
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    ]
    return " · ".join(said) or "no findings"


def look_at(text: str) -> Look:
    """Return what is seen of a text. Does not raise; takes long for a long text."""
    raw = text.encode(errors="replace")
    findings = lint_ncco(raw)
    try:
        value = decode_json(raw)
    except UnreadableJson:
        return Look(findings)
    source = read_source(text)
    count = len(value) if isinstance(value, list) else 0
    lines = tuple(source.value(f"[{place}]").line - 1 for place in range(count))
    try:
        return Look(findings, parse_ncco(value), lines)
    except NccoError:
        return Look(findings, None, lines)


def colored(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of the parts of one line that are drawn in a colour."""
    for token in tokens(line):
        if token.kind == "text":
            named = line[token.end :].lstrip().startswith(":")
            yield token.start, token.end, "name" if named else "text"
        elif token.kind == "word":
            yield token.start, token.end, "word"
        else:
            yield token.start, token.end, "sign"
