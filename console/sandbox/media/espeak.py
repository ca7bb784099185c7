"""eSpeak NG by ctypes: text in, 16 kHz samples out.

The library (GPL-3.0-or-later) comes with the extra `speech`; nothing of it is imported before a
voice is wanted. It keeps global state, which shows in the samples of what is spoken next; so it is
loaded anew for each talk (about 5 ms), by one thread at a time.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from console.audio.frames import SAMPLE_RATE, Samples
from console.audio.voicing import LONGEST_MS

_SYNCHRONOUS: Final = 2
_BLOCK_MS: Final = 60
_DONT_EXIT: Final = 0x8000
"""Fail by a return value instead of ending the process."""
_CHARS_UTF8: Final = 1
_RATE, _PITCH = 1, 3
_SEED: Final = 1
_SLOWEST_WPM, _FASTEST_WPM = 80, 450
_HIGHEST_PITCH: Final = 99
_GAIN: Final = 0.6
"""Speech at about -24 dB of full scale: `loud` and its +6 dB still fit."""

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_one_at_a_time = threading.Lock()
"""A process has the library once, however many sandboxes it runs."""


class EspeakError(RuntimeError):
    """eSpeak NG cannot be used, or has no such voice; the text says why."""


class Stopped(Exception):
    """Speaking was stopped from outside."""


@dataclass(frozen=True, slots=True)
class EspeakFiles:
    """Where the library and its data are."""

    library: str
    data: str


def find_espeak() -> EspeakFiles | None:
    """Return where eSpeak NG is, None where the extra `speech` is not installed.

    Raises:
        EspeakError: It is installed, but not whole.
    """
    if find_spec("espeakng_loader") is None:
        return None
    import espeakng_loader

    try:
        return EspeakFiles(espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    except RuntimeError as error:
        raise EspeakError(f"the data of eSpeak NG is missing: {error}") from error


class Espeak:
    """The library as it was just loaded; only within `loaded`."""

    def __init__(self, library: ctypes.CDLL, rate: int) -> None:
        self._library = library
        self._rate = rate

    def read(
        self, text: str, voice: str, *, wpm: float, pitch: float, stopped: Callable[[], bool]
    ) -> Samples:
        """Return the sound of plain text, about 10 minutes at most, with silence at its ends.

        Args:
            text: Without control characters.
            voice: Identifier and variant, as `gmw/en-US+f2`.
            wpm: Words a minute, 80 to 450; beyond, these.
            pitch: 0 to 99, 50 is the voice's own; beyond, these.
            stopped: Asked after each 60 ms of sound.

        Raises:
            EspeakError: There is no such voice, or the library failed.
            Stopped: `stopped` was true.
        """
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise EspeakError(f"eSpeak NG has no voice {voice}")
        self._library.espeak_SetParameter(_RATE, _within(wpm, _SLOWEST_WPM, _FASTEST_WPM), 0)
        self._library.espeak_SetParameter(_PITCH, _within(pitch, 0, _HIGHEST_PITCH), 0)
        blocks: list[NDArray[np.int16]] = []
        left = self._rate * LONGEST_MS // 1_000
        ended = False

        def take(block: int | None, count: int, _events: int) -> int:
            nonlocal ended, left
            if block is not None and count > 0:
                blocks.append(np.frombuffer(ctypes.string_at(block, count * 2), dtype=np.int16))
                left -= count
            ended = ended or stopped()
            return int(ended or left <= 0)

        callback = _Callback(take)
        self._library.espeak_SetSynthCallback(callback)
        raw = text.encode("utf-8", "replace")
        failed = self._library.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, _CHARS_UTF8, None, None)
        if ended:
            raise Stopped
        if failed and left > 0:
            raise EspeakError(f"eSpeak NG failed with status {failed}")
        if not blocks:
            return np.zeros(0, dtype=np.int16)
        sound = np.concatenate(blocks).astype(np.float32)
        resampled = soxr.resample(sound, self._rate, SAMPLE_RATE) * _GAIN
        return np.asarray(np.clip(np.round(resampled), -32_768, 32_767), dtype=np.int16)


@contextmanager
def loaded(files: EspeakFiles) -> Iterator[Espeak]:
    """Load the library while the block runs; another thread that wants it waits.

    Raises:
        EspeakError: It cannot be loaded or started.
    """
    with _one_at_a_time:
        try:
            library = ctypes.CDLL(files.library)
        except OSError as error:
            raise EspeakError(f"eSpeak NG cannot be loaded: {error}") from error
        try:
            library.espeak_SetSynthCallback.argtypes = [_Callback]
            rate = library.espeak_Initialize(
                _SYNCHRONOUS, _BLOCK_MS, files.data.encode(), _DONT_EXIT
            )
            if rate <= 0:
                raise EspeakError(f"eSpeak NG cannot be started with the data in {files.data}")
            # It seeds the flutter of its voices by the time of day.
            library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
            try:
                yield Espeak(library, rate)
            finally:
                library.espeak_Terminate()
        finally:
            # ctypes never unloads; what stays loaded would keep its state.
            ctypes.CDLL(None).dlclose(ctypes.c_void_p(library._handle))


def _within(value: float, lowest: int, highest: int) -> int:
    return min(max(round(value), lowest), highest)
