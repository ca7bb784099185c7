import numpy as np
import pytest

from console.audio.products import product


@pytest.mark.parametrize(("rows", "inner", "columns"), [(0, 3, 2), (1, 160, 232), (513, 160, 232)])
def test_a_product_of_whole_numbers_is_that_of_numpy(rows: int, inner: int, columns: int) -> None:
    chance = np.random.default_rng(7)
    left = chance.integers(-30_000, 30_000, (rows, inner)).astype(np.float64)
    right = chance.integers(-2_048, 2_048, (inner, columns)).astype(np.float64)
    assert np.array_equal(product(left, right), left @ right)
