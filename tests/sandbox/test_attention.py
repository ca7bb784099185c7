"""What a far end makes of the samples it hears, and of the texts in them."""

import numpy as np
import pytest

from console.audio.beep import beep
from console.audio.dtmf import tones
from console.audio.frames import Samples, silence
from console.audio.recital import Words
from console.audio.synthetic_voice import tones_of
from console.sandbox.attention import Attention, phrase_heard, phrase_in, words_of
from console.sandbox.media.clips import Clip
from console.sandbox.media.score import Score
from console.sandbox.step_values import Wanted

START = 1_000_000
MENU = "For sales, press one. For support, press two."


def score_with(*placed: tuple[str, Clip, int], hears: str = "talk") -> Score:
    score = Score()
    score.open("ann", START)
    score.hearing({"ann": frozenset({hears})}, START)
    for source, clip, at_ms in placed:
        score.place(source, clip, START + at_ms)
    return score


def spoken(text: str) -> Clip:
    return Clip(tones_of(Words(text), 205.0), text)


def heard_at(score: Score, phrases: list[str], until_ms: int) -> int | None:
    """When a phrase is noticed by someone who listens every 100 ms."""
    for now in range(0, until_ms, 100):
        noticed = phrase_heard(score, "ann", phrases, START, START + now)
        if noticed is not None:
            assert noticed.at_ms <= START + now
            return now
    return None


def test_a_phrase_is_noticed_when_its_words_were_heard_not_when_the_text_is_over() -> None:
    clip = spoken(MENU)
    score = score_with(("talk", clip, 200))
    first = heard_at(score, ["press one"], clip.duration_ms + 400)
    second = heard_at(score, ["press two!"], clip.duration_ms + 400)
    assert first is not None
    assert second is not None
    assert 200 + clip.duration_ms * 0.25 < first < 200 + clip.duration_ms * 0.6
    assert second <= 200 + clip.duration_ms + 100
    assert heard_at(score, ["press three"], clip.duration_ms + 400) is None
    assert heard_at(score, ["nine", "SUPPORT press"], clip.duration_ms + 400) is not None


def test_what_is_cut_or_not_let_through_is_not_heard() -> None:
    clip = spoken(MENU)
    cut = score_with(("talk", clip, 0))
    cut.cut("talk", START + clip.duration_ms // 2)
    assert heard_at(cut, ["press two"], 20_000) is None
    assert heard_at(cut, ["press one"], 20_000) is not None
    deaf = score_with(("talk", clip, 0))
    deaf.hearing({"ann": frozenset()}, START + clip.duration_ms // 2)
    assert heard_at(deaf, ["press two"], 20_000) is None
    late = score_with(("talk", clip, 0), hears="nobody")
    late.hearing({"ann": frozenset({"talk"})}, START + clip.duration_ms // 2)
    assert heard_at(late, ["press one"], 20_000) is None
    assert heard_at(late, ["press two"], 20_000) is not None


def test_what_was_said_before_counts_for_nothing_and_a_loop_counts_again() -> None:
    clip = spoken("Please hold.")
    score = Score()
    score.open("ann", START)
    score.hearing({"ann": frozenset({"talk"})}, START)
    score.place("talk", clip, START, loop=0)
    since = START + clip.duration_ms + 20
    assert phrase_heard(score, "ann", ["please hold"], since, since + clip.duration_ms) is None
    later = since + 2 * clip.duration_ms
    again = phrase_heard(score, "ann", ["please hold"], since, later)
    assert again is not None
    assert since < again.at_ms <= later


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't press: ONE!", ("dont", "press", "one")),
        ("Größe - twenty-one", ("grösse", "twenty", "one")),
        ("…", ()),
    ],
)
def test_words_are_compared_without_case_and_marks(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_a_phrase_is_words_in_a_row() -> None:
    assert phrase_in("For sales, press one", ["press two", "sales press"]) == "sales press"
    assert phrase_in("For sales, press one", ["sales one", "press on"]) is None


def attend(sound: Samples, wanted: Wanted, until_ms: int) -> int | None:
    score = score_with(("talk", Clip(sound), 0))
    attention = Attention(score, "ann", START, keys=True, beeps=True, voices=True)
    for now in range(0, until_ms, 100):
        attention.hear(START + now)
        if attention.notices(wanted) is not None:
            return now
    return None


def test_silence_keys_and_beeps_are_found_in_the_samples() -> None:
    voice = tones_of(Words("Please leave a message"), 205.0)
    sound = np.concatenate((voice, silence(500), beep(400), silence(400), tones("12#")))
    voice_ms = len(voice) // 16
    quiet = attend(sound, Wanted(silence_ms=1_500), 20_000)
    assert quiet is not None
    assert voice_ms + 1_400 <= quiet <= voice_ms + 2_000
    beeped = attend(sound, Wanted(beep=True), 20_000)
    assert beeped is not None
    assert voice_ms + 900 <= beeped <= voice_ms + 1_200
    keyed = attend(sound, Wanted(tone="2#"), 20_000)
    assert keyed is not None
    assert keyed >= voice_ms + 1_300 + 480
    assert attend(sound, Wanted(tone="13"), 6_000) is None
    assert attend(silence(20), Wanted(silence_ms=2_000), 5_000) == 2_000


def test_voices_with_short_pauses_are_one_prompt() -> None:
    voice = tones_of(Words("press one"), 205.0)
    sound = np.concatenate((voice, silence(600), voice, silence(1_500), voice, silence(1_000)))
    attention = Attention(score_with(("talk", Clip(sound), 0)), "ann", START, voices=True)
    began = []
    for now in range(0, len(sound) // 16, 100):
        attention.hear(START + now)
        if attention.prompt_ms is not None and attention.prompt_ms not in began:
            began.append(attention.prompt_ms)
    assert len(began) == 2
    assert len(attention.voices) >= 2
