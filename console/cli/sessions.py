"""`voice-console sessions`: the sessions of a journal."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.journal_option import journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.text import clean

if TYPE_CHECKING:
    from console.journal.sessions import Session


@click.command("sessions")
@select_context
@journal_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(selection: Selection, journal: Path | None, as_json: bool) -> None:
    """List the sessions of a journal, the oldest first."""
    from console.journal.sessions import list_sessions

    sessions = list_sessions(journal_path(journal, selection))
    if as_json:
        for session in sessions:
            click.echo(json.dumps(_object(session)))
        return
    row = "{:<22} {:<12} {:<20} {:>9} {:>9}  {}"
    click.echo(row.format("SESSION", "CONTEXT", "STARTED (UTC)", "LENGTH", "RECORDS", "STATE"))
    for session in sessions:
        click.echo(
            row.format(
                clean(session.name),
                clean(session.context, 12),
                _at(session.started_at)[:19],
                _length(session),
                session.records,
                clean(f"{session.state} ({session.reason})" if session.reason else session.state),
            )
        )


def _object(session: "Session") -> dict[str, object]:
    return {
        "session": session.name,
        "context": session.context,
        "version": session.version,
        "state": session.state.value,
        "reason": session.reason,
        "started_at": _at(session.started_at),
        "ended_at": None if session.ended_at is None else _at(session.ended_at),
        "first_seq": session.first_seq,
        "last_seq": session.last_seq,
        "records": session.records,
    }


def _at(nanoseconds: int) -> str:
    from console.journal.export import iso

    return iso(nanoseconds)


def _length(session: "Session") -> str:
    if session.ended_at is None:
        return "-"
    seconds = max(session.ended_at - session.started_at, 0) // 1_000_000_000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
