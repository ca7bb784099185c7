"""The local sound card, by `miniaudio` (extra `listen`); imported when somebody listens."""

import ctypes
import sys
from collections.abc import Callable, Generator, Sequence
from typing import Any, Final, Protocol

from console.audio.frames import SAMPLE_RATE

CARD_MS: Final = 60
"""What the sound card keeps for itself."""

Pull = Callable[[int], bytes]
"""Gives so many bytes of 16 kHz mono, at once."""

_quiet: list[Any] = []


class NoSpeakers(Exception):
    """Nothing can be played here; the text says why."""


class Output(Protocol):
    """Something that plays."""

    name: str
    delay_ms: int
    """How far what it plays is behind what it took."""

    def start(self, pull: Pull) -> None:
        """Play what `pull` gives, on a thread of its own."""

    def close(self) -> None:
        """Stop."""


class MiniaudioOutput:
    """A playback device.

    Args:
        backends: Names of `miniaudio.Backend`; those that play on this system when not given.

    Raises:
        NoSpeakers: The extra is not installed, or there is no device.
    """

    def __init__(self, backends: Sequence[str] = ()) -> None:
        try:
            import miniaudio
        except ImportError:
            raise NoSpeakers(
                "speakers need the extra: pip install 'voice-console[listen]'"
            ) from None
        _hush_alsa()
        # Never NULL and never JACK by themselves: the one plays nothing and says it does, the
        # other writes to the terminal that it is not there.
        names = backends or ("WASAPI", "COREAUDIO", "PULSEAUDIO", "ALSA", "SNDIO", "OSS")
        wanted = [miniaudio.Backend[name] for name in names]
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=SAMPLE_RATE,
                buffersize_msec=CARD_MS,
                backends=wanted,
                app_name="voice-console",
            )
        except miniaudio.MiniaudioError:
            raise NoSpeakers("no sound device") from None
        self.name: str = self._device.backend
        self.delay_ms = CARD_MS

    def start(self, pull: Pull) -> None:
        """Play what `pull` gives, on a thread of the library."""
        self._device.start(_feed(pull))

    def close(self) -> None:
        """Stop and let go of the device."""
        self._device.close()


def _feed(pull: Pull) -> Generator[bytes, int, None]:
    # The library wants a generator that stands at its first yield.
    def give() -> Generator[bytes, int, None]:
        count = yield b""
        while True:
            count = yield pull(count * 2)

    running = give()
    next(running)
    return running


def _hush_alsa() -> None:
    """Keep ALSA from writing to standard error, where the screen is drawn."""
    if _quiet or not sys.platform.startswith("linux"):
        return
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return
    kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
    handler = kind(lambda *_: None)
    alsa.snd_lib_error_set_handler(handler)
    _quiet.extend((alsa, handler))
