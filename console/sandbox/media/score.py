"""The score: which source sounds what from when, and who hears which sources from when.

Sound is a function of it, rendered when somebody needs it: no mixer runs. Times are sandbox Unix
milliseconds; a change takes effect at the next boundary of a frame of 20 ms. What is told must be
told in the order in which it happens; what is asked for may lie anywhere, also ahead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.frames import (
    FRAME_MS,
    FRAME_SAMPLES,
    SAMPLE_RATE,
    Samples,
)
from console.sandbox.media.clips import Clip
from console.sandbox.media.ears import NOBODY, Ear, Room
from console.sandbox.media.excerpt import Excerpt, Piece
from console.sandbox.media.kept import Kept, Limits
from console.sandbox.media.mouths import NEVER, Mouth
from console.sandbox.media.tape import Tape

_PER_MS: Final = SAMPLE_RATE // 1_000
ENDLESS_MS: Final = NEVER // _PER_MS
"""When a clip ends that is played for ever."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that could be heard, wholly or partly.

    Attributes:
        source: Who said it.
        text: All that the clip says.
        from_ms: When the clip began.
        to_ms: When one round of the whole clip is over, heard or not.
        heard_ms: How much of it could be heard within the time asked for.
    """

    source: str
    text: str
    from_ms: int
    to_ms: int
    heard_ms: int


class Score:
    """The sound of all conversations of one owner. Not for several threads: see `Excerpt`.

    Args:
        limits: How much is remembered; what is over is forgotten first.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._tape = Tape()
        self._kept = Kept(limits or Limits())

    # --- what happens --------------------------------------------------------------------------

    def open(self, leg: str, at_ms: int) -> None:
        """Begin a line: the media of a leg is up, its mouth is a source of the same name."""
        self._kept.opened.setdefault(leg, at_ms)
        self._kept.mouths.setdefault(leg, Mouth())
        self._kept.ears.setdefault(leg, Ear())

    def close(self, leg: str, at_ms: int) -> None:
        """End a line: its mouth is cut, it hears nothing any more; what was stays readable."""
        if leg not in self._kept.opened or leg in self._kept.closed:
            return
        self._kept.closed[leg] = at_ms
        self.cut(leg, at_ms)
        self._kept.ears[leg].hear(NOBODY, _boundary(at_ms), None)
        self._kept.tidy(_boundary(at_ms))

    def hearing(self, rows: Mapping[str, frozenset[str]], at_ms: int) -> None:
        """Let each listener of one conversation hear its sources from the next frame on.

        A listener is a leg, or any other name: the conversation's own stands for its recording.
        """
        at = _boundary(at_ms)
        rows = {
            listener: row for listener, row in rows.items() if listener not in self._kept.closed
        }
        room = Room(rows)
        for listener, row in rows.items():
            ear = self._kept.ears.get(listener)
            if ear is None:
                ear = self._kept.ears[listener] = Ear()
            ear.hear(row, at, room)
        self._kept.tidy(_boundary(at_ms))

    def place(
        self, source: str, clip: Clip, at_ms: int, *, loop: int = 1, gain: float = 1.0
    ) -> int:
        """Let a source sound a clip and return when it is over, `ENDLESS_MS` where never.

        Clips of one source that overlap are summed. A line that is closed sounds no more.

        Args:
            source: A leg, or the id of a sound.
            clip: What it sounds; it takes whole frames.
            at_ms: When it begins; may be ahead.
            loop: How often; 0 is for ever.
            gain: What the samples are multiplied by.
        """
        begins = _boundary(at_ms)
        if source in self._kept.closed:
            return at_ms
        mouth = self._kept.mouths.get(source)
        if mouth is None:
            mouth = self._kept.mouths[source] = Mouth()
        ends = mouth.place(clip, begins, loop, gain)
        self._kept.hold(clip)
        self._kept.tidy(_boundary(at_ms))
        return ends // _PER_MS

    def cut(self, source: str, at_ms: int) -> None:
        """Let nothing of a source sound from the next frame on, what was placed ahead included."""
        mouth = self._kept.mouths.get(source)
        if mouth is not None:
            mouth.cut(_boundary(at_ms))

    def append(self, source: str, samples: Samples, at_ms: int) -> None:
        """Let live sound be said: from the next frame on, or right behind what came before.

        Raises:
            OSError: There is no room for it in the folder of temporary files.
        """
        if source in self._kept.closed:
            return
        self._kept.mouths.setdefault(source, Mouth()).append(samples, _boundary(at_ms), self._tape)
        self._kept.tidy(_boundary(at_ms))

    def forget(self, leg: str) -> None:
        """Forget a line; what others heard of it stays readable as long as they are known."""
        self._kept.forget(leg)

    def clear(self) -> None:
        """Forget everything; excerpts that were gathered can still be rendered."""
        self._kept.clear()

    def shut(self) -> None:
        """Forget everything and give back what it took; no excerpt can be rendered any more."""
        self._kept.clear()
        self._tape.close()

    # --- what is known -------------------------------------------------------------------------

    def lines(self) -> tuple[str, ...]:
        """Return the legs that are known, in the order in which they came."""
        return tuple(self._kept.opened)

    def opened_ms(self, leg: str) -> int | None:
        """Return when a line began; None where it is not known (any more)."""
        return self._kept.opened.get(leg)

    def closed_ms(self, leg: str) -> int | None:
        """Return when a line ended; None where it has not, or is not known (any more)."""
        return self._kept.closed.get(leg)

    @property
    def clip_bytes(self) -> int:
        """How many bytes the samples of all clips have that are remembered."""
        return self._kept.clip_bytes

    @property
    def pieces(self) -> int:
        """How many clips and stretches of live sound are remembered."""
        return sum(map(len, self._kept.mouths.values()))

    def row(self, listener: str, at_ms: int) -> frozenset[str]:
        """Return whom a listener hears in the frame that begins at or before `at_ms`."""
        ear = self._kept.ears.get(listener)
        return NOBODY if ear is None else ear.row_at(at_ms * _PER_MS)

    # --- what sounds ---------------------------------------------------------------------------

    def said(self, source: str, from_ms: int, to_ms: int) -> Samples:
        """Return what a source sounds between two times."""
        return self.saying(source, from_ms, to_ms).samples()

    def heard(self, listener: str, from_ms: int, to_ms: int) -> Samples:
        """Return the mix that a listener hears between two times."""
        return self.listening(listener, from_ms, to_ms).samples()

    def gated(self, listener: str, source: str, from_ms: int, to_ms: int) -> Samples:
        """Return what a listener hears of one source alone between two times."""
        return self.following(listener, source, from_ms, to_ms).samples()

    def saying(self, source: str, from_ms: int, to_ms: int) -> Excerpt:
        """Return what `said` renders, to be rendered later, in blocks or in another thread."""
        begins, ends = from_ms * _PER_MS, to_ms * _PER_MS
        mouth = self._kept.mouths.get(source)
        return Excerpt(begins, ends, tuple(mouth.pieces(begins, ends)) if mouth else ())

    def listening(self, listener: str, from_ms: int, to_ms: int) -> Excerpt:
        """Return what `heard` renders, to be rendered later, in blocks or in another thread."""
        return self._gather(listener, None, from_ms, to_ms)

    def following(self, listener: str, source: str, from_ms: int, to_ms: int) -> Excerpt:
        """Return what `gated` renders, to be rendered later, in blocks or in another thread."""
        return self._gather(listener, source, from_ms, to_ms)

    def spoken(self, listener: str, from_ms: int, to_ms: int) -> tuple[Spoken, ...]:
        """Return the texts that a listener could hear between two times, the first one first."""
        ear = self._kept.ears.get(listener)
        if ear is None:
            return ()
        return _texts(
            (source, piece, stretch.begins, stretch.ends)
            for stretch in ear.stretches(from_ms * _PER_MS, to_ms * _PER_MS)
            for source in stretch.sources
            for piece in self._whole(source, stretch.begins, stretch.ends)
        )

    def texts(self, source: str, from_ms: int, to_ms: int) -> tuple[Spoken, ...]:
        """Return the texts that a source says between two times, the first one first."""
        begins, ends = from_ms * _PER_MS, to_ms * _PER_MS
        return _texts((source, piece, begins, ends) for piece in self._whole(source, begins, ends))

    def frame(self, listeners: Sequence[str], at_ms: int) -> NDArray[np.int16]:
        """Return what listeners hear in the frame that begins at `at_ms`, rounded up.

        Returns:
            A row of 320 samples for each listener: int16, (listeners, 320).
        """
        at = _boundary(at_ms)
        heard = np.zeros((len(listeners), FRAME_SAMPLES), dtype=np.int16)
        rooms: dict[int, tuple[Room, list[int]]] = {}
        for index, listener in enumerate(listeners):
            ear = self._kept.ears.get(listener)
            if ear is None:
                continue
            room = ear.room
            if room is None or at < ear.told_from:
                room = Room({listener: ear.row_at(at)})
            rooms.setdefault(id(room), (room, []))[1].append(index)
        for room, indices in rooms.values():
            sounding, said = self._sounding(room.sources, at)
            if sounding:
                rows = tuple(room.listeners[listeners[index]] for index in indices)
                mixer = room.mixer(rows, tuple(room.sources[source] for source in sounding))
                heard[indices] = mixer.mix(said)
        return heard

    # --- inside --------------------------------------------------------------------------------

    def _sounding(self, sources: Iterable[str], at: int) -> tuple[list[str], NDArray[np.int16]]:
        """Return the sources that sound in a frame, and a row of samples for each."""
        known = [source for source in sources if source in self._kept.mouths]
        said = np.zeros((len(known), FRAME_SAMPLES), dtype=np.int16)
        found: list[str] = []
        for source in known:
            if self._kept.mouths[source].fill(at, said[len(found)]):
                found.append(source)
        return found, said[: len(found)]

    def _gather(self, listener: str, only: str | None, from_ms: int, to_ms: int) -> Excerpt:
        begins, ends = from_ms * _PER_MS, to_ms * _PER_MS
        ear = self._kept.ears.get(listener)
        pieces: list[Piece] = []
        for stretch in ear.stretches(begins, ends) if ear else ():
            for source in sorted(stretch.sources) if only is None else (only,):
                mouth = self._kept.mouths.get(source)
                if mouth is not None and source in stretch.sources:
                    pieces += mouth.pieces(stretch.begins, stretch.ends)
        return Excerpt(begins, ends, tuple(pieces))

    def _whole(self, source: str, begins: int, ends: int) -> list[Piece]:
        mouth = self._kept.mouths.get(source)
        return mouth.whole(begins, ends) if mouth else []


def _boundary(at_ms: int) -> int:
    """Return the position of the first frame that begins at or after a time."""
    return -(-at_ms // FRAME_MS) * FRAME_SAMPLES


def _texts(heard: Iterable[tuple[str, Piece, int, int]]) -> tuple[Spoken, ...]:
    """Sum up pieces of sources that were heard between two positions each."""
    found: dict[tuple[int, str, int], Spoken] = {}
    for source, piece, begins, ends in heard:
        clip = piece.what
        if not isinstance(clip, Clip) or clip.text is None:
            continue
        key = (piece.origin, source, id(clip))
        heard_ms = (min(piece.ends, ends) - max(piece.begins, begins)) // _PER_MS
        began_ms = piece.origin // _PER_MS
        before = found.get(key)
        found[key] = Spoken(
            source,
            clip.text,
            began_ms,
            began_ms + clip.duration_ms,
            heard_ms + (0 if before is None else before.heard_ms),
        )
    return tuple(found[key] for key in sorted(found))
