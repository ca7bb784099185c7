"""What a recording holds: gathered from the score at once, rendered later in another thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.audio.encoding import MOST_CHANNELS
from console.audio.files import MP3_CHANNELS, FileFormat
from console.sandbox.engine.media_effects import SaveSpeech, WriteRecording
from console.sandbox.media.excerpt import Excerpt, Piece
from console.sandbox.media.score import Score

LONGEST_MS = 4 * 3_600_000
"""No file is made longer than this: it would only cost room."""


@dataclass(frozen=True, slots=True)
class Take:
    """The sound of a file: an excerpt for each channel, all of the same length.

    Attributes:
        format: What the file is to be.
        tracks: One to 32 channels.
    """

    format: FileFormat
    tracks: tuple[Excerpt, ...]

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return len(self.tracks)

    @property
    def length(self) -> int:
        """How many samples each channel has."""
        return len(self.tracks[0])

    def spans(self) -> Sequence[tuple[int, int]]:
        """Return where something may sound, in samples from the beginning."""
        begins = self.tracks[0].begins
        return [
            (first - begins, last - begins)
            for first, last in _united(
                (piece.begins, piece.ends)
                for track in self.tracks
                for piece in track.pieces
                if piece.sounds
            )
        ]

    def render(self, first: int, last: int) -> NDArray[np.int16]:
        """Return the samples from `first` to `last`: int16 (samples, channels)."""
        sound = np.zeros((last - first, self.channels), dtype=np.int16)
        for channel, track in enumerate(self.tracks):
            if track.pieces:
                sound[:, channel] = track.part(first, last).samples()
        return sound


def take_of(score: Score, effect: WriteRecording) -> Take:
    """Gather what a recording holds (8.2).

    Mono is the tape of the conversation. Split into two, the left is what the first party says,
    as far as it is not muted, the right what it hears. Split into more, each participant has a
    channel in the order of joining, and all that are left share the last one.
    """
    begins_ms = effect.begins_ms
    ends_ms = min(max(effect.ends_ms, begins_ms), begins_ms + LONGEST_MS)

    def voice(leg: str) -> Excerpt:
        return score.following(effect.room, leg, begins_ms, ends_ms)

    if not effect.split:
        return Take(_format(effect.format), (score.listening(effect.room, begins_ms, ends_ms),))
    if effect.channels <= MP3_CHANNELS:
        both = (voice(effect.owner), score.listening(effect.owner, begins_ms, ends_ms))
        return Take(_format(effect.format), both)
    last = min(effect.channels, MOST_CHANNELS) - 1
    voices = [voice(leg) for leg in effect.participants]
    voices += [voice("")] * (last + 1 - len(voices))
    pieces: list[Piece] = [piece for one in voices[last:] for piece in one.pieces]
    rest = Excerpt(voices[last].begins, voices[last].ends, tuple(pieces))
    return Take("wav", (*voices[:last], rest))


def speech_of(score: Score, effect: SaveSpeech) -> Take:
    """Gather what the audio of a speech input holds: all that a mouth said (`saveAudio`, 6.7)."""
    begins_ms = effect.begins_ms
    ends_ms = min(max(effect.ends_ms, begins_ms), begins_ms + LONGEST_MS)
    return Take("wav", (score.saying(effect.leg, begins_ms, ends_ms),))


def _format(name: str) -> FileFormat:
    match name:
        case "mp3" | "wav" | "ogg":
            return name
        case _:
            raise ValueError(f"{name} is no format of recordings: use mp3, wav or ogg")


def _united(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in their order, those together that touch or overlap."""
    first = last = -1
    for begins, ends in sorted(spans):
        if begins > last:
            if first >= 0:
                yield first, last
            first, last = begins, ends
        last = max(last, ends)
    if first >= 0:
        yield first, last
