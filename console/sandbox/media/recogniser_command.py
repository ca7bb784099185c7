"""Words found by a command of the user: it gets a WAV file and prints JSON.

The command is run without a shell for each utterance. `{wav}` in it stands for the path of a file
of 16 kHz, 16 bit, mono; without it the file comes on its standard input. In its environment are
`VOICE_LANGUAGE` (a tag of 9.3) and `VOICE_CONTEXT` (a JSON list of hints). It prints
`{"results": [{"text": "...", "confidence": 0.9}]}`, where a result may have `words`, each with
`word`, `start_time` and `end_time` in milliseconds, and `confidence`.
"""

import asyncio
import contextlib
import io
import os
import shlex
import shutil
import signal
import tempfile
import wave
from pathlib import Path
from typing import Final

import msgspec

from console.audio.frames import SAMPLE_RATE, Samples, to_bytes
from console.sandbox.media.recognisers import (
    NotAnalysedError,
    Reading,
    RecogniserError,
    Utterance,
    Word,
)

WAV: Final = "{wav}"
PATIENCE_S: Final = 30.0
"""A command that takes longer is stopped."""
AT_ONCE: Final = 4
"""So many commands run at the same time; the others wait."""
_LAST_WORDS: Final = 300


class _SaidWord(msgspec.Struct):
    word: str
    start_time: int
    end_time: int
    confidence: float | None = None


class _SaidResult(msgspec.Struct):
    text: str
    confidence: float | str = 1.0
    words: list[_SaidWord] = []


class _Said(msgspec.Struct):
    results: list[_SaidResult]


class CommandWords:
    """Asks a command.

    Args:
        line: The command line, quoted as for a shell.
        patience_s: How long one run may take.

    Raises:
        RecogniserError: It is empty, badly quoted, or there is no such program.
    """

    def __init__(self, line: str, patience_s: float = PATIENCE_S) -> None:
        try:
            self._words = shlex.split(line)
        except ValueError as error:
            raise RecogniserError(f"The recogniser's command is badly quoted: {error}.") from error
        if not self._words:
            raise RecogniserError("Name the recogniser's command after `command:`.")
        if shutil.which(self._words[0]) is None:
            raise RecogniserError(f"The recogniser's program {self._words[0]!r} was not found.")
        self._patience_s = patience_s
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def find(self, heard: Utterance) -> tuple[Reading, ...]:
        """Run the command and return what it printed.

        Raises:
            NotAnalysedError: It failed, took too long, or printed something else.
        """
        context = msgspec.json.encode(heard.context).decode()
        env = os.environ | {"VOICE_LANGUAGE": heard.language, "VOICE_CONTEXT": context}
        sound = wav_of(heard.samples)
        async with self._turn:
            if not any(WAV in word for word in self._words):
                return _readings(await self._run(self._words, env, sound))
            folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="voice-console-words-")
            try:
                path = Path(folder, "speech.wav")
                await asyncio.to_thread(path.write_bytes, sound)
                words = [word.replace(WAV, str(path)) for word in self._words]
                return _readings(await self._run(words, env, b""))
            finally:
                await asyncio.to_thread(shutil.rmtree, folder)

    async def close(self) -> None:
        """Do nothing: a command ends with its utterance."""

    async def _run(self, words: list[str], env: dict[str, str], sound: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        starting = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *words, stdin=pipe, stdout=pipe, stderr=pipe, env=env, start_new_session=True
            )
        )
        try:
            process = await asyncio.shield(starting)
        except OSError as error:
            raise NotAnalysedError(f"{words[0]} cannot be run: {error}") from error
        except asyncio.CancelledError:
            # It may run already and have started others: only its group ends them all.
            with contextlib.suppress(OSError):
                await _end(await starting)
            raise
        try:
            async with asyncio.timeout(self._patience_s):
                printed, complaint = await process.communicate(sound)
        except TimeoutError as error:
            raise NotAnalysedError(f"{words[0]} took longer than {self._patience_s:g} s") from error
        finally:
            if process.returncode is None:
                await _end(process)
        if process.returncode:
            last = complaint.decode(errors="replace").strip()[-_LAST_WORDS:]
            raise NotAnalysedError(f"{words[0]} ended with {process.returncode}: {last}")
        return printed


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a command with all it started: it leads a group of its own."""
    os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()


def wav_of(samples: Samples) -> bytes:
    """Return a WAV file of 16 kHz, 16 bit, mono."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(to_bytes(samples))
    return target.getvalue()


def _readings(printed: bytes) -> tuple[Reading, ...]:
    try:
        said = msgspec.json.decode(printed, type=_Said)
        return tuple(_reading(result) for result in said.results)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise NotAnalysedError(f"the command did not print the JSON asked for: {error}") from error


def _reading(result: _SaidResult) -> Reading:
    confidence = float(result.confidence)
    words = tuple(
        Word(
            said.word,
            said.start_time,
            said.end_time,
            confidence if said.confidence is None else said.confidence,
        )
        for said in result.words
    )
    return Reading(result.text, confidence, words)
