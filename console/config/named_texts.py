"""Files of texts by name, a line each: the saved filters, the phrase book."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import tomli_w

from console.config.errors import ConfigError
from console.config.toml_lines import place_of
from console.config.write import write_whole

NAMED: Final = 32
"""Characters of the longest name."""
_NAME: Final = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{NAMED - 1}}}")


def is_name(name: str) -> bool:
    """Return whether a text can be kept under this name."""
    return _NAME.fullmatch(name) is not None


def no_name(name: str, one: str) -> str:
    """Return the sentence on a name that one, said with its article, cannot have."""
    return f"{name!r} is no name for {one}: use up to {NAMED} of a-z, 0-9, - and _"


def read_texts(
    path: Path, *, all_: str, one: str, line: str, fits: Callable[[str, str], bool]
) -> Mapping[str, str]:
    """Return the texts by name, in the order of the file; a missing file holds none.

    Args:
        path: The file.
        all_: What they are called together in a message, as `phrases`.
        one: What one is called.
        line: A right line, as an example.
        fits: Tells whether a name and its value are one.

    Raises:
        ConfigError: The file cannot be read, or a line of it does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The {all_} in {path} cannot be read: {error}") from error
    for name, said in found.items():
        if not isinstance(said, str) or not fits(name, said):
            where = place_of(path, text, (name,))
            raise ConfigError(f"{where}: {name} is no {one}; a line is: {line}")
    return found


def write_texts(path: Path, texts: Mapping[str, str], *, one: str, most: int) -> None:
    """Write all texts, at most so many.

    Raises:
        ConfigError: There are too many, or the file cannot be written.
    """
    if len(texts) > most:
        raise ConfigError(f"{path} holds {most} {one}s already: forget one first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomli_w.dumps(texts))
    except OSError as error:
        raise ConfigError(f"The {one} cannot be saved in {path}: {error}") from error
