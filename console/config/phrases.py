"""The phrase book: texts that are spoken often, in `phrases.toml` beside the configuration."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.config.errors import ConfigError
from console.config.named_texts import NAMED, is_name, no_name, read_texts, write_texts

MOST: Final = 500
"""So many phrases are read; more are taken for a mistake."""


def load_phrases(path: Path) -> Mapping[str, str]:
    """Return the phrases by name, in the order of the file; a missing file holds none.

    Raises:
        ConfigError: The file cannot be read, or is not a table of texts.
    """
    found = read_texts(
        path,
        all_="phrases",
        one="phrase",
        line='hold = "Please hold."',
        fits=lambda name, said: bool(said.strip()),
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
    write_texts(path, saved, one="phrase", most=MOST)


def name_problem(name: str) -> str:
    """Say why a phrase cannot have this name; empty: it can."""
    return "" if is_name(name) else no_name(name, "a phrase")


def name_for(text: str) -> str:
    """Return a name that suits a phrase: its first words."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"<[^>]*>", " ", text.lower()))
    return "-".join(words[:4])[:NAMED].strip("-") or "phrase"
