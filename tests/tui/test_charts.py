from hypothesis import given
from hypothesis import strategies as st

from console.tui.charts import area, bar, plot, resampled, share

POINTS = st.lists(st.floats(0, 1e6), max_size=80)


def test_an_area_reaches_the_top_at_its_peak() -> None:
    assert area([0, 1, 2, 4], 4, 2) == ["   █", " ▄██"]
    assert area([1, 1], 2, 1, peak=8) == ["▁▁"]
    assert area([0, 0], 2, 2) == ["  ", "▁▁"]
    assert area([], 3, 1) == ["▁▁▁"]


def test_no_peak_is_lost_when_there_is_less_room() -> None:
    assert resampled([0, 9, 0, 0, 0, 0], 2) == [9, 0]
    assert resampled([1, 2], 4) == [1, 1, 2, 2]


def test_bars_and_shares_have_their_width() -> None:
    assert bar(4, 8, 4) == "██  "
    assert bar(0.001, 8, 4) == "▏   "
    assert bar(0, 8, 4) == "    "
    assert bar(1, 0, 2) == "  "
    assert share(0.5, 4) == "━━╌╌"
    assert share(7, 3) == "━━━"


def test_a_plot_says_how_high_and_how_long_ago() -> None:
    lines = [axis + drawn for axis, drawn in plot([0, 2, 4, 4], 30, 6, ("1 h ago", "half", "now"))]
    assert lines[0].startswith("4 ┤")
    assert lines[3].startswith("2 ┤")
    assert lines[0].endswith("█" * 13)
    assert lines[-2].startswith("0 └┬")
    assert lines[-1].split() == ["1", "h", "ago", "half", "now"]
    assert lines[-1].startswith("   1 h ago")
    assert lines[-1].endswith("now")
    assert {len(line) for line in lines} == {30}
    nothing = [axis + drawn for axis, drawn in plot([0, 0], 12, 2, ("an hour ago", "now"))]
    assert nothing[0].strip() == "│", "no peak is told where there is none"
    assert nothing[-1].strip() == "now", "words that do not fit are left out"
    assert plot([1.5], 9, 1, ("now",))[0][0] == "1.5 ┤"


@given(POINTS, st.integers(1, 60), st.integers(1, 5))
def test_charts_fill_exactly_their_cells(points: list[float], width: int, height: int) -> None:
    lines = area(points, width, height)
    assert [len(line) for line in lines] == [width] * height
    assert max(resampled(points, width), default=0) == (max(points) if len(points) and width else 0)
