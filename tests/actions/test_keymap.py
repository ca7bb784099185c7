"""A keymap is taken whole or refused with file, line, action and key."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.actions.keymap import (
    KEPT,
    NEEDED,
    REGISTRY_KEYS,
    KeymapError,
    acts_at_a_touch,
    checked,
    key_problem,
    views_with_keys,
)
from console.actions.keymap_file import load_keymap
from console.actions.registry import ACTIONS, BY_ID


def loaded(tmp_path: Path, text: str) -> KeymapError | None:
    path = tmp_path / "keymap.toml"
    path.write_text(text)
    try:
        load_keymap(path)
    except KeymapError as error:
        return error
    return None


def test_the_keys_of_the_house_pass_their_own_check() -> None:
    for action in ACTIONS:
        for key in action.keys:
            assert key_problem(key) is None, (action.id, key)
            assert not acts_at_a_touch(action, key), (action.id, key)
    for id_, key in KEPT.items():
        assert key in BY_ID[id_].keys
    assert checked({}, {}, lambda keys: "nowhere") == REGISTRY_KEYS
    assert views_with_keys()[0] == "calls"


def test_keys_are_taken_everywhere_or_in_one_view(tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    assert load_keymap(path) is REGISTRY_KEYS
    path.write_text(
        '[keys]\nleg.mute = "h"\n"quit" = ["Q", "ctrl+q"]\npause = []\n'
        '"leg.hangup" = "&"\n[views.ladder]\nfilter = ["f", "f7"]\n'
    )
    keymap = load_keymap(path)
    by_id = {action.id: action for action in keymap.actions_of("calls")}
    assert by_id["leg.mute"].keys == ("h",)
    assert by_id["leg.hangup"].keys == ("&",)
    assert by_id["pause"].keys == ()
    assert by_id["filter"].keys == ("/", "f3", "f7")
    assert by_id["leg.say"] is BY_ID["leg.say"]
    for key, view, expected in (
        ("h", "calls", "leg.mute"),
        ("m", "calls", None),
        ("f7", "ladder", "filter"),
        ("/", "ladder", None),
        ("/", "audit", "filter"),
        ("ctrl+q", "audit", "quit"),
    ):
        found = keymap.for_key(key, view)
        assert (found.id if found else None) == expected
    assert keymap.changed_in("audit").keys() == {"leg.mute", "quit", "pause", "leg.hangup"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[keys]\nleg.mut = "h"', 2, "there is no action leg.mut; did you mean leg.mute?"),
        ('[keys]\n"x" = "h"', 2, "there is no action x"),
        ('[keys]\nleg.mute = "esc"', 2, "leg.mute cannot have the key 'esc': there is no such key"),
        ('[keys]\nleg.mute = "shift+a"', 2, "write 'A' for it"),
        ('[keys]\nleg.mute = "ctrl+A"', 2, "write 'ctrl+a' for it"),
        ('[keys]\nleg.mute = "ctrl+m"', 2, "a terminal sends the same for it as for enter"),
        ('[keys]\nleg.mute = "hh"', 2, "there is no such key"),
        ('[keys]\nleg.mute = "cmd+h"', 2, "there is no such key"),
        ('[keys]\nleg.mute = ""', 2, "there is no such key"),
        ("[keys]\nleg.mute = 3", 2, "leg.mute must be a key or a list of keys"),
        ('[keys]\nleg.mute = ["h", 3]', 2, "leg.mute must be a key or a list of keys"),
        ('[keys]\nleg.mute = "X"', 2, "would be that of leg.mute and of leg.hangup"),
        ('[keys]\nleg.hangup = "m"', 2, "it is dangerous; take a capital letter"),
        ('[keys]\nleg.hangup = "ctrl+x"', 2, "it is dangerous"),
        ('[keys]\nconversation.hangup = "enter"', 2, "it is dangerous"),
        ("[keys]\nquit = []", 2, "quit must have a key"),
        ("[keys]\nhelp = []", 2, "help must have a key"),
        ('[keys]\nback = "b"', 2, "back must keep the key 'escape'"),
        ('[keys]\nrow.down = ["n"]', 2, "row.down must keep the key 'down'"),
        ('[keys]\nleg.mute = "h"\n[views.audit]\nfilter = "1"', 4, "in the view audit the key '1'"),
        ('[views.audit]\nleg.mute = "h"', 2, "the view audit has no action leg.mute"),
        ('[views.floor]\nfilter = "f"', 1, "there is no view floor; there are calls, "),
        ("[views.audit]\nquit = []", 2, "quit must have a key"),
        ("[views]\naudit = 3", 2, "audit must be a table"),
        ("views = 3", 1, "views must be a table"),
        ("keys = 3", 1, "keys must be a table"),
        ('[kyes]\nleg.mute = "h"', 1, "there is no table kyes"),
        ('[keys]\nleg.mute = "h', None, "not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    error = loaded(tmp_path, text)
    assert error is not None
    place = f"{tmp_path / 'keymap.toml'}"
    assert str(error).startswith(f"{place} line {line}: " if line else f"{place}: ")
    assert words in str(error)


def test_the_example_of_the_page_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "keys.md").read_text("utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert loaded(tmp_path, example) is None


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = '[keys]\nleg.mute = "X"\nquit = []\nleg.mut = "h"\nleg.say = 1\n[kyes]\n'
    error = loaded(tmp_path, text)
    assert error is not None
    places = [each.split(" line ")[1].partition(":")[0] for each in error.problems]
    assert places == ["2", "3", "4", "5", "6"]
    assert str(error).endswith("(and 4 more)")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "keymap.toml").write_bytes(b"\xff")
    with pytest.raises(KeymapError, match="cannot be read"):
        load_keymap(tmp_path / "keymap.toml")
    with pytest.raises(KeymapError, match="cannot be read"):
        load_keymap(tmp_path)


KEYS = st.sampled_from([*"abmqQXZ?/1#", "escape", "tab", "enter", "f5", "ctrl+x", "alt+b", "nokey"])
IDS = st.sampled_from([*(action.id for action in ACTIONS), "no.such"])


@given(st.dictionaries(IDS, st.lists(KEYS, max_size=2), max_size=4))
@settings(max_examples=100, deadline=None)
def test_what_is_taken_keeps_every_promise(said: dict[str, list[str]]) -> None:
    try:
        keymap = checked(said, {}, lambda keys: "x")
    except KeymapError:
        return
    for view in views_with_keys():
        keys = [key for action in keymap.actions_of(view) for key in action.keys]
        assert len(keys) == len(set(keys)) or any(len(set(k)) < len(k) for k in said.values())
        for id_ in NEEDED:
            assert keymap.keys(BY_ID[id_], view)
    for id_, kept in KEPT.items():
        assert kept in keymap.keys(BY_ID[id_], "calls")
