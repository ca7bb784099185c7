"""Nothing can be done with a key only: every action has words, a command of the shell, docs."""

from pathlib import Path

import click
import pytest

from console.actions.action import EVERY_VIEW
from console.actions.registry import ACTIONS, BY_ID, Action, Scope
from console.cli import COMMANDS, cli
from console.cli.headless_page import headless_page
from console.cli.twins import ELSEWHERE, NONE_BECAUSE, twin_of, twins, words_of
from console.tui.views import VIEWS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = headless_page()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_can_be_found_and_has_a_twin_or_a_reason(action: Action) -> None:
    # The palette of a view offers all of its actions, with or without a key.
    offered = action.views == EVERY_VIEW or {view.id for view in VIEWS} & set(action.views)
    assert action.keys or offered
    assert action.label
    assert action.help.endswith(".")
    assert f"| `{action.id}` | " in PAGE
    twin = twin_of(action)
    if twin is None:
        assert action.scope is Scope.VIEW or NONE_BECAUSE.get(action.id), (
            "name its command in console.cli.twins, or say why there is none"
        )
        return
    for path in twin.split(", "):
        if not path.startswith("--"):
            assert _command(path).get_short_help_str(300)


def _command(path: str) -> click.Command:
    command: click.Command = cli
    for word in path.split():
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"there is no command {path}"
        command = found
    return command


def test_the_commands_are_made_once_and_go_one_way() -> None:
    made = twins()
    assert not set(made) & set(COMMANDS.own)
    assert {word for action in ACTIONS for word in words_of(action)} == set(made)
    assert not [word for word, entry in made.items() if "; again" in entry.short_help]
    assert (set(ELSEWHERE) | set(NONE_BECAUSE)) <= set(BY_ID)
    for word in made:
        params = {option for each in _command(word).params for option in each.opts}
        assert {"--json", "--wait", "--timeout", "--context", "--journal"} <= params
        assert ("--yes" in params) == made_of(word).dangerous


def made_of(word: str) -> Action:
    return next(action for action in ACTIONS if word in words_of(action))


def test_the_page_is_fresh() -> None:
    assert (DOCS / "headless.md").read_text("utf-8") == PAGE + "\n", (
        "run: python -m console.cli.headless_page > docs/headless.md"
    )
