"""Filters that were saved by name: `filters.toml` in the folder of the configuration."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import tomli_w

from console.config.errors import ConfigError
from console.config.toml_lines import place_of
from console.config.write import write_whole

MOST: Final = 200
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


def load_filters(path: Path) -> Mapping[str, str]:
    """Return the saved filters by name; a missing file holds none.

    Raises:
        ConfigError: The file cannot be read, or is not a table of texts.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The saved filters in {path} cannot be read: {error}") from error
    for name, said in found.items():
        if not isinstance(said, str) or not _NAME.fullmatch(name):
            raise ConfigError(
                f"{place_of(path, text, (name,))}: {name} is no saved filter; a line is:"
                ' name = "status:busy dur>30"'
            )
    return found


def save_filter(path: Path, name: str, text: str) -> None:
    """Keep `text` under `name`; an empty text forgets it.

    Raises:
        ConfigError: The name is none, there are too many, or the file cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a filter: use up to 32 of a-z, 0-9, - and _")
    saved = dict(load_filters(path))
    if text:
        saved[name] = text
    else:
        saved.pop(name, None)
    if len(saved) > MOST:
        raise ConfigError(f"{path} holds {MOST} filters already: forget one first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomli_w.dumps(saved))
    except OSError as error:
        raise ConfigError(f"The filter cannot be saved in {path}: {error}") from error
