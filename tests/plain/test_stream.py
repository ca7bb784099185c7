"""The floor as lines: what changed, once, in words; what is typed is done or answered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from console.actions.command import CommandError
from console.actions.forms import NO_ARGS, Args
from console.actions.naming import NamingError
from console.actions.target import Target, TargetKind
from console.client.pacing import Gauge
from console.config.context import Confirm, Context, Frame
from console.desk.status import Connection, DeskStatus
from console.floor.fold import fold
from console.floor.store import Store
from console.journal.record import Kind, Record, Verdict
from console.plain.line import commands, parse_line, usage
from console.plain.pace import Pace
from console.plain.sentences import News, Sentence
from console.plain.stream import Stream
from tests.fake_clock import FakeClock
from tests.floor.build import T0, Scribe

A = "63f61863-4a51-4f6b-86e1-46edebcf9356"
ROOM = "CON-8f5a8f5a-0000-4000-8000-000000000001"
NUMBER = "447700900001"


def event(scribe: Scribe, status: str, ms: int, **more: object) -> Record:
    body = {
        "uuid": A,
        "conversation_uuid": ROOM,
        "status": status,
        "direction": "inbound",
        "from": NUMBER,
        "to": "442079460000",
        "timestamp": f"2026-03-01T09:00:{ms // 1000:02}.000Z",
        **more,
    }
    return scribe.post(body, ms)


def told(*records: Record) -> list[str]:
    store = Store()
    news = News(store, T0)
    found: list[str] = []
    store.subscribe(lambda changes: found.extend(each.text for each in news.of(changes)))
    for record in records:
        store.apply_all([record])
    return found


def test_a_call_is_told_once_in_words() -> None:
    scribe = Scribe()
    event(scribe, "ringing", 0)
    event(scribe, "answered", 1000)
    event(scribe, "answered", 1000)
    event(scribe, "completed", 9000, duration="8", disconnected_by="user")
    assert told(*scribe.records) == [
        f"{NUMBER}: calls 442079460000",
        f"{NUMBER}: ringing",
        f"{NUMBER}: answered",
        f"{NUMBER}: over after 8 s, hung up by user",
    ]


def test_what_was_over_before_is_no_news() -> None:
    scribe = Scribe()
    event(scribe, "completed", 0)
    store = Store()
    news = News(store, T0 + 60_000)
    assert list(news.of(store.apply_all(scribe.records))) == []


def test_failures_refusals_and_what_cannot_be_placed_are_told() -> None:
    scribe = Scribe()
    event(scribe, "busy", 0)
    scribe.post({"status": "answered"}, 10, verdict=Verdict.REFUSED)
    scribe.post({"status": "answered", "odd": "\x1b[2J"}, 20)
    said = told(*scribe.records)
    assert any(line.startswith(f"{NUMBER}: not connected, busy") for line in said)
    assert "webhook answered: refused" in said
    assert any("could not be placed" in line for line in said)
    assert all(line.isprintable() for line in said)


def test_what_cannot_be_placed_is_told_once_and_nothing_of_what_is_gone_is_kept() -> None:
    scribe = Scribe()
    store = Store()
    event(scribe, "answered", 0)
    scribe.post(b"{before", 10)
    store.apply_all(scribe.records)
    news = News(store, T0)
    found: list[str] = []
    store.subscribe(lambda changes: found.extend(each.gist for each in news.of(changes)))
    first = scribe.post(b"{first", 20)
    minutes = 60_000
    event(scribe, "completed", 50_000)
    scribe.asked("a", "leg.mute", 51_000, leg=A)
    store.apply_all(scribe.records[2:])
    for number in range(40):
        store.apply_all([scribe.post(b"{%d" % number, number * 2 * minutes), first])
    assert found.count("unplaced") == 41
    assert len(store.floor.unplaced()) < 20
    assert not store.floor.legs(live=False)
    kept = [value for value in vars(news).values() if isinstance(value, dict | set | list)]
    assert sum(map(len, kept)) == 1, "the action, which stands as it was seen last"


def test_an_action_is_asked_accepted_and_failed() -> None:
    scribe = Scribe()
    event(scribe, "answered", 0)
    meta = {"action": "leg.mute", "args": {"want": "mute"}, "target": {"kind": "leg", "id": A}}
    scribe.add(Kind.ACTION_ASKED, 10, exchange="a", leg=A, meta=meta)
    why = {"action": "leg.mute", "reason": "nobody answered"}
    scribe.add(Kind.ACTION_FAILED, 20, exchange="a", meta=why)
    assert told(*scribe.records)[-2:] == [
        f"mute {NUMBER}: asked",
        f"mute {NUMBER}: failed, nobody answered",
    ]


def test_of_many_only_how_many() -> None:
    pace = Pace(2)
    lets = [pace.lets(Sentence("x", gist), 0) for gist in ("a", "b", "c", "c", "d")]
    assert lets == [True, True, False, False, False]
    assert pace.holds
    assert not pace.lets(Sentence("x", "e"), 5_000_000_000), "in order: what is held goes first"
    assert pace.summary(5_000_000_000) == "and 4 more: 2 c, 1 d, 1 e"
    assert not pace.holds
    assert pace.lets(Sentence("x", "a"), 5_000_000_000)


# --- what is typed -------------------------------------------------------------------------------


@dataclass
class Acts:
    """Keeps what it was asked; one thing cannot be done."""

    started: list[tuple[str, Target | None, Args]] = field(default_factory=list)

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        return ("the text is too long",) if args.get("text") == "long" else ()

    def start(self, action: str, target: Target | None, args: Args = NO_ARGS) -> str:
        self.started.append((action, target, dict(args)))
        return "1"


class Desk:
    def __init__(self, confirm: Confirm = Confirm.ALWAYS) -> None:
        scribe = Scribe()
        event(scribe, "answered", 0)
        self.context = Context(name="a", frame=Frame(word="TEST", color="red"), confirm=confirm)
        self.clock = FakeClock()
        self.store = Store(fold(scribe.records))
        self.performer = Acts()
        gauge = Gauge(0, 1, 0)
        self.status = DeskStatus(
            context="a",
            word="TEST",
            color="red",
            connection=Connection.UP,
            trouble="",
            receiver_url="",
            calls=gauge,
            requests=gauge,
            events_per_second=0.0,
            recording_since=None,
        )


async def typed(desk: Desk, *lines: str) -> list[str]:
    """What is said to these lines; a time stands before what is told."""
    said: list[str] = []
    stream = Stream(desk, said.append, color=False)

    async def read() -> AsyncIterator[str]:
        for line in lines:
            yield line
        stream.end()

    async with asyncio.timeout(5):
        await stream.run(read())
    return [line[9:] if line[2:3] == ":" and line[5:6] == ":" else line for line in said[1:]]


async def test_what_is_typed_reaches_the_leg_that_was_named() -> None:
    desk = Desk()
    await typed(
        desk, f"mute {NUMBER}", "unmute 63f6", ":say 4477* style=2 hello there", "earmuff 63f6"
    )
    leg = Target.leg(A)
    assert desk.performer.started == [
        ("leg.mute", leg, {"want": "mute"}),
        ("leg.mute", leg, {"want": "unmute"}),
        ("leg.say", leg, {"style": "2", "text": "hello there"}),
        ("leg.earmuff", leg, {"want": "earmuff"}),
    ]


async def test_what_hangs_up_wants_a_yes_on_the_next_line() -> None:
    desk = Desk()
    said = await typed(desk, "hangup 4477*", "calls", "yes", "hangup 4477*", "yes")
    assert said[0] == f"hang up {NUMBER}? Type yes to do it."
    assert said[1] == "hangup: not done"
    assert "not understood: there is no :yes" in said[4]
    assert desk.performer.started == [("leg.hangup", Target.leg(A), {})]
    never = Desk(Confirm.NEVER)
    await typed(never, f"hangup {ROOM}")
    assert never.performer.started == [("leg.hangup", Target.conversation(ROOM), {})]


async def test_what_cannot_be_done_is_answered_and_nothing_is_sent() -> None:
    desk = Desk()
    said = await typed(
        desk, "say 4477* long", "mute", "mute 1234567", "pane", "quit-now", "row.down", "down"
    )
    assert said[0] == "say: cannot be done, the text is too long"
    assert said[1] == "not understood: say on what: mute LEG"
    assert said[2].startswith("not understood: nothing here is “1234567”")
    assert all(line.startswith("not understood: ") for line in said[3:])
    assert desk.performer.started == []


async def test_help_and_calls_answer_in_whole_lines() -> None:
    said = await typed(Desk(), "help", "help say", "calls", "quit", "help")
    assert any(line.startswith("mute LEG: ") for line in said)
    assert usage(dict(commands())["say"], "say") in said
    assert said[-2:] == ["1 leg is up.", f"{NUMBER}, answered, conversation {ROOM[:12]}, leg {A}"]


def test_a_line_is_a_command_or_an_error() -> None:
    floor = Desk().store.floor
    for word, action in commands():
        with suppress(CommandError):  # what takes nothing
            assert parse_line(f"{word} {NUMBER} 1", floor).action is action
        takes_nothing = action.form is None and action.target is not TargetKind.NONE
        assert not takes_nothing or parse_line(f"{word} {NUMBER}", floor).action is action
    with pytest.raises(NamingError):
        parse_line("mute 63f7", floor)


async def test_good_and_bad_are_coloured_only_where_wanted() -> None:
    desk, said = Desk(), list[str]()
    stream = Stream(desk, said.append, color=True)
    stream.entered("nonsense")
    assert said[0].startswith("\x1b[31m")
    assert said[0].endswith("\x1b[0m")
