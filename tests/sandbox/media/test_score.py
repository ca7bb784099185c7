import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.frames import Samples, samples_of
from console.sandbox.media.clips import Clip
from console.sandbox.media.kept import Limits
from console.sandbox.media.mouths import Mouth
from console.sandbox.media.score import ENDLESS_MS, Score, Spoken
from console.sandbox.media.tape import CHUNK_SAMPLES, Tape
from tests.sandbox.media.tones import sine

T = 1_767_225_600_000
A, B = "leg-a", "leg-b"
ONLY_A, ONLY_B, BOTH = frozenset((A,)), frozenset((B,)), frozenset((A, B))
NOBODY: frozenset[str] = frozenset()


def clip(value: int, ms: int, text: str | None = None) -> Clip:
    return Clip(np.full(samples_of(ms), value, dtype=np.int16), text)


def runs(samples: Samples) -> list[tuple[int, int]]:
    """What is heard as (value, milliseconds) one after the other."""
    edges = [0, *(np.flatnonzero(np.diff(samples)) + 1), len(samples)]
    return [
        (int(samples[first]), int(last - first) // 16) for first, last in itertools.pairwise(edges)
    ]


@pytest.fixture
def score() -> Score:
    """Two who hear each other."""
    found = Score()
    for leg in (A, B):
        found.open(leg, T)
    found.hearing({A: ONLY_B, B: ONLY_A, "room": BOTH}, T)
    return found


def test_a_clip_is_said_and_heard_from_the_next_frame_on(score: Score) -> None:
    assert score.place(A, clip(5, 40), T + 21) == T + 80
    assert runs(score.said(A, T, T + 100)) == [(0, 40), (5, 40), (0, 20)]
    assert runs(score.heard(B, T, T + 100)) == [(0, 40), (5, 40), (0, 20)]
    assert runs(score.heard(A, T, T + 100)) == [(0, 100)]
    assert runs(score.said(A, T + 43, T + 61)) == [(5, 18)]


@pytest.mark.conforms("7.2", "sound is cut into frames of 20 ms, the last one filled up")
def test_a_clip_takes_whole_frames_also_when_it_comes_again(score: Score) -> None:
    part = clip(5, 30)
    assert part.duration_ms == 40
    assert score.place(A, part, T, loop=2) == T + 80
    assert runs(score.said(A, T, T + 100)) == [(5, 30), (0, 10), (5, 30), (0, 30)]
    assert Clip(np.zeros(0, dtype=np.int16)).duration_ms == 0


def test_an_endless_clip_sounds_until_it_is_cut_between_two_frames(score: Score) -> None:
    assert score.place(A, clip(5, 40), T, loop=0) == ENDLESS_MS
    later = T + 3_600_000
    assert runs(score.said(A, later, later + 500)) == [(5, 500)]
    score.cut(A, later + 121)
    assert runs(score.said(A, later, later + 500)) == [(5, 140), (0, 360)]


def test_a_cut_takes_what_was_placed_ahead_and_nothing_that_comes_after(score: Score) -> None:
    score.place(A, clip(1, 100), T)
    score.place(A, clip(2, 100), T + 200)
    score.cut(A, T + 60)
    score.place(A, clip(3, 100), T + 80)
    assert runs(score.said(A, T, T + 400)) == [(1, 60), (0, 20), (3, 100), (0, 220)]
    score.cut("nobody", T)


def test_clips_of_one_source_are_summed_with_their_gains_and_limited(score: Score) -> None:
    score.place(A, clip(30_000, 60), T)
    score.place(A, clip(10_000, 60), T + 20, gain=0.5)
    score.place(A, clip(-20_000, 20), T + 120, gain=2.0)
    assert runs(score.said(A, T, T + 140)) == [
        (30_000, 20),
        (32_767, 40),
        (5_000, 20),
        (0, 40),
        (-32_768, 20),
    ]


def test_a_row_changes_between_two_frames(score: Score) -> None:
    score.place(A, clip(1, 400), T)
    score.place(B, clip(2, 400), T)
    score.hearing({B: NOBODY, "room": ONLY_B}, T + 101)
    score.hearing({B: ONLY_A}, T + 230)
    score.hearing({B: BOTH}, T + 239)
    assert runs(score.heard(B, T, T + 300)) == [(1, 120), (0, 120), (3, 60)]
    assert runs(score.heard("room", T, T + 300)) == [(3, 120), (2, 180)]
    assert runs(score.gated(B, A, T, T + 300)) == [(1, 120), (0, 120), (1, 60)]
    assert runs(score.gated(B, B, T, T + 300)) == [(0, 240), (2, 60)]
    assert score.row(B, T + 240) == BOTH


def test_a_sound_is_a_source_like_a_mouth(score: Score) -> None:
    score.hearing({B: ONLY_A | {"music"}}, T)
    score.place("music", clip(7, 100), T)
    score.place(A, clip(1, 60), T)
    assert runs(score.heard(B, T, T + 120)) == [(8, 60), (7, 40), (0, 20)]


def test_a_line_that_ends_is_silent_and_deaf_and_what_was_stays(score: Score) -> None:
    score.place(A, clip(1, 400), T)
    score.place(B, clip(2, 400), T)
    score.close(B, T + 100)
    score.close(B, T + 300)
    score.hearing({B: ONLY_A}, T + 120)
    assert score.place(B, clip(9, 40), T + 200) == T + 200
    score.append(B, clip(9, 40).samples, T + 200)
    assert runs(score.heard(B, T, T + 400)) == [(1, 100), (0, 300)]
    assert runs(score.heard(A, T, T + 400)) == [(2, 100), (0, 300)]
    assert score.lines() == (A, B)
    assert (score.opened_ms(B), score.closed_ms(B), score.closed_ms(A)) == (T, T + 100, None)
    score.forget(B)
    assert score.lines() == (A,)
    assert (score.opened_ms(B), score.closed_ms(B)) == (None, None)
    assert runs(score.heard(B, T, T + 100)) == [(0, 100)]
    assert runs(score.heard(A, T, T + 100)) == [(2, 100)]


def test_nobody_says_and_hears_nothing(score: Score) -> None:
    assert not score.said("nobody", T, T + 100).any()
    assert not score.heard("nobody", T, T + 100).any()
    assert score.spoken("nobody", T, T + 100) == ()
    assert not score.frame(["nobody", A], T).any()
    assert score.row("nobody", T) == NOBODY


# --- live mouths -------------------------------------------------------------------------------


def test_live_sound_is_heard_as_it_came(score: Score) -> None:
    score.append(A, clip(1, 20).samples, T + 1)
    score.append(A, clip(2, 20).samples, T + 21)
    score.append(A, clip(3, 30).samples, T + 21)
    score.append(A, clip(4, 20).samples, T + 141)
    expected = [(0, 20), (1, 20), (2, 20), (3, 30), (0, 70), (4, 20), (0, 20)]
    assert runs(score.heard(B, T, T + 200)) == expected
    score.cut(A, T + 41)
    score.append(A, clip(5, 20).samples, T + 101)
    assert runs(score.heard(B, T, T + 200)) == [
        (0, 20),
        (1, 20),
        (2, 20),
        (0, 60),
        (5, 20),
        (0, 60),
    ]


def test_long_live_sound_goes_through_a_file_and_comes_back(score: Score) -> None:
    rng = np.random.default_rng(1)
    said = rng.integers(-9_000, 9_000, 3 * CHUNK_SAMPLES + 100).astype(np.int16)
    for start in range(0, len(said), 320):
        score.append(A, said[start : start + 320], T + start // 16)
    heard = score.heard(B, T, T + 7_000)
    assert np.array_equal(heard[: len(said)], said)
    assert not heard[len(said) :].any()
    assert np.array_equal(score.said(A, T + 2_040, T + 2_060), said[2_040 * 16 : 2_060 * 16])
    score.shut()
    assert score.lines() == ()


def test_live_sound_in_bursts_holds_no_more_than_one_chunk(score: Score) -> None:
    burst = clip(5, 20).samples
    expected = []
    at_ms = T
    for number in range(200):
        at_ms += 100 if number % 20 else 2_500
        score.append(A, burst, at_ms)
        score.place(A, clip(1, 20), at_ms + 40)
        expected.append(at_ms)
    for at_ms in expected[-19:]:
        assert runs(score.said(A, at_ms, at_ms + 80)) == [(5, 20), (0, 20), (1, 20), (0, 20)]
    assert score.pieces < 2 * 200 + 30


def test_what_is_forgotten_leaves_its_place_to_others() -> None:
    tape, mouth = Tape(), Mouth()
    for number in range(50):
        begins = number * CHUNK_SAMPLES
        mouth.append(np.full(CHUNK_SAMPLES, number, dtype=np.int16), begins, tape)
        mouth.forget(begins - 3 * CHUNK_SAMPLES)
        pieces = mouth.pieces(begins - 2 * CHUNK_SAMPLES, begins + CHUNK_SAMPLES)
        values = [int(piece.samples()[0]) for piece in pieces]
        assert values == list(range(max(number - 2, 0), number + 1))
    assert tape.size <= 5 * CHUNK_SAMPLES * 2
    tape.close()


def test_an_excerpt_stays_what_it_was_and_is_rendered_in_any_thread(score: Score) -> None:
    rng = np.random.default_rng(2)
    said = rng.integers(-9_000, 9_000, 2 * CHUNK_SAMPLES + 5_000).astype(np.int16)
    score.append(A, said, T)
    score.place("talk", clip(3, 400), T + 20, loop=0)
    score.hearing({B: ONLY_A | {"talk"}}, T)
    excerpt, before = score.listening(B, T, T + 5_000), score.heard(B, T, T + 5_000)
    with ThreadPoolExecutor(1) as threads:
        rendering = threads.submit(lambda: list(excerpt.blocks(1_000)))
        score.append(A, said, T + 4_410)
        score.cut("talk", T + 100)
        score.hearing({B: NOBODY}, T)
        score.clear()
        score.open(B, T)
        score.append(B, said[::-1].copy(), T)
    assert np.array_equal(np.concatenate(rendering.result()), before)
    assert np.array_equal(excerpt.part(100, 9_000).samples(), before[100:9_000])
    score.shut()


# --- texts -------------------------------------------------------------------------------------


def test_the_texts_that_could_be_heard_are_told_with_how_much_of_them(score: Score) -> None:
    score.place(A, clip(1, 100, "sales please"), T + 40)
    score.place(B, clip(1, 100, "not heard by itself"), T)
    score.place(A, clip(1, 100), T + 200)
    score.hearing({B: NOBODY}, T + 80)
    score.hearing({B: ONLY_A}, T + 100)
    whole = Spoken(A, "sales please", T + 40, T + 140, 80)
    assert score.spoken(B, T, T + 400) == (whole,)
    assert score.spoken(B, T + 50, T + 70) == (Spoken(A, "sales please", T + 40, T + 140, 20),)
    assert score.spoken(B, T + 140, T + 400) == ()
    assert score.texts(A, T, T + 400) == (Spoken(A, "sales please", T + 40, T + 140, 100),)
    assert [one.text for one in score.spoken("room", T, T + 400)] == [
        "not heard by itself",
        "sales please",
    ]
    score.cut(A, T + 60)
    assert score.texts(A, T, T + 400) == (Spoken(A, "sales please", T + 40, T + 140, 20),)


# --- live --------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["place", "cut", "hear", "append"]),
            st.integers(0, 5),
            st.integers(1, 90),
            st.integers(0, 63),
        ),
        max_size=25,
    )
)
def test_a_live_frame_is_what_is_rendered_afterwards(
    changes: list[tuple[str, int, int, int]],
) -> None:
    score = Score()
    names = [str(number) for number in range(6)]
    for name in names:
        score.open(name, T)
    now_ms = T
    live = []
    for what, number, ms, bits in changes:
        value = np.full(samples_of(ms), bits + 1, dtype=np.int16)
        match what:
            case "place":
                loop, gain = bits % 3, 1.0 if ms % 2 else 0.5
                score.place(names[number], Clip(value), now_ms, loop=loop, gain=gain)
            case "cut":
                score.cut(names[number], now_ms)
            case "append":
                score.append(names[number], value, now_ms)
            case _:
                row = frozenset(name for n, name in enumerate(names) if bits >> n & 1)
                rows = {names[number]: row}
                if ms % 2:
                    rows |= {name: row - {name} for name in names[:number]}
                score.hearing(rows, now_ms)
        begins = -(-now_ms // 20) * 20
        live.append((begins, score.frame(names, begins)))
        now_ms = begins + ms // 45 * 20 + 1
    last = dict(live)
    for begins, frame in last.items():
        rendered = [score.heard(name, begins, begins + 20).tolist() for name in names]
        assert frame.tolist() == rendered


# --- memory ------------------------------------------------------------------------------------


def test_the_oldest_ended_lines_are_forgotten_beyond_the_limit() -> None:
    score = Score(Limits(lines=8))
    for number in range(100):
        at_ms = T + 1_000 * number
        score.open(f"leg-{number}", at_ms)
        score.place(f"leg-{number}", clip(1, 100), at_ms)
        score.close(f"leg-{number}", at_ms + 500)
    score.open("live", T)
    known = score.lines()
    assert 8 <= len(known) <= 11
    assert known[-2:] == ("leg-99", "live")
    assert score.said("leg-99", T + 99_000, T + 99_020).any()
    assert not score.said("leg-0", T, T + 20).any()


def test_clips_of_ended_lines_are_forgotten_beyond_the_limit() -> None:
    limit = 100 * clip(1, 1_000).samples.nbytes
    score = Score(Limits(clip_bytes=limit))
    score.open("live", T)
    score.place("live", clip(7, 1_000), T)
    for number in range(1_000):
        at_ms = T + 1_000 * number
        leg, sound, room = f"leg-{number}", f"sound-{number}", f"CON-{number}"
        score.open(leg, at_ms)
        score.hearing({leg: frozenset((sound,)), room: frozenset((leg, sound))}, at_ms)
        score.place(sound, clip(1, 1_000), at_ms)
        score.hearing({room: NOBODY}, at_ms + 900)
        score.close(leg, at_ms + 900)
        assert score.clip_bytes <= limit * 5 // 4 + 32_000
    assert 20 <= len(score.lines()) <= 126
    assert score.said("live", T, T + 1_000).all()
    assert score.heard("leg-999", T + 999_000, T + 999_800).all()


def test_what_lies_too_far_back_is_forgotten_also_of_the_living() -> None:
    score = Score(Limits(past_ms=60_000))
    score.open(A, T)
    score.open(B, T)
    shared = clip(3, 10)
    for number in range(30_000):
        at_ms = T + 20 * number
        score.place(A, shared, at_ms)
        score.hearing({B: ONLY_A if number % 2 else NOBODY}, at_ms)
    end = T + 20 * 30_000
    assert not score.said(A, T, T + 1_000).any()
    assert score.said(A, end - 60_000, end).any()
    assert score.heard(B, end - 60_000, end).any()
    assert score.pieces < 15_000


@pytest.mark.slow
def test_an_hour_of_a_call_is_rendered_within_two_seconds() -> None:
    score = Score()
    for leg in (A, B):
        score.open(leg, T)
    score.hearing({A: ONLY_B, B: ONLY_A, "room": BOTH}, T)
    for at_ms in range(T, T + 3_600_000, 5_000):
        score.place(A, Clip(sine(440)), at_ms)
        score.place(B, Clip(sine(880)), at_ms + 500)
    began = time.process_time()
    heard = score.heard("room", T, T + 3_600_000)
    assert time.process_time() - began < 2
    assert np.array_equal(heard[:8_000], sine(440)[:8_000])


def test_the_tape_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tape = Tape()
    place = tape.write(np.arange(CHUNK_SAMPLES, dtype=np.int16))
    assert list(tmp_path.iterdir()) == []
    assert tape.read(place, 5, 8).tolist() == [5, 6, 7]
    tape.close()
