"""`voice-console ncco`: what is wrong with NCCO files, and what they do, drawn."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from console.cli.exit_codes import ExitCode
from console.text import clean
from console.voice.ncco_lint import Finding, Severity, lint_ncco

MOST_BYTES = 1 << 20
_STDIN = "-"
_FORMS = ("text", "json", "sarif")

Checked = Sequence[tuple[str, tuple[Finding, ...]]]
"""The files in the order of the command line, each with its findings."""


@click.group("ncco")
def command() -> None:
    """Work with NCCO files."""


@command.command("check")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="Lines for people, one JSON document, or SARIF 2.1.0 for tools.",
)
def check(files: tuple[str, ...], form: str) -> int:
    """Say what is wrong with each FILE, an NCCO in JSON; `-` is standard input.

    An error is what the platform refuses, a warning what it does otherwise than written, a note
    what is better said. Exit code 0: no errors. 1: errors were found. 2: wrong usage, or a file
    that cannot be read.
    """
    checked = [(name, lint_ncco(_read(name))) for name in dict.fromkeys(files)]
    match form:
        case "json":
            sys.stdout.write(_json(checked))
        case "sarif":
            from console.cli.sarif import sarif_log

            sys.stdout.write(json.dumps(sarif_log(checked), indent=2) + "\n")
        case _:
            _write_text(checked)
    errors = _count(checked)[Severity.ERROR]
    return ExitCode.REFUSED if errors else ExitCode.OK


@command.command("draw")
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--width",
    type=click.IntRange(40, 200),
    default=80,
    show_default=True,
    help="Cells of a line.",
)
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII signs only.")
def draw(file: str, width: int, ascii_only: bool) -> int:
    """Draw what FILE, an NCCO in JSON, does: what waits, what your app may change; `-` is stdin.

    Exit code 0: drawn. 1: it has errors, which `check` explains. 2: wrong usage, or a file that
    cannot be read.
    """
    from console.ladder.flow import flow_of
    from console.voice.ncco import NccoError, decode_ncco

    try:
        ncco = decode_ncco(_read(file))
    except NccoError as error:
        click.echo(f"{clean(file)} is no NCCO: {clean(error)}. Run: ncco check", err=True)
        return ExitCode.REFUSED
    for line in flow_of(ncco, width, ascii_only=ascii_only):
        click.echo(line.text)
    return ExitCode.OK


def _read(name: str) -> bytes:
    if name == _STDIN:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise click.UsageError(f"{clean(name)} is over 1 MiB; give a file that is one NCCO.")
    return raw


def _write_text(checked: Checked) -> None:
    for name, findings in checked:
        for found in findings:
            where = f"{clean(name)}:{found.place.line}:{found.place.column}"
            what = clean(f"{found.path} {found.reason}".strip())
            next_step = clean(found.next_step)
            click.echo(f"{where}: {found.severity}: {what}. {next_step} [{found.rule}]")
    counts = _count(checked)
    said = ", ".join(f"{number} {_plural(word, number)}" for word, number in counts.items())
    click.echo(f"{said} in {len(checked)} {_plural('file', len(checked))}.", err=True)


def _json(checked: Checked) -> str:
    document = {
        "files": [
            {"file": name, "findings": [_as_object(found) for found in findings]}
            for name, findings in checked
        ],
        **{f"{severity}s": number for severity, number in _count(checked).items()},
    }
    return json.dumps(document, ensure_ascii=True) + "\n"


def _as_object(found: Finding) -> dict[str, object]:
    return {
        "line": found.place.line,
        "column": found.place.column,
        "end_line": found.place.end_line,
        "end_column": found.place.end_column,
        "path": found.path,
        "severity": found.severity.value,
        "rule": found.rule,
        "reason": found.reason,
        "next": found.next_step,
    }


def _count(checked: Checked) -> dict[Severity, int]:
    every = [found.severity for _, findings in checked for found in findings]
    return {severity: every.count(severity) for severity in Severity}


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
