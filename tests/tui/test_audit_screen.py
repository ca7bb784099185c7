import pytest

from tests.tui.screen import shown


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_what_was_done_is_listed_with_what_became_of_it(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        await seen.press("@")
        assert seen.screen.views.here == "audit"
        rows = [line for line in seen.lines if "447700900" in line]
        assert [row.split()[2] for row in rows] == ["transfer", "say", "mute", "earmuff"]
        assert "failed ✗" in rows[0]
        assert "accepted ✓" in rows[2]
        assert "proven ✓✓" in rows[3]
        assert "[all 4] open 2  proven 1  failed 1" in seen.lines[1 if size[1] < 30 else 2]
        assert ("conversation billing  " in rows[0]) is (size[0] > 110)
        assert all(len(line) == size[0] for line in seen.lines)
        await seen.press("question_mark")
        assert "Under the cursor" in seen.text
        assert "The API said it will be done" in seen.text
        await seen.press("escape", "slash", *"stage:failed", "enter")
        assert len([line for line in seen.lines if "447700900" in line]) == 1
        await seen.press("enter")
        await seen.wait_for(lambda: "· asked kind conversation  value billing" in seen.text)
        assert "→ PUT" in seen.text
        assert '"action": "transfer"' in seen.text
        assert "← 400  84 ms" in seen.text
        assert "failed +84 ms" in seen.text
        await seen.press("escape", "L")
        assert " > ".join(seen.screen.views.crumbs) == "calls > audit > ladder"
        await seen.press("escape", "0")
        assert " > ".join(seen.screen.views.crumbs) == "calls > audit"
        await seen.press("escape", "slash", *"mute stage:failed", "enter")
        assert "No action passes the filter." in seen.text
        await seen.press("escape", "]", "]", "]", "[", "[")
        assert seen.screen.views.here == "audit"


async def test_the_log_begins_at_the_leg_that_one_comes_from() -> None:
    async with shown(size=(80, 24)) as seen:
        seen.screen.calls.select("l:63f61863-4a51-4f6b-86e1-46edebcf9002")
        await seen.press("@", "enter")
        await seen.wait_for(lambda: "earmuff proven" in seen.text)
        assert "→ PUT" in seen.text
        # What was read back to prove it is there as well.
        assert "→ GET" in seen.text
