import pytest
from msgspec.structs import replace

from console.floor.views import Attempt, Certainty, Heard, Playing, Stage
from console.tui import words
from console.tui.cells import (
    clock_span,
    fit,
    fit_right,
    fold,
    short_id,
    shown,
    span,
    with_whole_name,
)
from tests.tui.scene import Scene, busy_floor

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
NOW = 1_740_819_600_000


def attempt(stage: Stage, **more: object) -> Attempt:
    made = Attempt(
        id="a",
        action="leg.mute",
        leg="l",
        conversation=None,
        args={"want": "unmute"},
        stage=stage,
        reason="",
        asked_ms=NOW,
        sent_ms=None,
        accepted_ms=None,
        proven_ms=None,
        failed_ms=None,
    )
    return replace(made, **more)


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日 …"),
        ("e\u0301a", 3, "e\u0301a "),
        ("x", 0, ""),
    ],
)
def test_text_is_fitted_to_cells(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


def test_a_mark_stays_with_its_word_where_a_line_is_broken() -> None:
    assert fold("447700900112  proven ✓✓", 20) == ["447700900112 ", "proven ✓✓"]
    assert fold("447700900112  proven ✓✓", 23) == ["447700900112  proven ✓✓"]


def test_a_path_gives_way_in_its_folders_never_in_its_name() -> None:
    said = "saved: /home/me/.local/share/voice-console/exports/63f61863-20250301-0900.svg"
    assert with_whole_name(said, 90, "/home/me") == said
    for width in range(60, 30, -1):
        short = with_whole_name(said, width, "/home/me")
        assert short.startswith("saved: ")
        assert short.endswith("/63f61863-20250301-0900.svg")
        assert len(short) <= max(width, 35)
    assert with_whole_name(said, 60, "/home/me").startswith("saved: ~/.loc")
    assert with_whole_name("copied to /a/b/c/name.txt: no way", 30).endswith("/name.txt: no way")
    assert with_whole_name("no path in here", 3) == "no path in here"


def test_text_from_outside_is_made_harmless_before_it_is_fitted() -> None:
    assert shown("\x1b[2J", 8) == r"\x1b[2J "
    assert fit_right("42", 4) == "  42"
    assert short_id("CON-8f5a2b10-1") == "CON-8f5a"
    assert short_id("63f61863-4a51") == "63f61863"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "00:00"), (134.9, "02:14"), (3600, "1:00:00"), (-5, "00:00")]
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert span(seconds) == said
    assert clock_span(764) == "00:12:44"


def test_a_leg_that_was_never_connected_keeps_why_after_completed() -> None:
    leg = busy_floor().store.floor.leg(LEG(5))
    assert leg is not None
    assert leg.status == "completed"
    assert words.status_word(leg) == "busy"
    assert words.status_meaning(leg) == "leg-failed"


def test_ages_count_from_the_answer_and_stop_at_the_end() -> None:
    scene = Scene()
    scene.up("l", "c")
    leg = scene.store.floor.leg("l")
    assert leg is not None
    now_ms = scene.clock.now_ns() // 1_000_000
    assert words.age(leg, now_ms + 9_000) == "00:09"
    scene.status("l", "c", "completed", duration="61")
    leg = scene.store.floor.leg("l")
    assert leg is not None
    assert words.age(leg, now_ms + 999_000) == "01:01"


@pytest.mark.parametrize(
    ("stage", "reason", "said"),
    [
        (Stage.ASKED, "", "unmute asked …"),
        (Stage.ACCEPTED, "", "unmute accepted ✓"),
        (Stage.PROVEN, "", "unmute proven ✓✓"),
        (Stage.FAILED, "the API answered 404: Not Found", "unmute failed ✗ the API answered 404"),
    ],
)
def test_an_attempt_is_said_with_its_stage(stage: Stage, reason: str, said: str) -> None:
    assert words.lane(attempt(stage, reason=reason)).startswith(said)


def test_a_proven_attempt_leaves_the_row_after_a_minute_and_a_failed_one_stays() -> None:
    proven = attempt(Stage.PROVEN, proven_ms=NOW)
    assert words.latest([proven], NOW + 60_000) is proven
    assert words.latest([proven], NOW + 60_001) is None
    failed = attempt(Stage.FAILED, failed_ms=NOW, reason="no")
    assert words.latest([failed], NOW + 3_600_000) is failed
    assert words.latest([], NOW) is None


def test_what_plays_says_how_far_it_is_and_that_the_length_is_reckoned() -> None:
    playing = Playing("talk", "Please\x07 hold", NOW, NOW + 4_800, True, Certainty.ACCEPTED)
    assert words.playing_words(playing, NOW + 3_100) == r"▶ talk 3/~5s Please\x07 hold"
    endless = replace(playing, kind="stream", what="https://x/y.mp3", ends_ms=None)
    assert words.playing_words(endless, NOW + 61_000) == "▶ stream 61s https://x/y.mp3"


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (7, "▶ talk…"),
        (11, "▶ talk…    "),
        (13, "▶ talk 3/~5s…"),
        (16, "▶ talk 3/~5s Pl…"),
        (19, "▶ talk 3/~5s Please"),
    ],
)
def test_how_far_it_is_is_told_whole_or_not_at_all(width: int, told: str) -> None:
    assert words.fitted_media("▶ talk 3/~5s Please", width) == told
    assert words.fitted_media("dtmf→ 123456789", 9) == "dtmf→ 12…"


def test_what_a_move_ended_is_told_for_a_minute() -> None:
    proven = attempt(Stage.PROVEN, args={"want": "mute"}, proven_ms=NOW)
    undone = replace(proven, undone_ms=NOW + 50_000)
    assert words.lane(undone) == "mute ended by a move"
    assert words.attempt_meaning(undone) == "muted"
    assert words.latest([undone], NOW + 109_000) is undone
    assert words.latest([undone], NOW + 111_000) is None
    accepted = attempt(Stage.ACCEPTED, undone_ms=NOW)
    assert words.latest([accepted], NOW + 61_000) is None


def test_keys_that_come_one_by_one_stand_together() -> None:
    def key(digits: str, **more: object) -> Heard:
        return replace(Heard(NOW, digits, by_subscription=True), **more)

    asked = Heard(NOW, "4711")
    found = words.joined([key("1"), key("2"), asked, key("3"), key("#"), key("", masked=1)])
    assert [words.keys_words(one, 24) for one in found] == ["12", "4711", "3#•"]
    long = words.joined([key("7")] * 30)
    assert words.keys_words(long[-1], 24) == "…" + "7" * 23
