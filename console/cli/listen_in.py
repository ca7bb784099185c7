"""`voice-console listen-in`: hear a call without a screen, as figures and as a WAV file."""

import asyncio
import dataclasses
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from console.cli.journal_option import commands_journal, journal_option
from console.cli.selection import Selection, select_context
from console.tasks import spawn
from console.text import clean

if TYPE_CHECKING:
    from console.actions.outcome import Outcome
    from console.actions.target import Target
    from console.config.context import Context
    from console.desk import Desk

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LEARN_S = 2.0
"""How long what is asked for may take into the floor."""


@dataclasses.dataclass(frozen=True)
class _Wish:
    target: str
    seconds: float | None
    wav: Path | None
    as_json: bool
    play: bool
    unnamed: str | None


@click.command("listen-in")
@click.argument("target", metavar="LEG|CONVERSATION")
@select_context
@journal_option
@click.option("--seconds", type=click.FloatRange(0.1), metavar="N", help="Leave after so long.")
@click.option(
    "--wav",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where what is heard is written; without it a new file beside the journal.",
)
@click.option("--play", is_flag=True, help="On the own speakers as well.")
@click.option("--host", metavar="ADDRESS", help="Address the platform's socket comes to.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port; 0 takes a free one.")
@click.option(
    "--unnamed",
    type=click.Choice(["join", "move"]),
    help="Where the call is in no named conversation: join it by its id, or move its legs first.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON lines: levels, keys, states.")
def command(
    selection: Selection,
    target: str,
    journal: Path | None,
    seconds: float | None,
    wav: Path | None,
    play: bool,
    host: str | None,
    port: int | None,
    unnamed: str | None,
    as_json: bool,
) -> None:
    """Listen to a leg, or to a conversation by its id or its name; nobody hears you.

    The console joins as a WebSocket leg (`canSpeak: []`), so the platform must reach it:
    `receiver.public_url`, or a sandbox. Ends with the call, after --seconds, or by Ctrl-C, and
    hangs up its own leg. Levels and keys go to standard output.
    """
    if wav is not None and wav.exists():
        raise click.UsageError(f"{clean(wav)} is there already; name a new file.")
    overrides = {"receiver.host": host, "receiver.port": port}
    context = selection.load_told(overrides).context
    if context.is_sandbox and port is None:
        # A console that is open on it holds the port of the context.
        context = dataclasses.replace(context, receiver=structs.replace(context.receiver, port=0))
    wish = _Wish(target, seconds, wav, as_json, play, unnamed)
    asyncio.run(_listen(context, commands_journal(journal, context.name), wish))


async def _listen(context: "Context", path: Path, wish: _Wish) -> None:
    from console.actions.outcome import ActionError, Stage
    from console.desk import open_desk

    ended = asyncio.Event()
    for number in _ENDING:
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with open_desk(context, journal_path=path, point_webhooks=False) as desk:
        desk.listening.speakers.on = wish.play
        desk.listening.said = _narrate
        monitor = desk.performer.monitor
        assert monitor is not None, "an open desk has a receiver"
        monitor.file = wish.wav
        target = await _find(desk, wish.target)
        _narrate(f"Listening to {clean(wish.target, 60)} …")
        outcome = await _begin(desk, target, wish)
        if outcome.stage is Stage.FAILED:
            raise ActionError(outcome.reason, outcome.error)
        await _hear(desk, outcome.attempt, wish, ended)


async def _find(desk: "Desk", text: str) -> "Target | None":
    """Return what is meant; None: a conversation of this name, which nobody has told of yet."""
    from console.actions.target import Target
    from console.client.errors import VoiceError

    await _remember(desk)
    floor = desk.store.floor
    if desk.sandbox is not None:
        await desk.sandbox.legs()
    elif floor.leg(text) is None and not text.startswith("CON-"):
        # It may be a name, and then there is no such leg.
        with suppress(VoiceError):
            await desk.client.read(text)

    def known() -> "Target | None":
        if floor.leg(text) is not None:
            return Target.leg(text)
        for branch in floor.tree():
            room = branch.conversation
            if text in (room.uuid, room.name):
                return Target.conversation(room.uuid)
        return None

    await _until(desk, lambda: known() is not None, _LEARN_S)
    found = known()
    if found is None and text.startswith("CON-"):
        raise click.UsageError(f"Nothing is known of the conversation {clean(text, 60)}.")
    return found


async def _remember(desk: "Desk") -> None:
    """Learn what the context's own journal knows: names above all, which no API tells."""
    from console.config.paths import journal_file
    from console.journal.record import JournalError
    from console.journal.sqlite import open_read_only

    path = journal_file(desk.context.name)
    if not path.exists():
        return
    try:
        kept = open_read_only(path)
    except JournalError:
        return
    try:
        async for record in kept.read():
            desk.store.floor.apply(record)
    finally:
        await kept.close()


async def _begin(desk: "Desk", target: "Target | None", wish: _Wish) -> "Outcome":
    from console.actions.listening_plan import must_first, plan
    from console.actions.requests import ArgsError

    args = {"want": "listen"}
    if target is None:
        return await desk.performer.listen_to(wish.target)
    if why := desk.performer.preflight("leg.listen", target, {**args, "prepare": "move"}):
        raise ArgsError(*why)
    floor = desk.store.floor
    moving = plan(floor, target, desk.listening)
    if moving.move:
        for line in must_first(moving, lambda leg: floor.who(leg) or leg):
            _narrate(line)
        if wish.unnamed is None:
            raise click.UsageError("Give --unnamed join, or --unnamed move.")
        args["prepare"] = wish.unnamed
    return await desk.performer.perform("leg.listen", target, args)


async def _hear(desk: "Desk", session_id: str, wish: _Wish, ended: asyncio.Event) -> None:
    from console.cli.hearing_lines import HearingLines
    from console.listening.aim import State

    session = desk.listening.sessions[session_id]
    lines = HearingLines(session, as_json=wish.as_json, clock=desk.clock)
    news = asyncio.Event()
    leave = desk.listening.subscribe(news.set)
    stop = spawn(ended.wait(), name="wait for the end")
    try:
        while True:
            for line in lines.news():
                sys.stdout.write(line + "\n")
            sys.stdout.flush()
            enough = wish.seconds is not None and session.seconds >= wish.seconds
            if enough or ended.is_set() or session.state is State.ENDED:
                break
            news.clear()
            waits = spawn(news.wait(), name="wait for sound")
            await asyncio.wait({waits, stop}, return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()
    finally:
        leave()
        stop.cancel()
    monitor = desk.performer.monitor
    assert monitor is not None
    await monitor.leave_all("left")
    for line in lines.news():
        sys.stdout.write(line + "\n")
    kept = (
        session.tape.trouble
        or f"{session.tape.written_samples / 16_000:.1f} s in {session.tape.path}"
    )
    _narrate(f"Heard {session.seconds:.1f} s ({session.note}); {kept}")


async def _until(desk: "Desk", holds: Callable[[], bool], seconds: float) -> None:
    changed = asyncio.Event()
    leave = desk.store.subscribe(lambda _: changed.set())
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not holds():
                changed.clear()
                await changed.wait()
    leave()


def _narrate(sentence: str) -> None:
    click.echo(clean(sentence, 400), err=True)
