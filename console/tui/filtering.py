"""What `/` filters in a view, and the filters that are kept for every view of an app."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from textual.widget import Widget

from console.config.errors import ConfigError
from console.config.filters import load_filters, save_filter
from console.floor.alert_rules import On
from console.journal.filter import Filter, parse_filter
from console.journal.filter_completion import no_values
from console.journal.filter_fields import Key

_REMEMBERED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """One list that can be filtered."""

    pane: Widget
    """Where one looks at it."""
    keys: Mapping[str, Key]
    """The fields of what is in it."""
    show: Callable[[Filter], None]
    """Shows only what passes; a filter without terms shows all."""
    count: Callable[[], str]
    """Says how much is shown now, with its noun; safe text."""
    values: Callable[[str], Iterable[str | None]] = no_values
    """The values that a field has now."""
    alerts_on: On | None = None
    """What an alert with such a filter watches; None: there is no such alert."""
    word: str = ""
    """Which list it is, where a view has several."""


class KeptFilters:
    """Filters by name (`filters.toml`), and what was typed in this app before."""

    def __init__(self, path: Path | None) -> None:
        """`path` is the file; None: nothing is saved and nothing can be."""
        self._path = path
        self.typed: list[str] = []
        """The oldest first."""

    def saved(self) -> Mapping[str, str]:
        """Return the filters by name as they are in the file now.

        Raises:
            ConfigError: It cannot be read.
        """
        return load_filters(self._path) if self._path is not None else {}

    def names(self) -> Mapping[str, str]:
        """Return the filters by name; none where the file cannot be read."""
        try:
            return self.saved()
        except ConfigError:
            return {}

    def parse(self, text: str, keys: Mapping[str, Key]) -> Filter:
        """Return the filter of `text`.

        Raises:
            FilterError: It cannot be understood; it says where.
            ConfigError: It names a saved filter, and their file cannot be read.
        """
        return parse_filter(text, keys, self.saved() if "@" in text else {})

    def save(self, name: str, text: str) -> None:
        """Keep `text` under `name`; an empty text forgets it.

        Raises:
            ConfigError: It cannot be kept, or there is nothing to forget.
        """
        if self._path is None:
            raise ConfigError("this console has no folder to keep filters in")
        if not text and name not in self.saved():
            raise ConfigError(f"no filter has the name {name!r}")
        save_filter(self._path, name, text)

    def remember(self, text: str) -> None:
        """Keep what was entered for the way back with the arrow up."""
        if text:
            self.typed = [each for each in self.typed if each != text][-_REMEMBERED:]
            self.typed.append(text)


@runtime_checkable
class KeepsFilters(Protocol):
    """The app of a desk."""

    @property
    def kept(self) -> KeptFilters:
        """What is kept for every view."""


def kept_filters(widget: Widget) -> KeptFilters:
    """Return what the app of a widget keeps."""
    app = widget.app
    return app.kept if isinstance(app, KeepsFilters) else KeptFilters(None)


@dataclass(slots=True)
class InForce:
    """A filter that is in force in one list."""

    text: str = ""
    wanted: Filter = field(default_factory=Filter)
