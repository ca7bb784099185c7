import numpy as np
import pytest

from console.audio.beep import HERTZ
from console.audio.frames import Samples, level_db, samples_of, silence
from console.audio.recital import Bleep, Manner, Part, Pause, Recital, Words
from console.audio.voicing import LONGEST_MS, TAIL_MS, voiced
from console.voice.speech import SHORTEST_MS


def noise(words: Words) -> Samples:
    """Speak as real voices do, with quiet ends: 100 ms for each character."""
    loud = np.random.default_rng(len(words.text)).normal(
        0, 2_000, samples_of(100) * len(words.text)
    )
    body = np.clip(np.where(np.abs(loud) < 40, 40, loud), -8_000, 8_000).astype(np.int16)
    return np.concatenate([silence(30), np.full(50, 7, dtype=np.int16), body, silence(70)])


def sound(*parts: Part) -> Samples:
    return voiced(Recital(parts), noise)


def ms_of(samples: Samples) -> float:
    return len(samples) / 16


def test_quiet_ends_are_cut_and_pauses_are_exact() -> None:
    assert ms_of(sound(Words("ab"))) == 200 + TAIL_MS
    found = sound(Words("ab"), Pause(1_000), Words("c"), Pause(30))
    assert ms_of(found) == 200 + 1_000 + 100 + 30
    assert not found[samples_of(200) : samples_of(1_200)].any()
    assert found[samples_of(1_200)] != 0


def test_gain_is_exact_and_saturates() -> None:
    def level(gain_db: float) -> float:
        return level_db(sound(Words("abcd", Manner(gain_db=gain_db)))[: samples_of(400)])

    for gain_db in (-12.0, -6.0, 6.0):
        assert level(gain_db) - level(0) == pytest.approx(gain_db, abs=0.05)
    assert np.abs(sound(Words("ab", Manner(gain_db=24))).astype(np.int32)).max() == 32_768
    silent = sound(Words("abcd", Manner(gain_db=-120)))
    assert ms_of(silent) == 400 + TAIL_MS
    assert not silent.any()


def test_a_bleep_is_a_tone() -> None:
    found = sound(Words("a"), Bleep(300))[samples_of(100) : samples_of(400)]
    assert int(np.abs(np.fft.rfft(found)).argmax() / 0.3) == pytest.approx(HERTZ, abs=5)


def test_nothing_is_a_short_silence_and_too_much_is_cut() -> None:
    for nothing in (
        sound(),
        sound(Pause(20)),
        voiced(Recital((Words("a"),)), lambda _: silence(9)),
    ):
        assert ms_of(nothing) == SHORTEST_MS
        assert not nothing.any()
    long = sound(Pause(LONGEST_MS - 100), Words("abc"), Words("d"))
    assert ms_of(long) == LONGEST_MS
    assert ms_of(sound(Pause(LONGEST_MS * 5))) == LONGEST_MS
