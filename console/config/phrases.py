"""The phrase book: texts that are spoken often, in `phrases.toml` beside the configuration."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import tomli_w

from console.config.errors import ConfigError
from console.config.toml_lines import place_of
from console.config.write import write_whole

MOST: Final = 500
"""So many phrases are read; more are taken for a mistake."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_NAMED: Final = 32


def load_phrases(path: Path) -> Mapping[str, str]:
    """Return the phrases by name, in the order of the file; a missing file holds none.

    Raises:
        ConfigError: The file cannot be read, or is not a table of texts.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The phrases in {path} cannot be read: {error}") from error
    for name, said in found.items():
        if not isinstance(said, str) or not said.strip():
            raise ConfigError(
                f"{place_of(path, text, (name,))}: {name} is no phrase; a line is:"
                ' hold = "Please hold."'
            )
    if len(found) > MOST:
        raise ConfigError(f"{path} holds {len(found)} phrases; {MOST} can be kept")
    return found


def save_phrase(path: Path, name: str, text: str) -> None:
    """Keep `text` under `name`; an empty text forgets it.

    Raises:
        ConfigError: The name is none, there are too many, or the file cannot be written.
    """
    saved = dict(load_phrases(path))
    if not text.strip():
        saved.pop(name, None)
    elif problem := name_problem(name):
        raise ConfigError(problem)
    else:
        saved[name] = text
    if len(saved) > MOST:
        raise ConfigError(f"{path} holds {MOST} phrases already: forget one first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomli_w.dumps(saved))
    except OSError as error:
        raise ConfigError(f"The phrase cannot be saved in {path}: {error}") from error


def name_problem(name: str) -> str:
    """Say why a phrase cannot have this name; empty: it can."""
    if _NAME.fullmatch(name):
        return ""
    return f"{name!r} is no name for a phrase: use up to 32 of a-z, 0-9, - and _"


def name_for(text: str) -> str:
    """Return a name that suits a phrase: its first words."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"<[^>]*>", " ", text.lower()))
    return "-".join(words[:4])[:_NAMED].strip("-") or "phrase"
