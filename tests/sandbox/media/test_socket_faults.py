"""Wrong senders: each is named by what its bytes show, and right ones are not."""

import base64
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.audio.frames import Samples, to_bytes
from console.audio.wav import wav_header
from console.sandbox.media.socket_faults import (
    NAMED,
    Cadence,
    Ears,
    Faults,
    Finding,
    Kind,
    frame_bytes,
    judge,
    judge_content,
    judge_text,
)

NOISE = np.random.default_rng(1).normal(0, 3_000, 48_000).astype(np.int16)


def tone(samples: int, hertz: float = 440.0, rate: int = 16_000) -> Samples:
    return (8_000 * np.sin(2 * np.pi * hertz * np.arange(samples) / rate)).astype(np.int16)


def pcm(samples: int) -> bytes:
    return to_bytes(tone(samples))


@pytest.mark.parametrize(
    ("message", "rate", "kind", "words"),
    [
        (b"", 16_000, "empty", "empty"),
        (pcm(320)[:-1], 16_000, "odd_length", "odd number"),
        (pcm(80), 16_000, "other_size", "8 bit sound"),
        (pcm(160), 16_000, "other_rate", "20 ms at 8000 Hz, or half a frame"),
        (pcm(480), 16_000, "other_rate", "20 ms at 24000 Hz"),
        (pcm(480), 8_000, "other_rate", "20 ms at 24000 Hz"),
        (pcm(320), 24_000, "other_rate", "20 ms at 16000 Hz"),
        (pcm(80), 8_000, "half_frame", "10 ms"),
        (pcm(240), 24_000, "half_frame", "10 ms"),
        (to_bytes(np.repeat(tone(320), 2)), 16_000, "stereo", "two channels"),
        (pcm(640), 16_000, "many_frames", "two frames"),
        (pcm(320), 8_000, "other_rate", "two frames, or stereo"),
        (pcm(320 * 5), 16_000, "many_frames", "5 frames"),
        (pcm(16_000 * 3), 16_000, "whole_file", "3.0 s"),
        (wav_header(16_000) + pcm(16_000), 16_000, "wav_header", "WAV"),
        (wav_header(320) + pcm(320), 16_000, "wav_header", "WAV"),
        (b"ID3\x04" + bytes(500), 16_000, "compressed", "MP3"),
        (b"OggS" + bytes(636 * 2), 16_000, "compressed", "Ogg"),
        (base64.b64encode(pcm(320)), 16_000, "text", "base64"),
        (b'{"event":"media","payload":"AAAA"}', 16_000, "text", "JSON"),
        (pcm(301), 16_000, "other_size", "18.8 ms"),
    ],
)
def test_the_size_and_the_first_bytes_say_what_is_wrong(
    message: bytes, rate: int, kind: str, words: str
) -> None:
    found = judge(message, rate)
    assert (found.kind, found.guess) == (kind, False)
    assert words in found.cause


@given(st.binary(max_size=2_000), st.sampled_from([8_000, 16_000, 24_000]))
def test_whatever_comes_is_named(message: bytes, rate: int) -> None:
    assert judge(message, rate).cause
    frame = message[:640].ljust(640, b"\0")
    judge_content(frame)
    Ears().listen(frame)


def test_a_frame_of_the_right_size_that_holds_no_samples_is_named() -> None:
    found = judge_content((wav_header(16_000) + pcm(320))[:640])
    assert found is not None
    assert found.kind == "wav_header"
    assert judge_content((b"ID3\x04" + bytes(700))[:640]) is not None
    assert judge_content(pcm(320)) is None
    assert judge_content(bytes(640)) is None


def listened(frames: list[bytes]) -> list[Finding]:
    ears = Ears()
    return [found for frame in frames if (found := ears.listen(frame)) is not None]


def cut(sound: Samples, size: int = 640, order: str = "<i2") -> list[bytes]:
    data = sound.astype(order).tobytes()
    return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]


def test_swapped_bytes_and_two_channels_are_guessed_once() -> None:
    speech_like = (tone(48_000, 180) + tone(48_000, 700) // 2 + NOISE // 30).astype(np.int16)
    (swapped,) = listened(cut(speech_like, order=">i2"))
    assert (swapped.kind, swapped.guess) == ("big_endian", True)
    (twice,) = listened(cut(np.repeat(speech_like, 2)))
    assert (twice.kind, twice.guess) == ("stereo", True)


@pytest.mark.parametrize(
    "sound",
    [tone(48_000), tone(48_000, 7_000), NOISE, NOISE // 2_000, np.zeros(48_000, dtype=np.int16)],
    ids=["tone", "high tone", "noise", "faint noise", "silence"],
)
def test_what_may_be_meant_so_is_not_guessed_at(sound: Samples) -> None:
    assert listened(cut(sound)) == []


def watched(pattern: str) -> list[str]:
    cadence = Cadence()
    found = (cadence.tick(tick == "x") for tick in pattern)
    return [one.kind for one in found if one is not None]


def test_a_cadence_that_starves_is_guessed_at_and_pauses_are_not() -> None:
    assert watched("x" * 200) == []
    assert watched(("x" * 40 + "-" * 30) * 5) == []
    assert watched("x-" * 50)[0] == "half_rate"
    assert watched("xxxxxxx-" * 20)[0] == "gaps"
    assert watched(("x" * 30 + "-") * 10) == []


def test_text_that_is_no_action_is_named() -> None:
    assert "base64" in judge_text(base64.b64encode(pcm(320)).decode()).cause
    assert "ignored" in judge_text("hello").cause


def test_faults_that_are_alike_are_one_and_are_said_once() -> None:
    said: list[str] = []
    faults = Faults(said.append)
    for message in range(3, 100):
        faults.note(judge(pcm(160), 16_000), message, 320)
    (fault,) = faults
    assert fault.to_wire() | {"cause": ""} == {
        "kind": "other_rate",
        "frame": 3,
        "last_frame": 99,
        "count": 97,
        "size": 320,
        "cause": "",
        "guess": False,
    }
    assert len(said) == 1
    assert said[0].startswith("message 3 (320 bytes): as long as 20 ms at 8000 Hz")
    for size in range(2, 1_000, 2):
        faults.note(judge(bytes(size), 16_000), 1, size)
    assert len(list(faults)) == NAMED


def test_frames_have_the_documented_sizes() -> None:
    assert [frame_bytes(rate) for rate in (8_000, 16_000, 24_000)] == [320, 640, 960]


def test_each_kind_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text("utf-8")
    table = guide.partition("| Fault | What it is |")[2].partition("\n\n")[0]
    assert {kind for kind in get_args(Kind) if f"`{kind}`" not in table} == set()
