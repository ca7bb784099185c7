"""`voice-console recordings`: which recordings a journal tells of, and fetching one."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.account_desk import told, write_json, write_table
from console.cli.journal_option import commands_journal, journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.floor.recorded import RecordingBook, Tape

_HELP = """List the recordings of a journal, or fetch one.

A recording is fetched with the token of the context's application into the folder recordings
beside the journal. What is asked is written to a journal of its own, CONTEXT.commands.journal, so
that a console may run meanwhile.
"""


@click.command("recordings", help=_HELP)
@select_context
@journal_option
@click.option(
    "--fetch", metavar="ID", help="Fetch this recording; the beginning of its id is enough."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(selection: Selection, journal: Path | None, fetch: str | None, as_json: bool) -> None:
    """List recordings, or fetch one."""
    source = journal_path(journal, selection)
    if fetch is None:
        asyncio.run(_list(source, as_json))
    else:
        asyncio.run(_fetch(selection, source, fetch, as_json))


async def _list(source: Path, as_json: bool) -> None:
    from console.clock import SystemClock

    now_ms = SystemClock().now_ns() // 1_000_000
    tapes = (await _read(source)).tapes(now_ms)
    if as_json:
        write_json({"recordings": [tape_json(tape) for tape in tapes]})
    elif not tapes:
        click.echo("No recordings.", err=True)
    else:
        write_table(_rows(tapes, now_ms))


def _rows(tapes: "Sequence[Tape]", now_ms: int) -> "list[list[str]]":
    from console.tui.cells import span
    from console.tui.recording_facts import moment, size_words, state_words

    rows = [["BEGAN", "NUMBER", "LENGTH", "SIZE", "STATE", "TEXT", "ID"]]
    for tape in tapes:
        told_of = tape.recording
        length = tape.length_ms
        text = "fetched" if tape.words else "there" if told_of.transcription_url else "-"
        rows.append(
            [
                moment(tape.began_ms),
                tape.number or "-",
                span(length / 1000) if length is not None else "-",
                size_words(told_of.size) if told_of.size is not None else "-",
                state_words(tape, now_ms)[0],
                text,
                "-" if tape.missing else tape.key,
            ]
        )
    return rows


async def _fetch(selection: Selection, source: Path, wanted: str, as_json: bool) -> None:
    from console.actions.recording_actions import FETCHES
    from console.actions.requests import ArgsError
    from console.actions.target import Target
    from console.desk.live import RECORDINGS
    from console.desk.shell import open_shell

    tape = _find((await _read(source)).tapes(0), wanted)
    told_of = tape.recording
    args = {
        "url": "" if _there(tape.file) else told_of.url,
        "words": "" if _there(tape.words) else told_of.transcription_url or "",
    }
    if not any(args.values()) and (tape.file or tape.words):
        click.echo("It is fetched already.", err=True)
        _write(tape, as_json)
        return
    context = selection.load_told().context
    path = commands_journal(None, context.name)
    folder = source.parent / RECORDINGS
    async with open_shell(context, journal_path=path, downloads=folder) as desk:
        target = Target.recording(tape.key)
        args = {name: url for name, url in args.items() if url}
        if reasons := desk.performer.preflight(FETCHES, target, args):
            raise ArgsError(*reasons)
        told(await desk.performer.perform(FETCHES, target, args))
        written = desk.journal_path
    book = await _read(source, written)
    _write(_find(book.tapes(0), tape.key), as_json)


def _there(fetched: Any) -> bool:
    return fetched is not None and Path(fetched.file).is_file()


def _write(tape: "Tape", as_json: bool) -> None:
    if as_json:
        write_json(tape_json(tape))
        return
    for fetched in (tape.file, tape.words):
        if fetched is not None:
            click.echo(clean(fetched.file, 1_000))


async def _read(source: Path, *more: Path) -> "RecordingBook":
    """Read the journal, and what commands fetched.

    Raises:
        JournalError: The journal cannot be read.
    """
    from console.floor.recorded import RecordingBook
    from console.journal.sqlite import open_read_only

    book = RecordingBook()
    commands = source.with_name(f"{source.stem}.commands{source.suffix}")
    others = [path for path in (commands, *more) if path != source and path.exists()]
    for path in dict.fromkeys((source, *others)):
        journal = open_read_only(path)
        try:
            async for record in journal.read():
                book.take(record)
        finally:
            await journal.close()
    return book


def _find(tapes: "tuple[Tape, ...]", wanted: str) -> "Tape":
    found = [tape for tape in tapes if tape.key.startswith(wanted) and not tape.missing]
    exact = [tape for tape in found if tape.key == wanted]
    if len(exact or found) != 1:
        raise click.BadParameter(
            f"{clean(wanted)} begins the id of no recording, or of several; see:"
            " voice-console recordings",
            param_hint="--fetch",
        )
    return (exact or found)[0]


def tape_json(tape: "Tape") -> dict[str, Any]:
    """Return a recording as JSON; times are Unix milliseconds."""
    told_of = tape.recording
    return {
        "recording": None if tape.missing else tape.key,
        "leg": tape.leg,
        "conversation": told_of.conversation,
        "number": tape.number or None,
        "began_ms": tape.began_ms,
        "length_ms": tape.length_ms,
        "size": told_of.size,
        "url": told_of.url or None,
        "transcription_url": told_of.transcription_url,
        "expires_ms": None if tape.missing else tape.expires_ms,
        "lost": told_of.lost and not tape.missing,
        "missing": tape.missing,
        "file": _file_json(tape.file),
        "transcription": _file_json(tape.words),
    }


def _file_json(fetched: Any) -> dict[str, Any] | None:
    if fetched is None:
        return None
    return {
        "path": fetched.file,
        "size": fetched.size,
        "sha256": fetched.sha256,
        "content_type": fetched.content_type,
    }
