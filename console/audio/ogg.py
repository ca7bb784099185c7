"""The serial number of an OGG stream: encoders draw it by lot; one that is given does not change.

Each page carries the number and a checksum (RFC 3533). The checksum is linear, so that it is
corrected for the changed bytes alone, without a look at the rest of the page.
"""

import struct
from functools import lru_cache
from typing import BinaryIO, Final

_HEADER: Final = 27
_SERIAL: Final = 14
_POLYNOMIAL: Final = 0x104C11DB7
_LAST: Final = 1 << 32


def set_serial(file: BinaryIO, serial: int, begins: int = 0) -> None:
    """Give every page of an OGG file from `begins` on this serial number, in its place.

    Raises:
        ValueError: There is something else than pages.
    """
    file.seek(begins)
    while header := file.read(_HEADER):
        if len(header) < _HEADER or header[:4] != b"OggS":
            raise ValueError("this is no OGG file")
        segments = file.read(header[-1])
        before, checksum = struct.unpack_from("<I4xI", header, _SERIAL)
        size = _HEADER + len(segments) + sum(segments)
        changed = struct.unpack(">I", struct.pack("<I", before ^ serial))[0]
        # The changed bytes are followed by so many that are the same, which count as zeros.
        shift = _power(8 * (size - _SERIAL - 4) + 32)
        file.seek(begins + _SERIAL)
        file.write(struct.pack("<I", serial))
        file.seek(4, 1)
        file.write(struct.pack("<I", checksum ^ _product(changed, shift)))
        begins += size
        file.seek(begins)


def _product(one: int, other: int) -> int:
    """Multiply two polynomials over GF(2), modulo that of the checksum."""
    found = 0
    while other:
        if other & 1:
            found ^= one
        other >>= 1
        one <<= 1
        if one & _LAST:
            one ^= _POLYNOMIAL
    return found


@lru_cache(maxsize=4_096)
def _power(exponent: int) -> int:
    """Return x to this power, modulo the polynomial of the checksum."""
    found, square = 1, 2
    while exponent:
        if exponent & 1:
            found = _product(found, square)
        square = _product(square, square)
        exponent >>= 1
    return found
