"""Themes: one TOML file each, with a palette and the meanings that this console colours.

A theme that cannot be used is refused with file, line and key; the screen then falls back
to `dark`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme

from console.config import paths
from console.config.toml_lines import line_of
from console.tui.contrast import READABLE, contrast

FALLBACK = "dark"

MEANINGS = (
    "rule",
    "rule-focus",
    "related",
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

BACKS = ("background", "surface", "panel", "cursor", "cursor-blurred")
"""What text stands on."""

NO_TEXT = ("rule", "rule-focus", "related", "faint", *BACKS)
"""What need not be read: lines, what is dimmed because it cannot act now, and what is behind."""

_HEX = re.compile("#[0-9a-fA-F]{6}")
_NAME = r"^[a-z0-9][a-z0-9_-]{0,31}$"


class ThemeError(Exception):
    """A theme file cannot be used; the text names file, line and key."""


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
    name: Annotated[str, msgspec.Meta(pattern=_NAME)]
    palette: _Palette
    variables: dict[str, str] = {}
    dark: bool = True
    about: Annotated[str, msgspec.Meta(max_length=120)] = ""


class Described(msgspec.Struct, frozen=True):
    """A theme, and what its file says of it."""

    theme: Theme
    about: str
    """One sentence; not made safe."""
    path: Path

    @property
    def name(self) -> str:
        """What it is called; made of small letters, digits, `-` and `_`."""
        return self.theme.name


class Loaded(msgspec.Struct, frozen=True):
    """The themes that can be used, by name, and what is wrong with the others."""

    described: dict[str, Described]
    problems: tuple[str, ...]

    @property
    def themes(self) -> dict[str, Theme]:
        """The themes by name."""
        return {name: each.theme for name, each in self.described.items()}


def parse_theme(text: str, where: str) -> Theme:
    """Return the theme written in TOML `text`; `where` names it in errors.

    Raises:
        ThemeError: A key is missing, unknown, or no colour.
    """
    return _parse(text, where)[0]


def load_themes(user_folder: Path | None = None) -> Loaded:
    """Return the built-in themes and those of `user_folder` (`*.toml`; theirs win by name)."""
    return _load([*theme_files(paths.themes_dir()), *theme_files(user_folder)])


def load_first(name: str, user_folder: Path | None = None) -> Loaded:
    """Return what the first frame is drawn with: the theme called `name`, and `dark`.

    Where the user has own themes, or none of the house is called so, all are returned.
    """
    files = [paths.themes_dir() / f"{each}.toml" for each in dict.fromkeys((FALLBACK, name))]
    if theme_files(user_folder) or not all(file in theme_files(file.parent) for file in files):
        return load_themes(user_folder)
    return _load(files)


def _load(files: Iterable[Path]) -> Loaded:
    described: dict[str, Described] = {}
    problems: list[str] = []
    for source in files:
        try:
            theme, about = _parse(source.read_text(encoding="utf-8-sig"), str(source))
        except ThemeError as error:
            problems.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{source}: cannot be read: {error}")
        else:
            described[theme.name] = Described(theme, about, source)
    house = described[FALLBACK].theme.variables
    for each in described.values():
        each.theme.variables = {**house, **each.theme.variables}
    return Loaded(described, tuple(problems))


def theme_files(folder: Path | None) -> list[Path]:
    """Return the theme files of a folder in the order of their names; none when it is not there."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix == ".toml")


def hard_to_read(theme: Theme) -> list[tuple[str, str, float]]:
    """Return which text is read badly: its name, what it stands on, and the contrast ratio.

    Text that is not opaque, or a colour of the terminal's own, cannot be reckoned.
    """
    palette = {name: getattr(theme, name) for name in _Palette.__struct_fields__}
    colors = {name: Color.parse(value) for name, value in palette.items() if value is not None}
    colors |= {name: Color.parse(value) for name, value in theme.variables.items()}
    found = [
        (name, back, contrast(color, colors[back]))
        for name, color in colors.items()
        for back in BACKS
        if name not in NO_TEXT and color.a == 1 and color.ansi is None
    ]
    return [each for each in found if each[2] < READABLE]


def _parse(text: str, where: str) -> tuple[Theme, str]:
    try:
        file = msgspec.toml.decode(text, type=_File)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        keys = _keys(path)
        if (unknown := re.search(r"unknown field `(.+)`", reason)) is not None:
            keys = (*keys, unknown[1])
        raise ThemeError(_said(text, where, keys, reason)) from error
    except msgspec.DecodeError as error:
        raise ThemeError(f"{where}: not TOML: {error}") from error
    palette = msgspec.structs.asdict(file.palette)
    for table, colors in (("palette", palette), ("variables", file.variables)):
        for key, value in colors.items():
            if table == "variables" and key not in MEANINGS:
                reason = "is not a meaning this console has"
                raise ThemeError(_said(text, where, (table, key), reason))
            if value is not None and not _is_color(value):
                raise ThemeError(_said(text, where, (table, key), f"{value!r} is not a colour"))
    theme = Theme(name=file.name, dark=file.dark, variables=file.variables, **palette)
    return theme, file.about


def _said(text: str, where: str, keys: tuple[str, ...], reason: str) -> str:
    """Return `mine.toml line 9: palette.success: …`."""
    line = line_of(text, keys)
    place = f"{where} line {line}" if line is not None else where
    return f"{place}: {'.'.join(keys)}: {reason}" if keys else f"{place}: {reason}"


def _keys(path: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[A-Za-z0-9_-]+", path))


def _is_color(value: str) -> bool:
    if _HEX.fullmatch(value):
        return True
    try:
        Color.parse(value)
    except ColorParseError:
        return False
    return True
