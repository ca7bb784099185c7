"""The words of a recording: sentences by its silences, each recognised by itself (8.4)."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from console.audio.frames import SAMPLE_RATE, Samples
from console.audio.voice_activity import VoiceActivity, VoiceBegan
from console.sandbox.media.clips import Clip
from console.sandbox.media.excerpt import BLOCK_SAMPLES, Excerpt
from console.sandbox.media.recognisers import Reading, Recogniser, SpokenText, Utterance
from console.sandbox.media.recorder import Take
from console.sandbox.media.sentiment import sentiment_of
from console.voice.wire import encode_json

VERSION: Final = "1.0.0"
PAUSE: Final = SAMPLE_RATE * 8 // 10
"""A silence of 800 ms ends a sentence."""
_EDGE: Final = SAMPLE_RATE // 10
"""So much before and behind a voice is heard with it."""
_NO_LETTER: Final = re.compile(r"[^\w\s']+")


class NoWordsError(Exception):
    """A recording cannot be transcribed; the text says why."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said without a pause; its place in samples since the recording began."""

    begins: int
    ends: int
    reading: Reading

    def to_wire(self, *, sentiment: bool) -> dict[str, Any]:
        """Return the form of the file; times are milliseconds."""
        text = self.reading.text
        begins_ms = _ms(self.begins)
        found: dict[str, Any] = {
            "sentence": text,
            "raw_sentence": raw_sentence(text),
            "timestamp": begins_ms,
            "duration": _ms(self.ends) - begins_ms,
        }
        if sentiment:
            found["sentiment"] = sentiment_of(text)
        found["words"] = [
            {
                "word": raw_sentence(word.text),
                "start_time": begins_ms + word.begins_ms,
                "end_time": begins_ms + word.ends_ms,
                "confidence": round(word.confidence, 2),
            }
            for word in self.reading.words
        ]
        return found


async def transcribe(
    take: Take, recogniser: Recogniser, file: str, *, language: str, sentiment: bool
) -> bytes:
    """Return the JSON file of a recording's words.

    Args:
        take: The recording.
        recogniser: Finds the words.
        file: Id of the file that is made; `request_id` follows from it.
        language: Of the words (9.3).
        sentiment: Whether each sentence gets one.

    Raises:
        NoWordsError: The recogniser could not analyse the sound.
    """
    channels = []
    for track in take.tracks:
        sentences = [one async for one in _sentences(track, recogniser, language)]
        channels.append(
            {
                "duration": _ms(len(track)),
                "transcript": [one.to_wire(sentiment=sentiment) for one in sentences],
            }
        )
    request = str(uuid.uuid5(uuid.NAMESPACE_OID, file))
    return encode_json({"ver": VERSION, "request_id": request, "channels": channels})


async def _sentences(
    track: Excerpt, recogniser: Recogniser, language: str
) -> AsyncIterator[Sentence]:
    for begins, ends in await asyncio.to_thread(lambda: list(spoken_spans(track))):
        samples = await asyncio.to_thread(track.part(begins, ends).samples)
        heard = Utterance(samples, spoken_texts(track, begins, ends), language)
        found = await recogniser.recognise(heard)
        if found.error is not None:
            raise NoWordsError(found.error)
        if found.results:
            yield Sentence(begins, ends, found.results[0])


def spoken_texts(track: Excerpt, begins: int, ends: int) -> tuple[SpokenText, ...]:
    """Return the texts that are known to be spoken between two samples of an excerpt, in order."""
    found = set()
    for piece in track.pieces:
        first, last = piece.begins - track.begins, piece.ends - track.begins
        if not isinstance(piece.what, Clip) or piece.what.text is None:
            continue
        if first < ends and begins < last:
            origin_ms = _ms(piece.origin - track.begins - begins)
            found.add((origin_ms, origin_ms + piece.what.duration_ms, piece.what.text))
    return tuple(SpokenText(text, first, last) for first, last, text in sorted(found))


def spoken_spans(track: Excerpt) -> Iterator[tuple[int, int]]:
    """Yield where somebody speaks, in samples; pauses shorter than `PAUSE` do not divide."""
    first = last = -1
    for begins, ends in _voiced(track):
        if first >= 0 and begins - last >= PAUSE:
            yield max(first - _EDGE, 0), min(last + _EDGE, len(track))
            first = -1
        first = begins if first < 0 else first
        last = ends
    if first >= 0:
        yield max(first - _EDGE, 0), min(last + _EDGE, len(track))


def _voiced(track: Excerpt) -> Iterator[tuple[int, int]]:
    activity = VoiceActivity()
    began: int | None = None
    for sound in _blocks(track):
        finds = activity.feed_silence(sound) if isinstance(sound, int) else activity.feed(sound)
        for find in finds:
            if isinstance(find, VoiceBegan):
                began = find.at_sample
            elif began is not None:
                yield began, find.at_sample
                began = None
    if began is not None:
        yield began, len(track)


def _blocks(track: Excerpt) -> Iterator[Samples | int]:
    """Yield the sound of an excerpt in its order; a number is so many samples of silence."""
    for first in range(0, len(track), BLOCK_SAMPLES):
        part = track.part(first, min(first + BLOCK_SAMPLES, len(track)))
        yield part.samples() if part.pieces else len(part)


def raw_sentence(text: str) -> str:
    """Return a sentence in lower case without its marks."""
    return " ".join(_NO_LETTER.sub(" ", text.lower()).split())


def _ms(samples: int) -> int:
    return samples * 1_000 // SAMPLE_RATE
