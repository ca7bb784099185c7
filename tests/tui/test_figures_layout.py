"""The figures in cells: nothing is wider than its line, and each measure is there at each size."""

import pytest
from rich.cells import cell_len

from console.client.pacing import Gauge
from console.floor.measures import FORMULAS, Measures, measures
from console.tui.figures_layout import LABELS, Rates, set_out
from tests.tui.scene import Scene, busy_floor

RATES = Rates(Gauge(used=1, limit=3, waiting=0), Gauge(used=15, limit=15, waiting=0))


def of(scene: Scene) -> Measures:
    legs = scene.store.floor.legs(live=False)
    return measures(legs, scene.clock.now_ns() // 1_000_000)


@pytest.mark.parametrize("width", [24, 67, 68, 76, 109, 110, 136, 300])
@pytest.mark.parametrize("height", [1, 19, 37])
def test_each_measure_is_there_and_no_line_is_too_long(width: int, height: int) -> None:
    scene = busy_floor()
    for number in range(20):
        scene.status(f"f{number}", f"CON-{number}", "failed", detail=f"why_{number}_客服" * 4)
    lines = set_out(of(scene), RATES, width, height)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert max(map(cell_len, texts)) <= max(width, 34)
    whole = "\n".join(texts)
    assert all(label in whole for label in LABELS.values())
    assert "9 more reasons" in whole
    assert "15 min ago" in whole or width < 34
    assert (
        max(text.count("█") for line in lines for text, look in line if look == "leg-failed") <= 40
    )


def test_names_on_the_screen_are_those_of_the_formulas() -> None:
    assert LABELS.keys() == FORMULAS.keys()


def test_where_nothing_was_it_is_said() -> None:
    text = "\n".join(
        "".join(part for part, _ in line) for line in set_out(of(Scene()), RATES, 136, 37)
    )
    assert text.count("none in these 15 min") == 2
    assert "none in this time" in text
    assert "Answer-seizure ratio         —" in text
