"""What a source sounds and when: clips that were placed, and live sound as it came."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from console.audio.frames import FRAME_SAMPLES, Samples
from console.sandbox.media.clips import Clip
from console.sandbox.media.excerpt import Piece
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
        while len(samples):
            last = self._pieces[-1] if self._pieces else None
            chunk = None if last is None or isinstance(last.what, Clip) else last.what
            if last is not None and chunk is not None and chunk.ends == last.ends >= begins:
                rest = chunk.take(samples)
                if len(rest) < len(samples):
                    self._pieces[-1] = Piece(last.begins, chunk.ends, 0, chunk)
                    self._settle(len(self._pieces) - 1)
                    samples = rest
                    continue
                begins = chunk.ends
            chunk = Chunk(tape, begins)
            samples = chunk.take(samples)
            begins = chunk.ends
            self._insert(Piece(chunk.begins, chunk.ends, 0, chunk))

    def cut(self, at: int) -> list[Clip]:
        """Let nothing sound from `at` on; return the clips that are not needed any more."""
        first = bisect_right(self._reach, at)
        kept: list[Piece] = []
        gone: list[Clip] = []
        for piece in self._pieces[first:]:
            if piece.begins < at:
                kept.append(piece.within(piece.begins, at))
            elif isinstance(piece.what, Clip):
                gone.append(piece.what)
        self._replace(first, kept)
        return gone

    def forget(self, before: int) -> list[Clip]:
        """Forget what ended before a position; return the clips that are not needed any more."""
        count = bisect_right(self._reach, before)
        gone = [piece.what for piece in self._pieces[:count] if isinstance(piece.what, Clip)]
        del self._pieces[:count], self._begins[:count], self._reach[:count]
        return gone

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

    def _replace(self, first: int, pieces: list[Piece]) -> None:
        self._pieces[first:] = pieces
        self._begins[first:] = [piece.begins for piece in pieces]
        self._reach[first:] = [0] * len(pieces)
        self._settle(first)

    def _settle(self, first: int) -> None:
        reach = self._reach[first - 1] if first else 0
        for index in range(first, len(self._pieces)):
            reach = max(reach, self._pieces[index].ends)
            self._reach[index] = reach
