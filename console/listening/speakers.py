"""The own speakers: on or off, how loud, and why nothing is heard."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from console.tasks import spawn

if TYPE_CHECKING:
    from console.audio.frames import Samples
    from console.listening.jitter import Jitter
    from console.listening.output import Output

STEP_DB: Final = 3
LOUDEST_DB: Final = 12
QUIETEST_DB: Final = -30


class Speakers:
    """Plays one listening at a time.

    Args:
        opens: Opens the sound card; may take its time, and raises `NoSpeakers`. `miniaudio`'s
            when not given.
        changed: Called when what is said of the speakers changed.
    """

    def __init__(
        self,
        opens: "Callable[[], Output] | None" = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.on = True
        """Whether they are wanted."""
        self.volume_db = 0
        self.trouble = ""
        """Why they do not play though they are wanted."""
        self.plays: str | None = None
        """The listening that is played."""
        self.jitter: Jitter | None = None
        """What waits to be played; None: nothing plays."""
        self._opens = opens or _sound_card
        self._changed = changed
        self._output: Output | None = None
        self._opening: asyncio.Task[None] | None = None

    @property
    def words(self) -> str:
        """How they stand, for people."""
        if not self.on:
            return "speakers off"
        if self.trouble:
            return self.trouble
        if self._output is None:
            return "speakers on"
        return f"speakers on ({self._output.name}), {self.volume_db:+d} dB"

    @property
    def delay_ms(self) -> int:
        """How far what is played is behind what came."""
        if self._output is None or self.jitter is None:
            return 0
        return self.jitter.depth_ms + self._output.delay_ms

    def turn(self, *, on: bool) -> None:
        """Switch them on or off."""
        self.on = on
        self.trouble = ""
        if on and self.plays is not None:
            self._open()
        elif not on:
            self._let_go()
        self._changed()

    def louder(self, by_db: int) -> None:
        """Change the volume, within what there is."""
        self.volume_db = max(QUIETEST_DB, min(self.volume_db + by_db, LOUDEST_DB))
        self._changed()

    def play(self, session: str | None) -> None:
        """Play this listening from now on; None: nothing."""
        if session == self.plays:
            return
        self.plays = session
        if self.jitter is not None:
            self.jitter.clear()
        if session is not None and self.on:
            self._open()
        elif session is None:
            self._let_go()

    def feed(self, session: str, samples: "Samples") -> None:
        """Take what a listening hears; it is heard if it is the one that is played."""
        if session != self.plays or self.jitter is None:
            return
        import numpy as np

        from console.audio.frames import to_bytes

        if self.volume_db:
            loud = samples.astype(np.float32) * 10 ** (self.volume_db / 20)
            samples = np.clip(loud, -32_768, 32_767).astype(np.int16)
        self.jitter.push(to_bytes(samples))

    async def close(self) -> None:
        """Let go of the sound card."""
        self.plays = None
        if self._opening is not None:
            await asyncio.wait({self._opening})
        if self._output is not None:
            output, self._output, self.jitter = self._output, None, None
            await asyncio.to_thread(output.close)

    def _open(self) -> None:
        if self._output is None and self._opening is None:
            self._opening = spawn(self._bring_up(), name="open speakers")

    async def _bring_up(self) -> None:
        from console.listening.jitter import Jitter
        from console.listening.output import NoSpeakers

        # A sound server that does not answer may hold this up, and nothing else.
        try:
            output = await asyncio.to_thread(self._opens)
        except NoSpeakers as error:
            self.trouble = str(error)
        else:
            self.jitter = Jitter()
            output.start(self.jitter.pull)
            self._output = output
        finally:
            self._opening = None
        if not self.on or self.plays is None:
            self._let_go()
        self._changed()

    def _let_go(self) -> None:
        if self._output is not None:
            output, self._output, self.jitter = self._output, None, None
            spawn(asyncio.to_thread(output.close), name="close speakers")


def _sound_card() -> "Output":
    from console.listening.output import MiniaudioOutput

    return MiniaudioOutput()
