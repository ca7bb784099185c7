"""The list: only what is seen is drawn, and the cursor belongs to an id."""

from collections.abc import Hashable

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App, ComposeResult

from console.tui.widgets.virtual_list import Piece, VirtualList


class Numbers(VirtualList):
    drawn = 0

    def draw(self, key: str, width: int) -> list[Piece]:
        self.drawn += 1
        return [(key.ljust(width), Style())]

    def version(self, key: str) -> Hashable:
        return 0


class NumbersApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.moves: list[tuple[str | None, bool]] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        from console.tui.themes import load_themes

        return load_themes().themes["dark"].variables

    def compose(self) -> ComposeResult:
        yield Numbers(id="numbers")

    def on_virtual_list_cursor_moved(self, event: VirtualList.CursorMoved) -> None:
        self.moves.append((event.key, event.by_user))


async def test_ten_thousand_rows_draw_only_what_is_in_sight() -> None:
    app = NumbersApp()
    async with app.run_test(size=(40, 20)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.replace([str(number) for number in range(10_000)])
        await pilot.pause()
        assert numbers.drawn <= 21
        numbers.go_last()
        await pilot.pause()
        assert numbers.render_line(19).text.split() == ["9999", "▐"]
        assert numbers.drawn <= 63
        before = numbers.drawn
        numbers.touch()
        await pilot.pause()
        assert numbers.drawn == before, "what did not change is not drawn again"


async def test_rows_above_come_and_go_and_the_cursor_stays_on_its_line() -> None:
    app = NumbersApp()
    async with app.run_test(size=(40, 10)) as pilot:
        numbers = app.query_one(Numbers)
        keys = [str(number) for number in range(100)]
        numbers.replace(keys)
        numbers.select("50")
        await pilot.pause()
        line = numbers.line_of_cursor().y
        app.moves.clear()
        numbers.replace(["new-1", "new-2", *keys])
        await pilot.pause()
        assert numbers.cursor == "50"
        assert numbers.line_of_cursor().y == line
        assert app.moves == [], "on the screen nothing moved under the cursor"
        numbers.replace([key for key in keys if key != "50"])
        await pilot.pause()
        assert numbers.cursor != "50"
        assert app.moves == [(numbers.cursor, False)]
        numbers.replace([])
        await pilot.pause()
        assert numbers.cursor is None


async def test_the_mouse_selects_a_row() -> None:
    app = NumbersApp()
    async with app.run_test(size=(40, 10)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.replace([str(number) for number in range(100)])
        numbers.select("50")
        await pilot.pause()
        await pilot.click(Numbers, offset=(3, 2))
        assert numbers.cursor == str(numbers.top + 2)


class _Rows(Numbers):
    """Without an app: only the book-keeping of places."""

    def refresh(self, *_: object, **__: object) -> "_Rows":
        return self

    def scroll_to(self, *_: object, **__: object) -> None:
        return None

    def post_message(self, message: object) -> bool:
        return True


@given(st.lists(st.lists(st.integers(0, 30), unique=True), min_size=1, max_size=12), st.data())
@settings(max_examples=150, deadline=None)
def test_the_cursor_leaves_an_id_only_when_that_is_gone(
    states: list[list[int]], data: st.DataObject
) -> None:
    rows = _Rows(id="rows")
    for state in states:
        keys = [str(number) for number in state]
        before = rows.cursor
        rows.replace(keys)
        if before in keys:
            assert rows.cursor == before
        elif keys:
            assert rows.cursor in keys
        else:
            assert rows.cursor is None
        if keys:
            rows.select(data.draw(st.sampled_from(keys)))


async def test_a_row_keeps_a_cell_from_the_border_and_an_empty_list_says_so() -> None:
    app = NumbersApp()
    async with app.run_test(size=(40, 9)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.when_empty("No numbers yet.", "n brings some: 日本 " + "and more " * 4)
        await pilot.pause()
        body = [numbers.render_line(y).text for y in range(9)]
        assert [bool(line.strip()) for line in body] == [False] * 3 + [True] * 3 + [False] * 3
        assert body[3] == "No numbers yet.".center(39).rstrip().ljust(40)
        assert all(numbers.render_line(y).cell_length == 40 for y in range(9))
        numbers.replace(["7"])
        await pilot.pause()
        assert numbers.render_line(0).text.rstrip() == " 7"
        assert not numbers.render_line(4).text.strip()


async def test_at_the_end_a_taller_list_is_painted_at_its_new_place() -> None:
    app = NumbersApp()
    async with app.run_test(size=(40, 10)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.replace([str(number) for number in range(30)])
        numbers.go_last()
        await pilot.pause()
        await pilot.resize_terminal(40, 14)
        await pilot.pause()
        shown = [strip.text.split()[0] for strip in app.screen._compositor.render_strips()]
        assert shown == [str(number) for number in range(16, 30)]
