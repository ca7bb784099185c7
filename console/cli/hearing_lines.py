"""What is heard, line by line: as JSON, or one line a second for people."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from console.clock import Clock
from console.listening.ear import EVERY_MS
from console.tui.meters import meter
from console.voice.times import format_timestamp

if TYPE_CHECKING:
    from console.listening.session import Session

_A_SECOND = 1_000 // EVERY_MS


class HearingLines:
    """Tells what is new of one session.

    Args:
        session: What is listened to.
        as_json: JSON lines, ten a second.
        clock: What time it is.
    """

    def __init__(self, session: "Session", *, as_json: bool, clock: Clock) -> None:
        self._session = session
        self._json = as_json
        self._clock = clock
        self._levels = 0
        self._heard = self._told = 0
        self._state = ""

    def news(self) -> Iterator[str]:
        """Yield the lines since the last call."""
        session = self._session
        state = f"{session.state.value}: {session.note}"
        if state != self._state and self._json:
            yield self._line(state=session.state.value, note=session.note)
        self._state = state
        yield from self._keys()
        measured = session.ear.measured
        new, self._levels = measured - self._levels, measured
        levels = list(session.ear.levels)[-new:] if new else []
        if self._json:
            yield from (self._level(level) for level in levels)
        elif measured // _A_SECOND != (measured - new) // _A_SECOND:
            yield self._words()

    def _keys(self) -> Iterator[str]:
        session = self._session
        heard, told = session.ear.keys_count, session.keys_told_count
        if self._json:
            new = session.ear.keys[len(session.ear.keys) - (heard - self._heard) :]
            yield from (self._line(digit=digit, by="sound") for digit in new)
            new = session.told_keys[len(session.told_keys) - (told - self._told) :]
            yield from (self._line(digit=digit, by="platform") for digit in new)
        self._heard, self._told = heard, told

    def _level(self, level: float) -> str:
        session = self._session
        one_way = session.sides.found
        return self._line(
            level_db=level,
            silent_ms=session.ear.silent_ms,
            clipped=round(session.ear.clipped, 4),
            frames=session.frames_in,
            missing=session.frames_missing,
            wrong=session.frames_wrong,
            one_way=None
            if one_way is None
            else {"heard": one_way.heard, "silent": one_way.silent, "ms": one_way.ms},
        )

    def _words(self) -> str:
        session = self._session
        levels = list(session.ear.levels)[-_A_SECOND:]
        parts = [
            f"{int(session.seconds) // 60:02d}:{int(session.seconds) % 60:02d}",
            f"{max(levels):6.1f} dB",
            meter(levels, _A_SECOND),
        ]
        keys = session.ear.keys or session.told_keys
        if keys:
            parts.append(f"keys {keys}")
        return "  ".join([*parts, *session.badges])

    def _line(self, **facts: Any) -> str:
        at = format_timestamp(self._clock.now_ns() // 1_000_000)
        return json.dumps({"at": at, **facts}, ensure_ascii=True)
