"""Themes: one TOML file each, with a palette and the meanings that this console colours.

A theme that cannot be used is refused with the file and the key; the screen then falls back
to `dark`.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme

from console.config import paths

FALLBACK = "dark"

MEANINGS = (
    "rule",
    "rule-focus",
    "muted",
    "faint",
    "key",
    "cursor",
    "cursor-blurred",
    "conversation",
    "leg-started",
    "leg-ringing",
    "leg-answered",
    "leg-failed",
    "leg-ended",
    "direction-in",
    "direction-out",
    "speaks",
    "hears",
    "playing",
    "digits",
    "asked",
    "accepted",
    "proven",
    "refused",
    "recording",
    "notice",
)
"""Names under `[variables]`; a theme that leaves one out gets the house's."""


class ThemeError(Exception):
    """A theme file cannot be used; the text names file and key."""


class _Palette(msgspec.Struct, forbid_unknown_fields=True):
    primary: str
    foreground: str
    background: str
    surface: str
    panel: str
    success: str
    warning: str
    error: str
    secondary: str | None = None
    accent: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    palette: _Palette
    variables: dict[str, str] = {}
    dark: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """The themes that can be used, by name, and what is wrong with the others."""

    themes: dict[str, Theme]
    problems: tuple[str, ...]


def parse_theme(text: str, where: str) -> Theme:
    """Return the theme written in TOML `text`; `where` names it in errors.

    Raises:
        ThemeError: A key is missing, unknown, or no colour.
    """
    try:
        file = msgspec.toml.decode(text, type=_File)
    except msgspec.ValidationError as error:
        raise ThemeError(f"{where}: {error}") from error
    except msgspec.DecodeError as error:
        raise ThemeError(f"{where}: not TOML: {error}") from error
    palette = msgspec.structs.asdict(file.palette)
    for table, colors in (("palette", palette), ("variables", file.variables)):
        for key, value in colors.items():
            if table == "variables" and key not in MEANINGS:
                raise ThemeError(f"{where}: variables.{key} is not a meaning this console has")
            if value is not None:
                _check_color(value, f"{where}: {table}.{key}")
    return Theme(name=file.name, dark=file.dark, variables=file.variables, **palette)


def load_themes(user_folder: Path | None = None) -> Loaded:
    """Return the built-in themes and those of `user_folder` (`*.toml`; theirs win by name)."""
    themes: dict[str, Theme] = {}
    problems: list[str] = []
    sources = sorted(paths.themes_dir().iterdir())
    if user_folder is not None and user_folder.is_dir():
        sources += sorted(user_folder.iterdir())
    for source in sources:
        if source.suffix != ".toml":
            continue
        try:
            theme = parse_theme(source.read_text(encoding="utf-8"), str(source))
        except ThemeError as error:
            problems.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{source}: cannot be read: {error}")
        else:
            themes[theme.name] = theme
    house = themes[FALLBACK].variables
    for theme in themes.values():
        theme.variables = {**house, **theme.variables}
    return Loaded(themes, tuple(problems))


def _check_color(value: str, where: str) -> None:
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise ThemeError(f"{where}: {value!r} is not a colour") from error
