"""Products of matrices that keep to one thread."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_MOST: Final = 262_144
"""Up to so many multiplications the BLAS behind numpy works by itself. Beyond it wakes a thread
for each core, and those spin for many milliseconds after each product: more than it takes."""

Numbers = NDArray[np.float64]


def product(left: Numbers, right: Numbers) -> Numbers:
    """Return `left @ right`, worked out in blocks of rows of `left`.

    Args:
        left: (rows, n).
        right: (n, columns).
    """
    rows = max(_MOST // right.size, 1)
    found = np.empty((len(left), right.shape[1]))
    for first in range(0, len(left), rows):
        np.matmul(left[first : first + rows], right, out=found[first : first + rows])
    return found
