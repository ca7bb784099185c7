import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.dtmf import FREQUENCIES, tone, tones
from console.audio.dtmf_detection import DtmfDetector, KeyDown, KeyFind, KeyUp
from console.audio.frames import FRAME_SAMPLES, SAMPLE_RATE, Samples, frames, samples_of, silence
from tests.audio import keys_and_noise as made
from tests.audio.keys_and_noise import Pressed, to_samples


def finds(sound: Samples) -> list[KeyFind]:
    return DtmfDetector().feed(sound)


def digits(sound: Samples) -> str:
    return "".join(find.digit for find in finds(sound) if isinstance(find, KeyDown))


def found(sound: Samples, pressed: list[Pressed]) -> tuple[int, int]:
    """Return how many of the keys were found once and rightly, and how many other finds are."""
    downs = [find for find in finds(sound) if isinstance(find, KeyDown)]
    right = taken = 0
    for key in pressed:
        here = [d for d in downs if key.begins - 320 <= d.at_sample < key.ends + 320]
        right += [d.digit for d in here] == [key.digit]
        taken += len(here)
    return right, len(downs) - taken


@pytest.mark.parametrize("digit", FREQUENCIES)
@pytest.mark.parametrize("ms", [40, 160, 5_000])
def test_each_key_is_found_with_its_place_and_length(digit: str, ms: int) -> None:
    begins = samples_of(333)
    down, up = finds(np.concatenate((silence(333), tone(digit, ms), silence(100))))
    assert isinstance(down, KeyDown)
    assert isinstance(up, KeyUp)
    assert (down.digit, up.digit) == (digit, digit)
    assert abs(down.at_sample - begins) <= samples_of(5)
    assert down.known_at - begins <= samples_of(45)
    assert abs(up.at_sample - begins - samples_of(ms)) <= samples_of(5)
    assert up.known_at - up.at_sample <= samples_of(40)
    assert abs(up.duration_ms - ms) <= 6


def test_what_is_sent_is_what_is_heard() -> None:
    assert digits(tones("0123456789*#pp#*9876543210")) == "0123456789*##*9876543210"


def test_two_presses_with_a_gap_of_40_ms_are_two_and_a_short_break_is_none() -> None:
    press = tone("5", 40)
    assert digits(np.concatenate((press, silence(40), press, silence(100)))) == "55"
    assert digits(np.concatenate((tone("5", 400), silence(40), tone("5", 400)))) == "55"
    wave = tone("5", 400).copy()
    wave[3_000 : 3_000 + samples_of(8)] = 0
    assert digits(np.concatenate((wave, silence(100)))) == "5"


def test_a_key_that_follows_another_at_once() -> None:
    assert digits(np.concatenate((tone("1", 100), tone("9", 100), silence(100)))) == "19"


