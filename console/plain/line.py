"""What is typed into the stream: the `:` commands, with the leg or conversation behind the word."""

from dataclasses import dataclass
from typing import Final

from console.actions.command import ALSO, CommandError, parse_command
from console.actions.forms import FORMS, Args
from console.actions.naming import named
from console.actions.registry import ACTIONS, BY_COMMAND, Action, Scope
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor

HELP: Final = "help"
QUIT: Final = "quit"
CALLS: Final = "calls"
YES: Final = "yes"
OWN: Final = (HELP, QUIT, CALLS)
"""Commands of the stream itself."""
_AIMED: Final = (TargetKind.LEG, TargetKind.CONVERSATION, TargetKind.EITHER)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a line asks for: an action of the registry, or a word of `OWN`."""

    word: str
    action: Action | None = None
    target: Target | None = None
    args: Args | None = None
    about: str = ""
    """What stands behind a word of `OWN`."""


def parse_line(line: str, floor: Floor) -> Typed:
    """Return what a line asks for.

    `mute 4477*`, `say 4477* style=2 hello there`, `transfer 63f61863 support-7`, `call 4477…`: as
    on the `:` line of the screen, with the leg behind the word, since nothing is under a cursor.
    A toggle without a way (`mute`) goes the way of its word.

    Raises:
        CommandError: There is no such command, or it takes nothing.
        NamingError: What it is aimed at is nothing, or more than one thing.
    """
    word, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    if word in OWN:
        return Typed(word, about=rest.strip())
    action = BY_COMMAND.get(ALSO[word][0] if word in ALSO else word)
    if action is None or action.target not in (*_AIMED, TargetKind.NONE):
        parse_command(word)
    if action is None or not is_here(action):
        raise CommandError(f"{word} needs the screen, or a command of the shell; type help")
    if action.target is TargetKind.NONE:
        command = parse_command(line)
        return Typed(word, action, None, command.args)
    aim, _, rest = rest.strip().partition(" ")
    if not aim:
        raise CommandError(f"say on what: {usage(action, word)}")
    target = named(floor, aim, action.target)
    command = parse_command(f"{word} {rest}".strip())
    args = dict(command.args)
    if word not in ALSO and word in {of for of, _ in ALSO.values()} and "want" not in args:
        args["want"] = word
    return Typed(word, action, target, args)


def is_here(action: Action) -> bool:
    """Tell whether an action can be asked for in the stream."""
    return action.scope is Scope.DESK and action.target in (*_AIMED, TargetKind.NONE)


def usage(action: Action, word: str) -> str:
    """Return how a command is typed: `say LEG [language=…] TEXT`."""
    parts = [word]
    match action.target:
        case TargetKind.LEG:
            parts.append("LEG")
        case TargetKind.CONVERSATION | TargetKind.EITHER:
            parts.append("LEG|CONVERSATION")
    form = FORMS[action.form] if action.form is not None else None
    if form is not None:
        fields = [each for each in form.fields if each.name != "want"]
        parts += [f"[{each.name}=…]" for each in fields if each.name != form.rest]
        parts += [each.label.upper() for each in fields if each.name == form.rest]
    return " ".join(parts)


def commands() -> tuple[tuple[str, Action], ...]:
    """Return every word that can be typed for an action, in the order of the registry."""
    found: list[tuple[str, Action]] = []
    for action in ACTIONS:
        if is_here(action):
            found.append((action.command, action))
            found += [(word, action) for word, (of, _) in ALSO.items() if of == action.command]
    return tuple(found)
