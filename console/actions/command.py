"""The `:` command line: `:mute`, `:say hello there`, `:transfer kind=url https://…`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from console.actions.forms import FORMS, Args
from console.actions.registry import ACTIONS, BY_COMMAND, Action

_SETTING: Final = re.compile(r"([a-z]+)=(\S*)(?:\s+|$)")
ALSO: Final = {
    "unmute": ("mute", "unmute"),
    "unearmuff": ("earmuff", "unearmuff"),
    "unhold": ("hold", "unhold"),
    "unsubscribe": ("subscribe", "unsubscribe"),
}
"""Words for one way of a toggle: the command, and what is wanted of it."""


class CommandError(ValueError):
    """A command line that means nothing; the text says what would."""


@dataclass(frozen=True, slots=True)
class Command:
    """An action by name, and what was typed after it."""

    action: Action
    args: Args = field(default_factory=dict)


def parse_command(line: str) -> Command:
    """Return what a command line asks for; a leading `:` is dropped.

    `name=value` before the free text sets a field of the action's form; the free text fills the
    form's own field (`:say style=2 hello there`). A `transfer` without a kind is understood by
    what follows: a URL, an NCCO, a number, or the name of a conversation.

    Raises:
        CommandError: There is no such command, or it takes nothing.
    """
    word, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    rest = rest.strip()
    if word in ALSO:
        word, want = ALSO[word]
        known = BY_COMMAND[word]
        return Command(known, {**_settings(known, rest)[0], "want": want})
    action = BY_COMMAND.get(word)
    if action is None:
        raise CommandError(_unknown(word))
    if action.form is None:
        if rest:
            raise CommandError(f":{word} takes nothing after it")
        return Command(action)
    form = FORMS[action.form]
    args, rest = _settings(action, rest)
    if rest:
        args[form.rest] = rest
    if action.id == "leg.transfer" and "value" in args and "kind" not in args:
        args["kind"] = transfer_kind(args["value"])
    return Command(action, args)


def _settings(action: Action, rest: str) -> tuple[dict[str, str], str]:
    """Return the fields that are set as `name=value`, and the text after them."""
    fields = FORMS[action.form].fields if action.form is not None else ()
    names = {field.name for field in fields}
    args: dict[str, str] = {}
    while (found := _SETTING.match(rest)) is not None and found[1] in names:
        args[found[1]] = found[2]
        rest = rest[found.end() :].strip()
    return args, rest


def transfer_kind(value: str) -> str:
    """Return what a transfer goes to, by the look of it."""
    if value.startswith(("http://", "https://")):
        return "url"
    if value.startswith("[") or value.endswith(".json"):
        return "ncco"
    if re.fullmatch(r"\+?[0-9][0-9 ().-]{6,20}", value):
        return "number"
    return "conversation"


def complete(prefix: str) -> Sequence[str]:
    """Return the command words that begin with `prefix`, in the order of the footer."""
    words = [*(action.command for action in ACTIONS), *ALSO]
    return [word for word in words if word.startswith(prefix.removeprefix(":"))]


def _unknown(word: str) -> str:
    if not word:
        return "type the name of an action, such as :mute; ? lists them"
    from difflib import get_close_matches

    near = get_close_matches(word, [*BY_COMMAND, *ALSO], n=1)
    hint = f"; did you mean :{near[0]}?" if near else "; ? lists what there is"
    return f"there is no :{word}{hint}"
