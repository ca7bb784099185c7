from hypothesis import given, settings
from hypothesis import strategies as st

from console.tui.row_pile import BLOCK, RowPile, Rows


def rows_of(number: int, turn: int) -> list[str]:
    """The rows of a conversation: none, one or more, other ones at each turn."""
    count = (number * 7 + turn) % 4
    return [f"c:{number}", *(f"l:{number}-{turn}-{leg}" for leg in range(count))] if count else []


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 9 * BLOCK)),
    st.lists(st.tuples(st.integers(0, 9 * BLOCK), st.integers(0, 9)), max_size=300),
    st.lists(st.tuples(st.integers(-5, 900), st.integers(-5, 900)), min_size=1, max_size=10),
)
def test_rows_kept_in_blocks_are_those_of_one_list(
    begins: set[int], told: list[tuple[int, int]], looks: list[tuple[int, int]]
) -> None:
    # Two begin at a time, so that ids decide.
    place = {number: (number // 2, f"{number:05d}") for number in range(9 * BLOCK + 1)}
    known = {number: rows_of(number, 0) for number in begins}
    pile = RowPile((place[number], rows) for number, rows in known.items())
    for number, turn in told:
        if number in known:
            assert list(pile.take(place[number])) == known.pop(number)
            if turn < 3:
                continue
        known[number] = rows_of(number, turn)
        pile.put(place[number], known[number])
    ordered = sorted(known, key=place.__getitem__)
    wanted = [row for number in ordered for row in known[number]]
    assert pile.places == [place[number] for number in ordered]
    assert pile.rows == [known[number] for number in ordered]
    rows = Rows(pile.blocks)
    assert list(rows) == wanted
    assert len(rows) == len(wanted)
    for start, end in looks:
        assert list(rows[start:end]) == wanted[start:end]
        assert list(rows[end:start:-2]) == wanted[end:start:-2]
        if -len(wanted) <= start < len(wanted):
            assert rows[start] == wanted[start]
        for row in wanted[:1] + wanted[start:][:1]:
            assert found(rows, row, start, end) == found(wanted, row, start, end)


def found(rows: Rows | list[str], row: str, start: int, end: int) -> int | None:
    try:
        return rows.index(row, start, end)
    except ValueError:
        return None


def test_a_place_that_there_is_not_is_refused_as_by_a_list() -> None:
    rows = Rows([["a"], [], ["b", "c"]])
    assert [rows[place] for place in (-3, -1, 0, 1, 2)] == ["a", "c", "a", "b", "c"]
    for place in (3, -4):
        try:
            rows[place]
        except IndexError:
            continue
        raise AssertionError(place)
    assert not Rows([])
    assert "b" in rows
