"""What a source sounds and when: clips that were placed, and live sound as it came."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

import numpy as np

from console.audio.frames import FRAME_SAMPLES, Samples
from console.sandbox.media.clips import Clip
from console.sandbox.media.excerpt import Piece, render
from console.sandbox.media.tape import Chunk, Tape

NEVER: Final = 1 << 60
"""The position where an endless loop ends."""


class Mouth:
    """The timeline of one source. Positions are samples at 16 kHz since 1970."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._begins: list[int] = []
        self._reach: list[int] = []
        """How far the pieces up to this one sound: what lies before need not be looked through."""
        self._growing: Chunk | None = None
        """Where live sound goes."""

    def __len__(self) -> int:
        return len(self._pieces)

    @property
    def ends(self) -> int:
        """The position behind all that sounds; 0 where nothing ever did."""
        return self._reach[-1] if self._reach else 0

    def clips(self) -> Iterator[Clip]:
        """Yield the clip of each piece that is one."""
        return (piece.what for piece in self._pieces if isinstance(piece.what, Clip))

    def place(self, clip: Clip, begins: int, loop: int, gain: float) -> int:
        """Let a clip sound `loop` times (0: for ever); return the position behind it."""
        period = -(-len(clip.samples) // FRAME_SAMPLES) * FRAME_SAMPLES
        if period == 0:
            return begins
        ends = NEVER if loop == 0 else begins + period * loop
        self._insert(Piece(begins, ends, begins, clip, gain))
        return ends

    def append(self, samples: Samples, begins: int, tape: Tape) -> None:
        """Let live sound be heard from `begins`, or behind what came before.

        Raises:
            OSError: There is no room for it.
        """
        chunk = self._growing
        if chunk is not None and begins - chunk.ends <= chunk.room:
            gap = np.zeros(max(begins - chunk.ends, 0), dtype=np.int16)
            samples = np.concatenate((gap, samples))
            samples = self._grow(chunk, samples)
            begins = chunk.ends
        while len(samples):
            self._finish()
            self._growing = chunk = Chunk(tape, begins)
            self._insert(Piece(begins, begins, 0, chunk))
            samples = self._grow(chunk, samples)
            begins = chunk.ends

    def _grow(self, chunk: Chunk, samples: Samples) -> Samples:
        rest = chunk.take(samples)
        index = bisect_right(self._begins, chunk.begins) - 1
        while index >= 0 and self._pieces[index].what is not chunk:
            index -= 1
        if index >= 0:
            self._pieces[index] = Piece(chunk.begins, chunk.ends, 0, chunk)
            self._settle(index)
        return rest

    def _finish(self) -> None:
        chunk, self._growing = self._growing, None
        if chunk is not None:
            chunk.finish()

    def cut(self, at: int) -> None:
        """Let nothing sound from `at` on.

        Raises:
            OSError: There is no room for the live sound before it.
        """
        self._finish()
        first = bisect_right(self._reach, at)
        kept = [one.within(one.begins, at) for one in self._pieces[first:] if one.begins < at]
        self._pieces[first:] = kept
        self._begins[first:] = [piece.begins for piece in kept]
        self._reach[first:] = [0] * len(kept)
        self._settle(first)

    def forget(self, before: int) -> None:
        """Forget what ended before a position."""
        count = bisect_right(self._reach, before)
        del self._pieces[:count], self._begins[:count], self._reach[:count]

    def pieces(self, begins: int, ends: int) -> list[Piece]:
        """Return what sounds between two positions, cut to them."""
        found = []
        index = bisect_left(self._begins, ends) - 1
        while index >= 0 and self._reach[index] > begins:
            piece = self._pieces[index]
            if piece.ends > begins:
                found.append(piece.within(begins, ends))
            index -= 1
        found.reverse()
        return found

    def fill(self, begins: int, target: Samples) -> bool:
        """Write what sounds from a position on into `target`; tell whether anything does."""
        ends = begins + len(target)
        last = bisect_left(self._begins, ends) - 1
        if last < 0 or self._reach[last] <= begins:
            return False
        alone = last == 0 or self._reach[last - 1] <= begins
        if not (alone and self._pieces[last].copied(begins, target)):
            target[:] = render(self.pieces(begins, ends), begins, ends)
        return True

    def whole(self, begins: int, ends: int) -> list[Piece]:
        """Return what sounds between two positions as it was placed."""
        last = bisect_left(self._begins, ends)
        first = bisect_right(self._reach, begins)
        return [piece for piece in self._pieces[first:last] if piece.ends > begins]

    def _insert(self, piece: Piece) -> None:
        index = bisect_right(self._begins, piece.begins)
        self._pieces.insert(index, piece)
        self._begins.insert(index, piece.begins)
        self._reach.insert(index, 0)
        self._settle(index)

    def _settle(self, first: int) -> None:
        reach = self._reach[first - 1] if first else 0
        for index in range(first, len(self._pieces)):
            reach = max(reach, self._pieces[index].ends)
            self._reach[index] = reach
