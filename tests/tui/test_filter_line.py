"""The line where a filter is typed: suggestions, errors, history, names; nothing acts from it."""

from pathlib import Path

import pytest
from textual.widgets import Input

from console.actions.registry import ACTIONS
from console.actions.target import Target
from console.config.alerts import load_alerts
from console.config.filters import load_filters
from console.tui.app import ConsoleApp
from console.tui.dialogs.alerts import AlertsDialog
from console.tui.screens.view_screen import ViewScreen
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, _event
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


class Kept:
    """An app with files of its own."""

    def __init__(self, folder: Path, size: tuple[int, int] = (120, 40)) -> None:
        self.filters, self.alerts = folder / "filters.toml", folder / "alerts.toml"
        self.desk = StandingDesk(busy_floor())
        self._size = size

    async def __aenter__(self) -> Shown:
        self.app = ConsoleApp(self.desk, filters=self.filters, alerts=self.alerts)
        self._running = self.app.run_test(size=self._size)
        pilot = await self._running.__aenter__()
        seen = Shown(self.app, self.desk, pilot)
        await seen.settle()
        await seen.look()
        return seen

    async def __aexit__(self, *error: object) -> None:
        await self._running.__aexit__(*error)  # type: ignore[arg-type]  # as it came
        if self.app.failure is not None:
            raise self.app.failure


async def fill(seen: Shown, text: str) -> None:
    """What would be typed, at once."""
    field = seen.app.screen.query_one("#prompt-input", Input)
    field.value = text
    field.cursor_position = len(text)
    await seen.pilot.pause()


async def alerted(seen: Shown, leg: str) -> None:
    """Until an alert of a leg is raised, and drawn."""
    seen.app.alerting.tick()
    await seen.wait_for(lambda: seen.app.alerting.of_leg(leg) is not None)
    await seen.settle()


async def tell(seen: Shown, command: str) -> None:
    await seen.press("colon")
    await fill(seen, command)
    await seen.press("enter")


def line(seen: Shown) -> str:
    return seen.app.screen.query_one("#prompt-input", Input).value


async def test_suggestions_follow_the_cursor_and_tab_enter_or_mouse_take_them(
    tmp_path: Path,
) -> None:
    kept = Kept(tmp_path)
    kept.filters.write_text('bad = "status:busy"\n')
    async with kept as seen:
        await seen.press("slash")
        assert "status:" in seen.text
        assert "1 of" in seen.text or "of 6 legs" in seen.text
        await seen.press(*"dir", "tab")
        assert line(seen) == "direction:"
        assert "inbound" in seen.text
        await seen.press("tab", *" @b")
        assert "@bad" in seen.text
        await seen.press("tab", *"from:")
        assert "447700900001" in seen.text, "values that are there now"
        await seen.press("down", "down", "enter")
        value = line(seen)
        assert value.startswith("direction:inbound @bad from:4")
        await seen.press("home", *"mut")
        assert "muted:" in seen.text
        await seen.press("tab")
        assert line(seen) == "muted:" + value
        await seen.press("escape", "slash", *"ear")
        matches = seen.app.screen.query_one("#prompt-matches")
        await seen.pilot.click(matches, offset=(4, 0))
        await seen.settle()
        assert line(seen) == "earmuffed:"
        assert seen.app.focused is not None
        assert seen.app.focused.id == "prompt-input"
        assert not seen.desk.performer.started


async def test_an_error_is_pointed_at_and_the_history_comes_with_the_arrow(tmp_path: Path) -> None:
    async with Kept(tmp_path, (80, 24)) as seen:
        await seen.press("slash")
        await fill(seen, "live:yes dur>soon")
        place = next(n for n, each in enumerate(seen.lines) if "live:yes dur>soon" in each)
        at = seen.lines[place].index("dur>soon")
        assert seen.lines[place + 1][at : at + 8] == "^" * 8
        assert "dur is compared with a time" in seen.lines[place + 2]
        await seen.press("enter")
        assert seen.screen.prompt.sign == "/"
        await seen.press(*["backspace"] * 4, *"30", "enter")
        assert "/ live:yes dur>30 · " in seen.text
        assert "Esc clears" in seen.text
        await seen.press("slash", "ctrl+u", *"busy", "enter", "slash", "ctrl+u", *"x")
        await seen.press("up")
        assert line(seen) == "busy"
        await seen.press("up", "up")
        assert line(seen) == "live:yes dur>30"
        await seen.press("down", "down")
        assert line(seen) == "x"
        await seen.press("escape")
        assert "/ busy · " in seen.text
        await seen.press("escape")
        assert "Esc clears" not in seen.text
        await seen.press("slash")
        await fill(seen, "nofield:1")
        assert "there is no field 'nofield'; fields are status, from" in seen.text


