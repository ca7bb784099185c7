import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from console.audio.mixing import Mixer, mix


def naive(said: NDArray[np.int16], hears: NDArray[np.bool_]) -> list[list[int]]:
    """Every pair by itself, in Python's integers."""
    return [
        [
            max(-32_768, min(32_767, sum(int(said[s, n]) for s in np.flatnonzero(row))))
            for n in range(said.shape[1])
        ]
        for row in hears
    ]


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[np.bool_]:
    """Everybody hears everybody else, more or less: rows and columns that differ, single bits."""
    listeners, sources = draw(st.integers(1, 12)), draw(st.integers(0, 12))
    hears = ~np.eye(listeners, sources, dtype=np.bool_)
    if draw(st.booleans()):
        hears = np.random.default_rng(draw(st.integers(0, 9999))).random(
            (listeners, sources)
        ) < draw(st.floats(0, 1))
    for row in draw(st.sets(st.integers(0, listeners - 1), max_size=3)):
        hears[row] = draw(st.booleans())
    if sources:
        for column in draw(st.sets(st.integers(0, sources - 1), max_size=3)):
            hears[:, column] = draw(st.booleans())
    return hears


@settings(max_examples=100, deadline=None)
@given(matrices(), st.integers(0, 9999), st.sampled_from([10, 2_000, 32_767]))
def test_each_hears_the_sum_of_its_sources(
    hears: NDArray[np.bool_], seed: int, loudest: int
) -> None:
    rng = np.random.default_rng(seed)
    said = rng.integers(-loudest - 1, loudest + 1, (hears.shape[1], 6)).astype(np.int16)
    heard = mix(said, hears)
    assert heard.dtype == np.int16
    assert heard.shape == (hears.shape[0], 6)
    assert heard.tolist() == naive(said, hears)


@pytest.mark.parametrize("loud", [-32_768, 32_767])
@pytest.mark.parametrize("legs", [2, 600])
def test_a_mix_is_limited_not_wrapped(legs: int, loud: int) -> None:
    said = np.full((legs, 3), loud, dtype=np.int16)
    assert np.all(mix(said, ~np.eye(legs, dtype=np.bool_)) == loud)
    # Half of them are heard by everybody: rows that are mixed on their own.
    half = np.arange(legs) % 2 == np.arange(legs)[:, None] % 3
    assert mix(said, half).tolist() == naive(said[:, :1].repeat(3, axis=1), half)


def test_what_is_too_loud_on_the_way_comes_back() -> None:
    said = np.array([[32_767], [32_767], [-32_768], [-32_766]], dtype=np.int16)
    assert mix(said, np.ones((1, 4), dtype=np.bool_)).tolist() == [[0]]


def test_a_mixer_is_used_for_every_frame_until_the_matrix_changes() -> None:
    mixer = Mixer(~np.eye(3, dtype=np.bool_))
    for value in (1, 100):
        said = np.array([[value], [2 * value], [4 * value]], dtype=np.int16)
        before = said.copy()
        assert mixer.mix(said).tolist() == [[6 * value], [5 * value], [3 * value]]
        assert np.array_equal(said, before)


def test_sources_that_are_not_of_the_matrix_are_refused() -> None:
    with pytest.raises(ValueError, match="2 sources for a matrix of 3"):
        Mixer(np.ones((1, 3), dtype=np.bool_)).mix(np.zeros((2, 320), dtype=np.int16))
