import numpy as np
import pytest

from console.audio.beep import beep
from console.audio.beep_detection import Beep, BeepDetector
from console.audio.dtmf import tones
from console.audio.frames import SAMPLE_RATE, Samples, samples_of, silence
from console.audio.recital import Words
from console.audio.synthetic_voice import tones_of


def found_in(sound: Samples, block: int = 1_600) -> list[Beep]:
    detector = BeepDetector()
    blocks = [sound[at : at + block] for at in range(0, len(sound), block)]
    return [beep for part in blocks for beep in detector.feed(part)]


def with_rests(sound: Samples) -> Samples:
    return np.concatenate((silence(500), sound, silence(500)))


@pytest.mark.parametrize(("ms", "hertz"), [(100, 1_000), (400, 1_000), (600, 440), (3_000, 1_400)])
def test_a_beep_is_told_when_it_is_over(ms: int, hertz: int) -> None:
    sound = with_rests(beep(ms, hertz))
    for block in (320, 1_600, 777):
        (found,) = found_in(sound, block)
        assert abs(found.hertz - hertz) <= 25
        assert abs(found.at_sample - samples_of(500)) <= samples_of(40)
        assert abs(found.ends_sample - samples_of(500 + ms)) <= samples_of(40)


def test_what_is_no_beep() -> None:
    speech = tones_of(Words("Please leave a message after the tone"), 205.0)
    noise = np.random.default_rng(1).normal(0, 3_000, SAMPLE_RATE).astype(np.int16)
    long = beep(8_000)
    faint = np.asarray(beep(400) // 100, dtype=np.int16)
    for sound in (speech, noise, long, faint, tones("1234567890*#"), beep(40), silence(2_000)):
        assert found_in(with_rests(sound)) == []
