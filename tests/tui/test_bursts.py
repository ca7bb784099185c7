"""Keys that come faster than they are handled: pasted, or typed while the machine is busy."""

from tests.tui.screen import press_at_once, shown


async def test_what_follows_a_colon_or_a_slash_is_text() -> None:
    async with shown() as seen:
        await press_at_once(seen, ":", *"dtmX")
        assert seen.screen.prompt.sign == ":"
        assert ":  dtmX" in seen.text or "dtmX" in seen.lines[-3] + seen.lines[-2] + seen.lines[-1]
        assert not seen.desk.performer.started
        await seen.press("escape")
        await press_at_once(seen, "/", *"status:ringing/x:m")
        assert seen.screen.prompt.sign == "/"
        assert "status:ringing/x:m" in seen.text
        assert not seen.desk.performer.started
        assert seen.app.screen is seen.screen
        await seen.press("escape")
        assert seen.screen.prompt.sign == ""
