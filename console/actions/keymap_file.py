"""`keymap.toml` in the folder of the configuration: the user's own keys."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from console.actions.keymap import REGISTRY_KEYS, Keymap, KeymapError, Where, checked
from console.config.toml_lines import by_line, line_of

_TABLES: Final = ("keys", "views")


def load_keymap(path: Path) -> Keymap:
    """Return the keys that the file at `path` gives; a missing file gives those of the registry.

    `[keys]` holds keys by action (`leg.mute = "h"`, `quit = ["q", "ctrl+c"]`), `[views.NAME]`
    those of one view. An empty list leaves an action to the palette.

    Raises:
        KeymapError: The file cannot be read, or anything in it cannot be used; nothing of it is.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return REGISTRY_KEYS
    except (OSError, UnicodeDecodeError) as error:
        raise KeymapError([f"{path}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise KeymapError([f"{path}: not TOML: {error}"]) from error

    def where(keys: tuple[str, ...]) -> str:
        # An action's id may be written with its points quoted or as nested tables.
        nested = (*keys[:-1], *keys[-1].split(".")) if keys else ()
        line = max((line_of(text, each) or 0 for each in (keys, nested)), default=0)
        return f"{path} line {line}" if line else str(path)

    problems = [
        f"{where((name,))}: there is no table {name}; there are [keys] and [views.NAME]"
        for name in document
        if name not in _TABLES
    ]
    said_of_views = document.get("views", {})
    if not isinstance(said_of_views, dict):
        problems.append(f"{where(('views',))}: views must be a table")
        said_of_views = {}
    everywhere = _table(("keys",), document.get("keys", {}), where, problems)
    views = {
        view: _table(("views", view), said, where, problems) for view, said in said_of_views.items()
    }
    try:
        keymap = checked(everywhere, views, where)
    except KeymapError as error:
        raise KeymapError(by_line([*problems, *error.problems])) from None
    if problems:
        raise KeymapError(by_line(problems))
    return keymap


def _table(
    names: tuple[str, ...], said: object, where: Where, problems: list[str]
) -> dict[str, tuple[str, ...]]:
    """Return keys by action id; what is neither a key nor a list of keys is a problem."""
    if not isinstance(said, dict):
        problems.append(f"{where(names)}: {names[-1]} must be a table")
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for id_, keys in _flat(said):
        if isinstance(keys, str):
            found[id_] = (keys,)
        elif isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            found[id_] = tuple(keys)
        else:
            problems.append(
                f"{where((*names, id_))}: {id_} must be a key or a list of keys, such as "
                '["m", "f9"]'
            )
    return found


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Give what a table says by action id: `leg.mute = …` is a table within a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
