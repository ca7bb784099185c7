"""The alerts of an app: the rules of the file over the live floor, and what is raised now."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from textual.widget import Widget

from console.config.alerts import AlertSetting, forget_alert, save_alert
from console.config.errors import ConfigError
from console.desk.alert_rules import LoadedRules, load_rules
from console.floor.alerts import Alert, AlertFact, Alerts
from console.floor.views import Changes
from console.journal.record import JournalError
from console.tasks import spawn
from console.text import clean
from console.tui.ports import DeskPort

_AT_ONCE: Final = 50
"""Legs that are looked at without a break: 1 ms with a handful of rules."""
RAISED: Final = "▲"
"""An alert that waits to be acknowledged."""
NOTED: Final = "△"
"""One that was acknowledged and goes on."""


class Alerting:
    """Watches one desk. Everything that it raises is told to `said`, once for each batch.

    Only the live floor is watched: of a moment of the past nobody has to be called.
    """

    def __init__(
        self, desk: DeskPort, path: Path | None, filters: Path | None, said: Callable[[], None]
    ) -> None:
        """Watch for what the file at `path` names.

        Args:
            desk: Whose floor it is.
            path: `alerts.toml`; None: there are no alerts, and none can be made.
            filters: The saved filters, which alerts may name.
            said: Called when something was raised, has ended, or was acknowledged.
        """
        self._desk, self._path, self._filters, self._said = desk, path, filters, said
        self.bell = False
        """What was raised since it was asked for last is to be heard."""
        self._loaded = self._load()
        self._alerts = Alerts(self._loaded.rules, desk.store.floor)
        self._raised: tuple[Alert, ...] = ()
        self._on_legs: dict[str, bool] = {}
        self._on_rooms: dict[str, bool] = {}
        self._taken = desk.store.last_seq
        self._reading = self._looking = False
        self._legs: dict[str, None] = {}
        self._rooms: dict[str, None] = {}
        """What has changed since it was looked at."""
        self._leave: Callable[[], None] = lambda: None

    @property
    def problems(self) -> Sequence[str]:
        """What of the file was not taken, a sentence each."""
        return self._loaded.problems

    @property
    def names(self) -> Sequence[str]:
        """The names of the alerts that are watched for."""
        return tuple(rule.name for rule in self._alerts.rules)

    @property
    def raised(self) -> tuple[Alert, ...]:
        """What is raised, the oldest first."""
        return self._raised

    def of_leg(self, uuid: str) -> bool | None:
        """Tell whether an alert of a leg waits to be acknowledged; None: there is none."""
        return self._on_legs.get(uuid)

    def of_conversation(self, uuid: str) -> bool | None:
        """The same for one of a conversation as a whole."""
        return self._on_rooms.get(uuid)

    def start(self) -> None:
        """Follow the floor from now on."""
        self._leave = self._desk.store.subscribe(self._changed)
        self._look_at_all()

    def stop(self) -> None:
        """Follow it no more."""
        self._leave()

    def tick(self) -> None:
        """Look at what has changed since, a few at a time, and at what is due by now."""
        if not self._alerts.rules:
            return
        self._note(self._alerts.sweep(self._now_ms()))
        if not self._looking and (self._legs or self._rooms):
            self._looking = True
            spawn(self._look(), name="alerts")

    async def _look(self) -> None:
        """Look at what has changed; keys are handled in between."""
        try:
            while self._legs or self._rooms:
                changes = Changes(_some(self._legs), _some(self._rooms))
                self._note(self._alerts.note(changes, self._now_ms()))
                await asyncio.sleep(0)
        finally:
            self._looking = False

    def _look_at_all(self) -> None:
        if self._alerts.rules:
            rooms = self._desk.store.floor.conversations()
            for room in rooms:
                self._legs.update(dict.fromkeys(room.legs))
                self._rooms[room.uuid] = None
        self.tick()

    def acknowledge(self) -> int:
        """Take note of all that is raised; return how many were not acknowledged yet."""
        count = self._alerts.acknowledge()
        if count:
            self._take()
        return count

    def add(self, setting: AlertSetting) -> None:
        """Put an alert into the file and watch for it.

        Raises:
            ConfigError: It cannot be kept.
        """
        save_alert(self._file, setting)
        self._anew()

    def forget(self, name: str) -> None:
        """Take an alert out of the file.

        Raises:
            ConfigError: There is none of this name, or the file cannot be written.
        """
        forget_alert(self._file, name)
        self._anew()

    @property
    def _file(self) -> Path:
        if self._path is None:
            raise ConfigError("this console has no folder to keep alerts in")
        return self._path

    def _load(self) -> LoadedRules:
        if self._path is None:
            return LoadedRules((), ())
        return load_rules(self._path, self._filters)

    def _anew(self) -> None:
        """Watch for what the file holds now; what is raised stays as it is."""
        before = self._alerts
        self._loaded = self._load()
        self._alerts = Alerts(self._loaded.rules, self._desk.store.floor)
        self._alerts.take_over(before, self._now_ms())
        self._look_at_all()
        self._take()

    def _now_ms(self) -> int:
        return self._desk.clock.now_ns() // 1_000_000

    def _changed(self, changes: Changes) -> None:
        if not self._alerts.rules:
            return
        self._legs.update(dict.fromkeys(changes.legs))
        self._rooms.update(dict.fromkeys(changes.conversations))
        if self._alerts.watches_webhooks and not self._reading:
            self._reading = True
            spawn(self._read(), name="alerts of webhooks")

    async def _read(self) -> None:
        """Look at the webhooks that the floor has folded in since."""
        store = self._desk.store
        try:
            while (until := store.last_seq) > self._taken:
                facts: list[AlertFact] = []
                async for record in self._desk.journal.read(self._taken, until=until):
                    facts += self._alerts.saw(record, self._now_ms())
                self._taken = until
                self._note(facts)
        except JournalError as error:
            self._loaded = replace(
                self._loaded, problems=(*self._loaded.problems, f"alerts of webhooks: {error}")
            )
        finally:
            self._reading = False

    def _note(self, facts: Sequence[AlertFact]) -> None:
        if not facts:
            return
        self.bell = self.bell or any(each.raised and each.alert.rule.bell for each in facts)
        self._take()

    def _take(self) -> None:
        self._raised = self._alerts.raised
        self._on_legs, self._on_rooms = {}, {}
        for each in self._raised:
            marks, key = self._on_legs, each.leg
            if key is None:
                marks, key = self._on_rooms, each.conversation
            if key is not None:
                marks[key] = marks.get(key, False) or not each.acknowledged
        self._said()


def _some(pending: dict[str, None]) -> frozenset[str]:
    """Take a few ids out of those that wait."""
    some = frozenset(islice(pending, _AT_ONCE))
    for each in some:
        del pending[each]
    return some


def alert_words(raised: Sequence[Alert]) -> tuple[str, bool]:
    """Return what the status line says of what is raised, and whether any of it waits."""
    waiting = [each for each in raised if not each.acknowledged]
    if not waiting:
        return (f"{NOTED} {len(raised)}", False) if raised else ("", False)
    latest = waiting[-1]
    count = f"{len(waiting)} alerts" if len(waiting) > 1 else "alert"
    return f"{RAISED} {count}: {latest.rule.name} {clean(latest.what, limit=24)}", True


@runtime_checkable
class RaisesAlerts(Protocol):
    """The app of a desk."""

    @property
    def alerting(self) -> Alerting:
        """What is raised."""


def alerting_of(widget: Widget) -> Alerting | None:
    """Return the alerts of the app that a widget is shown on; None: it has none."""
    app = widget.app
    return app.alerting if isinstance(app, RaisesAlerts) else None
