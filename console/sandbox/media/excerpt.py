"""Sound that was gathered from the score and can be rendered, also in another thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.frames import FRAME_SAMPLES, SAMPLE_RATE, Samples
from console.sandbox.media.clips import Clip
from console.sandbox.media.tape import Chunk

BLOCK_SAMPLES: Final = 30 * SAMPLE_RATE
"""What is rendered at a time: an excerpt of hours takes no more memory than this."""
_LOUDEST: Final = 32_767
_LOWEST: Final = -32_768


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound between two positions (samples at 16 kHz since 1970) that is not changed any more.

    Attributes:
        begins: The first position where it sounds.
        ends: The one behind the last.
        origin: Where the first round of a clip begins or began.
        what: A clip, played over and over again, or a stretch of live sound.
        gain: What the samples of a clip are multiplied by.
    """

    begins: int
    ends: int
    origin: int
    what: Clip | Chunk
    gain: float = 1.0

    def within(self, begins: int, ends: int) -> "Piece":
        """Return what of it lies between two positions."""
        if begins <= self.begins and self.ends <= ends:
            return self
        return Piece(
            max(begins, self.begins), min(ends, self.ends), self.origin, self.what, self.gain
        )

    @property
    def sounds(self) -> bool:
        """Whether anything is heard of it; live sound counts, whatever it is."""
        return not isinstance(self.what, Clip) or self.what.sounds

    def copied(self, begins: int, target: Samples) -> bool:
        """Fill `target` from a position on, where that is a mere copy; tell whether it was."""
        ends = begins + len(target)
        if self.begins > begins or self.ends < ends:
            return False
        if isinstance(self.what, Chunk):
            target[:] = self.what.read(begins, ends)
            return True
        clip = self.what.samples
        first = (begins - self.origin) % (-(-len(clip) // FRAME_SAMPLES) * FRAME_SAMPLES)
        if self.gain != 1.0 or first + len(target) > len(clip):
            return False
        target[:] = clip[first : first + len(target)]
        return True

    def samples(self) -> Samples | NDArray[np.int32]:
        """Return its sound; with a gain in 32 bit, for it may be louder than 16 bit can be."""
        if isinstance(self.what, Chunk):
            return self.what.read(self.begins, self.ends)
        clip = self.what.samples
        period = -(-len(clip) // FRAME_SAMPLES) * FRAME_SAMPLES
        first, count = (self.begins - self.origin) % period, self.ends - self.begins
        if first + count <= len(clip):
            found = clip[first : first + count]
        else:
            rounds = -(-(first + count) // period)
            whole = np.zeros(period, dtype=np.int16)
            whole[: len(clip)] = clip
            found = np.tile(whole, rounds)[first : first + count]
        if self.gain == 1.0:
            return found
        return np.asarray(np.rint(found * self.gain), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What sounds between two positions: the sum of its pieces, saturating."""

    begins: int
    ends: int
    pieces: tuple[Piece, ...]

    def __len__(self) -> int:
        return self.ends - self.begins

    def part(self, first: int, last: int) -> "Excerpt":
        """Return what lies between two of its samples, counted from its beginning."""
        begins, ends = self.begins + first, self.begins + last
        here = [one for one in self.pieces if one.begins < ends and begins < one.ends]
        return Excerpt(begins, ends, tuple(here))

    def samples(self) -> Samples:
        """Return all of it."""
        return render(self.pieces, self.begins, self.ends)

    def blocks(self, size: int = BLOCK_SAMPLES) -> Iterator[Samples]:
        """Yield all of it in blocks of `size` samples; the last one may be shorter."""
        for first in range(0, len(self), size):
            yield self.part(first, min(first + size, len(self))).samples()


def render(pieces: Sequence[Piece], begins: int, ends: int) -> Samples:
    """Return the saturating sum of `pieces` between two positions.

    Where pieces do not overlap they are copied; where they do, they are summed in 32 bit.
    """
    sound = np.zeros(max(ends - begins, 0), dtype=np.int16)
    for group in _overlapping(pieces, begins, ends):
        first, last = group[0].begins, max(piece.ends for piece in group)
        for block in range(first, last, BLOCK_SAMPLES):
            until = min(block + BLOCK_SAMPLES, last)
            target = sound[block - begins : until - begins]
            here = [one.within(block, until) for one in group]
            _add([one for one in here if one.begins < one.ends], target, block)
    return sound


def _add(pieces: Sequence[Piece], target: Samples, begins: int) -> None:
    """Write the saturating sum of `pieces` to where they sound within `target`."""
    if len(pieces) == 1 and pieces[0].gain == 1.0:
        (piece,) = pieces
        target[piece.begins - begins : piece.ends - begins] = piece.samples()
        return
    total = np.zeros(len(target), dtype=np.int32)
    for piece in pieces:
        total[piece.begins - begins : piece.ends - begins] += piece.samples()
    target[:] = np.clip(total, _LOWEST, _LOUDEST)


def _overlapping(pieces: Sequence[Piece], begins: int, ends: int) -> Iterator[list[Piece]]:
    """Yield the pieces between two positions, those together that overlap."""
    group: list[Piece] = []
    reach = begins
    inside = (one.within(begins, ends) for one in pieces)
    for piece in sorted((one for one in inside if one.begins < one.ends), key=_begins):
        if group and piece.begins >= reach:
            yield group
            group = []
        group.append(piece)
        reach = max(reach, piece.ends)
    if group:
        yield group


def _begins(piece: Piece) -> int:
    return piece.begins
