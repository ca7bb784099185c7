"""The phrase book: texts that are spoken often, in `phrases.toml` beside the configuration."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.config.errors import ConfigError

MOST: Final = 500
"""So many phrases are read; more are taken for a mistake."""


def load_phrases(path: Path) -> Mapping[str, str]:
    """Return the phrases by name, in the order of the file; a missing file holds none.

    Raises:
        ConfigError: The file cannot be read, or is not a table of texts.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The phrases in {path} cannot be read: {error}") from error
    for name, text in found.items():
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(f'{path}: {name} is no phrase; a line is: hold = "Please hold."')
    if len(found) > MOST:
        raise ConfigError(f"{path} holds {len(found)} phrases; {MOST} can be kept")
    return found
