from pathlib import Path

from console.actions.keymap import REGISTRY_KEYS
from console.actions.keymap_file import load_keymap
from console.actions.registry import ACTIONS, actions_of
from console.actions.target import Target
from console.tui.app import ConsoleApp
from console.tui.keys import binding_keys, bindings, display
from console.tui.screens.floor import FloorScreen
from tests.tui.screen import shown

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"


def test_every_key_of_the_registry_is_bound_on_the_main_screen_and_no_other() -> None:
    bound = {binding.id for binding in FloorScreen.BINDINGS}  # type: ignore[union-attr]  # all are Binding
    assert bound == {action.id for action in ACTIONS if action.is_in("calls")}
    assert bindings(actions_of("calls")) == FloorScreen.BINDINGS
    assert not ConsoleApp.BINDINGS or ConsoleApp._inherit_bindings is False
    assert binding_keys(REGISTRY_KEYS, "calls") == {}


def test_keys_are_written_for_people() -> None:
    keys = ("m", "ctrl+p", "escape", "shift+tab", "X", "f5", "alt+b", "pageup", "ctrl+@")
    shown_as = ["m", "^p", "Esc", "S-Tab", "X", "F5", "A-b", "PgUp", "^Space"]
    assert [display(key) for key in keys] == shown_as


async def test_screen_footer_help_and_palette_follow_the_users_keys(tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text(
        '[keys]\nleg.mute = "h"\n"leg.hangup" = ["&", "$"]\nquit = "Q"\npause = []\n'
        'conversation.hangup = ","\nrow.down = ["%", "down"]\nhelp = "f1"\n'
        '[views.audit]\nfilter = "f"\nrow.down = ["u", "down"]\n'
    )
    async with shown(keymap=load_keymap(path), size=(100, 50)) as seen:
        foot = "\n".join(seen.lines[-2:])
        assert "h mute" in foot
        assert "& hang up" in foot
        await seen.press("m", "X", "q", "p", "j")
        assert not seen.desk.performer.started
        assert seen.app.screen is seen.screen
        assert seen.screen.held is None
        assert seen.screen.target == Target.leg(LEG)
        await seen.press("h")
        assert [each[0] for each in seen.desk.performer.started] == ["leg.mute"]
        for key in ("ampersand", "dollar_sign", "comma"):
            await seen.press(key)
            assert "Hang up" in seen.text, key
            await seen.press("escape")
        await seen.press("percent_sign")
        assert seen.screen.target != Target.leg(LEG)
        await seen.press("0", "f")
        assert seen.app.focused is not None
        assert seen.app.focused.id == "prompt-input"
        await seen.press("escape")
        assert "f filter" in seen.lines[-1] + seen.lines[-2]
        await seen.press("escape", "slash")
        assert seen.app.focused is not None
        assert seen.app.focused.id == "prompt-input"
        await seen.press("escape", "f1")
        assert " & $" in seen.text
        await seen.press("percent_sign", "f1")
        assert seen.app.screen is seen.screen
        await seen.press("ctrl+p")
        assert "mute   h" in seen.text
        await seen.press("escape", "Q")
    assert seen.app.return_code == 0


async def test_what_of_the_users_files_was_not_taken_is_said_first() -> None:
    problem = "keymap.toml line 3: there is no action leg.mut; did you mean leg.mute?"
    async with shown(problems=[problem], size=(80, 24)) as seen:
        assert "Not taken" in seen.text
        assert "there is no action leg.mut" in seen.text
        await seen.press("enter")
        assert "Not taken" not in seen.text
        await seen.press("m")
        assert len(seen.desk.performer.started) == 1
