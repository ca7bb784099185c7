"""Tells the floor line by line, and does what is typed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

from console.actions.command import CommandError
from console.actions.requests import ArgsError
from console.clock import Clock
from console.config.context import Confirm, Context
from console.desk.status import DeskStatus
from console.floor.store import Store
from console.floor.views import Changes, Leg
from console.plain.line import CALLS, OWN, QUIT, YES, Typed, commands, parse_line, usage
from console.plain.pace import Pace
from console.plain.ports import StreamPort
from console.plain.sentences import News, Tone, room_words, status_words, who
from console.tasks import spawn
from console.text import clean

MOST: Final = 10
"""Lines a second; of more only how many there were."""
SETTLED_S: Final = 5.0
"""How long what was typed may take when no more comes on standard input."""
_TICK_S: Final = 1.0
_RED, _GREEN, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[0m"


class Stream:
    """One desk as lines.

    Args:
        desk: What is told of, and what acts.
        write: Takes each line, without its end.
        color: Whether the words for good and bad news are coloured, too.
        most: Lines a second.
    """

    def __init__(
        self, desk: StreamPort, write: Callable[[str], None], *, color: bool, most: int = MOST
    ) -> None:
        self._desk = desk
        self._store: Store = desk.store
        self._clock: Clock = desk.clock
        self._write = write
        self._color = color
        self._news = News(desk.store, desk.clock.now_ns() // 1_000_000)
        self._pace = Pace(most)
        self._asked: Typed | None = None
        self._started: list[str] = []
        self._trouble = ""
        self._ended = asyncio.Event()

    async def run(self, lines: AsyncIterator[str] | None) -> None:
        """Tell what happens until `end`, `quit`, or the end of what is typed.

        Args:
            lines: What is typed; None: nothing is, and it goes on until `end`.
        """
        status, context = self._desk.status, self._desk.context
        self._write(_greeting(context, status, reads=lines is not None))
        unsubscribe = self._store.subscribe(self._changed)
        ticking = spawn(self._tick(), name="plain ticks")
        reading = spawn(self._read(lines), name="plain lines") if lines is not None else None
        try:
            await self._ended.wait()
        finally:
            unsubscribe()
            ticking.cancel()
            if reading is not None:
                reading.cancel()
            self._sum_up()

    def end(self) -> None:
        """End."""
        self._ended.set()

    # --- what is told ------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        now = self._clock.now_ns()
        for sentence in self._news.of(changes):
            if self._pace.lets(sentence, now):
                self._say(sentence.text, sentence.tone)

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(_TICK_S)
            self._sum_up()
            trouble = self._desk.status.trouble
            if trouble != self._trouble:
                self._trouble = trouble
                self._say(
                    f"connection: {trouble or 'good again'}", Tone.BAD if trouble else Tone.GOOD
                )

    def _sum_up(self) -> None:
        if self._pace.holds:
            self._say(self._pace.summary(self._clock.now_ns()))

    def _say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        at = datetime.fromtimestamp(self._clock.now_ns() / 1e9).astimezone()
        line = f"{at:%H:%M:%S} {text}"
        if self._color and tone is not Tone.PLAIN:
            line = f"{_RED if tone is Tone.BAD else _GREEN}{line}{_RESET}"
        self._write(line)

    # --- what is typed -------------------------------------------------------------------------

    async def _read(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            if line.strip():
                self.entered(line)
            if self._ended.is_set():
                return
        await self._settle()
        self.end()

    async def _settle(self) -> None:
        """Wait until what was typed came to something."""
        until = self._clock.monotonic_ns() + round(SETTLED_S * 1e9)
        while self._clock.monotonic_ns() < until and any(map(self._is_open, self._started)):
            await self._clock.sleep(0.05)

    def _is_open(self, attempt: str) -> bool:
        found = self._store.floor.attempt(attempt)
        return found is None or found.open

    def entered(self, line: str) -> None:
        """Do what one line asks for, or say why not."""
        asked, self._asked = self._asked, None
        if asked is not None:
            if line.strip().lower() == YES:
                self._start(asked)
                return
            self._say(f"{asked.word}: not done")
        try:
            typed = parse_line(line, self._store.floor)
        except (CommandError, ArgsError) as error:
            self._say(f"not understood: {error}", Tone.BAD)
            return
        match typed.word:
            case word if word in OWN and typed.action is None:
                self._own(typed)
            case _:
                self._act(typed)

    def _own(self, typed: Typed) -> None:
        match typed.word:
            case w if w == QUIT:
                self.end()
            case w if w == CALLS:
                self._list()
            case _:
                self._help(typed.about)

    def _act(self, typed: Typed) -> None:
        action = typed.action
        assert action is not None
        reasons = self._desk.performer.preflight(action.id, typed.target, typed.args or {})
        if reasons:
            self._say(f"{typed.word}: cannot be done, {'; '.join(reasons)}", Tone.BAD)
        elif action.dangerous and self._desk.context.confirm is not Confirm.NEVER:
            self._asked = typed
            self._say(f"{action.label} {self._whom(typed)}? Type yes to do it.")
        else:
            self._start(typed)

    def _start(self, typed: Typed) -> None:
        action = typed.action
        assert action is not None
        attempt = self._desk.performer.start(action.id, typed.target, typed.args or {})
        self._started.append(attempt)

    def _whom(self, typed: Typed) -> str:
        if typed.target is None:
            return ""
        if self._store.floor.leg(typed.target.id) is not None:
            return who(self._store, typed.target.id)
        return room_words(self._store, typed.target.id)

    # --- lists -----------------------------------------------------------------------------------

    def _list(self) -> None:
        legs = self._store.floor.legs()
        self._write(f"{len(legs)} {'leg is' if len(legs) == 1 else 'legs are'} up.")
        for leg in legs:
            self._write(self._leg_line(leg))

    def _leg_line(self, leg: Leg) -> str:
        parts = [who(self._store, leg.uuid), status_words(leg)]
        if leg.muted:
            parts.append(f"muted ({leg.speaks.certainty.value})")
        if leg.earmuffed:
            parts.append(f"earmuffed ({leg.hears.certainty.value})")
        if leg.conversation:
            parts.append(room_words(self._store, leg.conversation))
        parts.append(f"leg {clean(leg.uuid)}")
        return ", ".join(parts)

    def _help(self, about: str) -> None:
        known = dict(commands())
        if about in known:
            self._write(usage(known[about], about))
            self._write(known[about].help)
            return
        self._write("LEG is an id, the beginning of one, or a number such as 4477*.")
        for word, action in commands():
            self._write(f"{usage(action, word)}: {action.help}")
        self._write("calls: List what is up.")
        self._write("help WORD: Say how a command is typed.")
        self._write("quit: Close; calls go on.")


def _greeting(context: Context, status: DeskStatus, *, reads: bool) -> str:
    more = " Type help for the commands." if reads else ""
    if status.receiver_url:
        return f"{clean(status.word)}: webhooks come to {clean(status.receiver_url)}.{more}"
    return f"{clean(status.word)}: {clean(context.name)}.{more}"
