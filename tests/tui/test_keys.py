from console.actions.registry import ACTIONS, actions_of
from console.tui.app import ConsoleApp
from console.tui.keys import bindings, display
from console.tui.screens.floor import FloorScreen


def test_every_key_of_the_registry_is_bound_on_the_main_screen_and_no_other() -> None:
    bound = {binding.id for binding in FloorScreen.BINDINGS}  # type: ignore[union-attr]  # all are Binding
    assert bound == {action.id for action in ACTIONS if action.keys and action.is_in("calls")}
    assert bindings(actions_of("calls")) == FloorScreen.BINDINGS
    assert not ConsoleApp.BINDINGS or ConsoleApp._inherit_bindings is False


def test_keys_are_written_for_people() -> None:
    assert [display(key) for key in ("m", "ctrl+p", "escape", "shift+tab", "X")] == [
        "m",
        "^p",
        "Esc",
        "S-Tab",
        "X",
    ]
