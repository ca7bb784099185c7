"""What was typed into a form that was left: kept until the form is sent, for its next opening."""

from collections.abc import Mapping
from typing import Final

from console.actions.form import NO_ARGS, Args

MOST: Final = 50
"""So many forms are remembered; the oldest is forgotten first."""


class Drafts:
    """What was typed, by form. In memory only: it may hold anything."""

    def __init__(self) -> None:
        self._kept: dict[str, Args] = {}

    def of(self, form: str) -> Args:
        """Return the fields that were changed when the form was left."""
        return self._kept.get(form, NO_ARGS)

    def keep(self, form: str, before: Mapping[str, str], now: Args) -> None:
        """Remember the fields that are not as they were when the form was opened empty."""
        changed = {name: value for name, value in now.items() if value != before.get(name, "")}
        self.drop(form)
        if changed:
            self._kept[form] = changed
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def drop(self, form: str) -> None:
        """Forget a form: it was sent."""
        self._kept.pop(form, None)