async def test_a_filter_is_saved_by_name_used_and_forgotten(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    async with kept as seen:
        await seen.press("slash")
        await fill(seen, "status:busy")
        await seen.press("ctrl+s")
        assert line(seen) == "filter-save "
        await seen.press(*"bad", "enter")
        assert load_filters(kept.filters) == {"bad": "status:busy"}
        assert "saved: @bad" in seen.lines[0]
        await seen.press("slash")
        await fill(seen, "!@bad")
        await seen.press("enter")
        assert seen.screen.calls.shown_legs == 5
        await seen.press("colon", *"filter-forget b", "tab", "enter")
        assert load_filters(kept.filters) == {}
        await tell(seen, "filter-forget bad")
        assert "no filter has the name 'bad'" in seen.lines[0]
        await seen.press("escape", "colon", *"filter-save x", "enter")
        assert "no filter is in force" in seen.lines[0]


def view_of(seen: Shown) -> ViewScreen:
    return seen.app.views.screen(seen.app.views.here)


@pytest.mark.slow
async def test_no_key_acts_from_the_filter_line(tmp_path: Path) -> None:
    async with Kept(tmp_path) as seen:
        keys = {key for action in ACTIONS for key in action.keys}
        keys |= {f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
        keys |= {f"f{number}" for number in range(1, 13)}
        # Esc and Enter leave the line, Ctrl-C the program, Ctrl-S goes to the name: other tests.
        acting = sorted(keys - {"escape", "enter", "ctrl+c", "ctrl+s"})
        for place in ("calls", "webhook", "ncco", "audit", "ladder"):
            if place == "ladder":
                seen.app.views.aim("ladder", Target.leg(LEG(1)))
            else:
                seen.app.views.open(place)
            screen = view_of(seen)
            await seen.wait_for(lambda screen=screen: seen.app.screen is screen)  # type: ignore[misc]  # bound here
            await seen.settle()
            await seen.press("slash")
            await seen.wait_for(lambda: "prompt-input" in str(seen.app.focused))
            # A character is a character everywhere.
            here = acting if place == "calls" else [key for key in acting if len(key) > 1]
            for key in [*here, "\N{SECTION SIGN}"]:
                seen.app.post_message(_event(key))
            await seen.wait_for(lambda: "\N{SECTION SIGN}" in line(seen))
            assert seen.app.screen is screen, place
            assert screen.prompt.sign == "/"
            assert seen.app.views.here == place
            screen.typed.left("/")
        assert not seen.desk.performer.started
        assert not seen.screen.marks


async def test_every_view_has_the_same_language(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.filters.write_text('word = "answered"\n')
    async with kept as seen:
        for place, good, count in (
            ("audit", "stage:failed | mute !(age>1h)", " actions"),
            ("webhook", "status:answered verdict:signed -elapsed>5000", " webhooks"),
            ("recording", "state:there & !fetched:yes", " recordings"),
            ("ncco", "errors>0 | name:*", " scripts"),
            ("ladder", "bad:no (kind:rest | kind:webhook) !zzz", " lines"),
        ):
            if place == "ladder":
                seen.app.views.aim("ladder", Target.leg(LEG(1)))
            else:
                seen.app.views.open(place)
            await seen.pilot.pause()
            typed = view_of(seen).typed
            for text in (good, "@word", "answered"):
                assert typed.apply_filter(text), (place, text)
                await seen.pilot.pause()
                assert f"/ {text} · " in seen.text
                assert count in seen.text
            assert not typed.apply_filter("nofield:1")
            assert "there is no field 'nofield'; fields are " in view_of(seen).status.notice
            await seen.press("escape")
            assert "Esc clears" not in seen.text


async def test_the_events_have_a_filter_of_their_own(tmp_path: Path) -> None:
    async with Kept(tmp_path) as seen:
        seen.screen.set_focus(seen.screen.events)
        await seen.press("slash")
        await fill(seen, "way:out bad:no")
        await seen.press("enter")
        assert "events / way:out bad:no · " in seen.text
        assert seen.app.focused is seen.screen.events
        assert seen.screen.calls.shown_legs == 6
        assert all(seen.screen.events._line(key).arrow == "→" for key in seen.screen.events.keys)
        await seen.press("escape", "escape")
        assert "Esc clears" not in seen.text


async def test_an_alert_made_of_the_filter_is_raised_listed_and_acknowledged(
    tmp_path: Path,
) -> None:
    kept = Kept(tmp_path)
    async with kept as seen:
        await seen.press("slash")
        await fill(seen, "status:busy")
        await seen.press("enter")
        await tell(seen, "alert bell=yes busy-leg")
        (setting,) = load_alerts(kept.alerts).settings
        assert (setting.where, setting.on, setting.bell) == ("status:busy", "legs", True)
        await alerted(seen, LEG(5))
        await seen.press("escape")
        assert seen.row_with("447700900203").lstrip()[:2].startswith("▲")
        await tell(seen, "alerts")
        assert isinstance(seen.app.screen, AlertsDialog)
        assert "▲ busy-leg" in seen.text
        assert "Watched for: busy-leg." in seen.text
        await seen.press("enter")
        assert seen.screen.target is not None
        assert seen.screen.target.id == LEG(5)
        await tell(seen, "ack")
        assert "△" in seen.row_with("447700900203")
        seen.scene.status("new", "CON-n", "busy", from_="447700900777")
        await alerted(seen, "new")
        assert "▲" in seen.row_with("447700900777")
        seen.screen.status.notice = ""
        await seen.settle()
        assert "▲ alert: busy-leg 447700900777" in seen.lines[0]
        await seen.press("escape")
        assert not [each for each in seen.app.alerting.raised if not each.acknowledged]
        await tell(seen, "alert-forget busy-leg")
        assert load_alerts(kept.alerts).settings == ()
        assert seen.app.alerting.raised == ()


async def test_a_wrong_alert_is_named_at_the_start_and_the_others_are_watched(
    tmp_path: Path,
) -> None:
    kept = Kept(tmp_path, (100, 30))
    kept.alerts.write_text(
        '[wrong]\nwhere = "colour:red"\n[hooks]\nwhere = "status:completed"\non = "webhooks"\n'
    )
    async with kept as seen:
        assert "Not taken" in seen.text
        assert "line 2 character 10" in seen.text.replace("\n", " ").replace("│", "")
        await seen.press("enter")
        assert seen.app.alerting.names == ("hooks",)
        seen.scene.status(LEG(6), "CON-4", "completed", from_="442079460123")
        await seen.wait_for(lambda: bool(seen.app.alerting.raised))
        assert seen.app.alerting.raised[0].leg == LEG(6)
