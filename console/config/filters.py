"""Filters that were saved by name: `filters.toml` in the folder of the configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.config.errors import ConfigError
from console.config.named_texts import is_name, no_name, read_texts, write_texts

MOST: Final = 200


def load_filters(path: Path) -> Mapping[str, str]:
    """Return the saved filters by name; a missing file holds none.

    Raises:
        ConfigError: The file cannot be read, or is not a table of texts.
    """
    return read_texts(
        path,
        all_="saved filters",
        one="saved filter",
        line='name = "status:busy dur>30"',
        fits=lambda name, said: is_name(name),
    )


def save_filter(path: Path, name: str, text: str) -> None:
    """Keep `text` under `name`; an empty text forgets it.

    Raises:
        ConfigError: The name is none, there are too many, or the file cannot be written.
    """
    if not is_name(name):
        raise ConfigError(no_name(name, "a filter"))
    saved = dict(load_filters(path))
    if text:
        saved[name] = text
    else:
        saved.pop(name, None)
    write_texts(path, saved, one="filter", most=MOST)