def test_what_is_too_short_or_too_faint_is_no_key() -> None:
    assert digits(np.concatenate((silence(50), tone("5", 18), silence(100)))) == ""
    assert digits(np.concatenate((tone("5", 200) // 400, silence(100)))) == ""
    assert digits(np.concatenate((tone("5", 200) // 80, silence(100)))) == "5"


@pytest.mark.parametrize("twist_db", [-8.0, -4.0, 4.0, 8.0])
@pytest.mark.parametrize("off", [-0.015, 0.0, 0.015])
def test_twist_either_way_and_tones_beside_their_pitch(twist_db: float, off: float) -> None:
    gap = np.zeros(samples_of(60))
    waves = [
        part
        for digit in FREQUENCIES
        for part in (gap, made.key(digit, samples_of(60), twist_db=twist_db, off=off))
    ]
    assert digits(to_samples(np.concatenate([*waves, gap]))) == "".join(FREQUENCIES)


def test_one_tone_a_dial_tone_and_a_beep_are_no_keys() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    for hertz in ((697,), (1_336,), (350, 440), (440, 480), (480, 620), (1_000,), (770, 852)):
        wave = sum((np.sin(2 * np.pi * each * time) for each in hertz), start=np.zeros(len(time)))
        assert digits(to_samples(wave * 6_000)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["white", "babble"])
def test_keys_above_noise(kind: str) -> None:
    rng = np.random.default_rng(17)
    wave, pressed = made.presses(rng, 200)
    noise = made.white if kind == "white" else made.babble
    right, others = found(to_samples(wave + noise(rng, len(wave), made.RMS / 10**0.5)), pressed)
    assert right >= 199
    assert others == 0


@pytest.mark.parametrize("kind", ["voice", "music", "white"])
def test_no_key_in_voices_music_and_noise(kind: str) -> None:
    rng = np.random.default_rng(18)
    count = 60 * SAMPLE_RATE
    waves = {
        "voice": made.voice(rng, count),
        "music": made.music(rng, count),
        "white": made.white(rng, count, 8_000),
    }
    assert digits(to_samples(waves[kind])) == ""


def some_sound() -> Samples:
    rng = np.random.default_rng(19)
    wave, _ = made.presses(rng, 12)
    noisy = to_samples(wave + made.babble(rng, len(wave), made.RMS / 3))
    return np.concatenate((silence(700), noisy, silence(1_000), tones("12##"), silence(333)))


SOUND = some_sound()
WHOLE = finds(SOUND)


@given(cuts=st.lists(st.integers(0, len(SOUND)), max_size=25).map(sorted))
@settings(max_examples=60, deadline=None)
def test_any_split_gives_the_same_finds(cuts: list[int]) -> None:
    detector = DtmfDetector()
    heard = []
    for begin, end in zip([0, *cuts], [*cuts, len(SOUND)], strict=True):
        for find in detector.feed(SOUND[begin:end]):
            assert find.known_at <= end
            heard.append(find)
    assert heard == WHOLE
    assert detector.position == len(SOUND)


def test_frames_give_the_same_finds_as_soon_as_they_can_be_known() -> None:
    detector = DtmfDetector()
    heard = []
    for number, frame in enumerate(frames(SOUND[: len(SOUND) // 320 * 320])):
        for find in detector.feed(frame):
            assert number * FRAME_SAMPLES < find.known_at <= (number + 1) * FRAME_SAMPLES
            heard.append(find)
    assert heard == WHOLE


@given(at=st.integers(0, len(SOUND)), count=st.integers(0, 50_000))
@settings(max_examples=40, deadline=None)
def test_a_copy_goes_on_by_itself_and_silence_is_silence(at: int, count: int) -> None:
    detector = DtmfDetector()
    before = detector.feed(SOUND[:at])
    copy, other = detector.copy(), detector.copy()
    nothing = np.zeros(count, dtype=np.int16)
    expected = [*copy.feed(nothing), *copy.feed(SOUND[at:])]
    assert [*other.feed_silence(count), *other.feed(SOUND[at:])] == expected
    assert other.position == copy.position == len(SOUND) + count
    assert [*before, *detector.feed(SOUND[at:])] == WHOLE


def test_the_key_that_is_held() -> None:
    detector = DtmfDetector()
    assert detector.held is None
    detector.feed(tone("7", 200))
    assert detector.held == "7"
    detector.feed_silence(SAMPLE_RATE)
    assert detector.held is None


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["white", "babble"])
def test_10_000_keys_at_10_db_above_noise(kind: str) -> None:
    rng = np.random.default_rng(20)
    talk = np.concatenate([made.voice(rng, 60 * SAMPLE_RATE) for _ in range(10)])
    right = others = 0
    for _ in range(25):
        wave, pressed = made.presses(rng, 400, off=0.005)
        if kind == "white":
            noise = rng.standard_normal(len(wave))
        else:
            turns = rng.integers(len(talk), size=6)
            noise = np.sum([np.roll(talk, turn)[: len(wave)] for turn in turns], axis=0)
        sound = to_samples(wave + made.scaled(noise, made.RMS / 10**0.5))
        some, more = found(sound, pressed)
        right, others = right + some, others + more
    assert right >= 9_950
    assert others <= 5


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "most"), [("voice", 0), ("music", 5)])
def test_30_minutes_without_a_key(kind: str, most: int) -> None:
    """Chords of two plucked notes can be just what a key is."""
    rng = np.random.default_rng(21)
    sounds = made.voice if kind == "voice" else made.music
    heard = "".join(digits(to_samples(sounds(rng, 60 * SAMPLE_RATE))) for _ in range(30))
    assert len(heard) <= most
