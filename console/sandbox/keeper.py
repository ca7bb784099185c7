"""Keeps finished calls, and names of conversations, between starts."""

from pathlib import Path

from console.sandbox.engine.state import Leg
from console.sandbox.runtime import Owner, Runtime
from console.sandbox.saved_calls import Names, SavedCalls, SavedNames

_DAY_MS = 86_400_000


class CallKeeper:
    """Writes each leg down when it is over.

    Args:
        runtime: Whose legs these are.
        file: Where; None keeps nothing.
    """

    def __init__(self, runtime: Runtime, file: Path | None) -> None:
        self._runtime = runtime
        self._saved = None if file is None else SavedCalls(file)
        self._last: dict[Owner, str] = {}
        if self._saved is not None:
            runtime.observe(self._look)

    def restore(self) -> None:
        """Give the engines back what was kept and is not too old (3.3)."""
        if self._saved is None:
            return
        now_ms = self._runtime.parts.timeline.now_ms()
        found = self._saved.load()
        applications, regions = self._runtime.holdings.applications, self._runtime.regions
        kept: dict[Owner, list[Leg]] = {
            # A region that is not served this time may be the next.
            owner: legs
            for owner, legs in found.items()
            if owner.application in applications and owner.region not in regions
        }
        for owner, engine in self._runtime.engines():
            oldest = now_ms - engine.settings.leg_persistence_days * _DAY_MS
            legs = [leg for leg in found.get(owner, []) if (leg.ended_ms or 0) >= oldest]
            engine.restore(legs)
            if legs:
                self._last[owner] = legs[-1].uuid
                kept[owner] = legs
        self._saved.replace(kept)

    def forget(self) -> None:
        """Keep nothing of what was."""
        self._last.clear()
        if self._saved is not None:
            self._saved.replace({})

    def _look(self, owner: Owner) -> None:
        ended = self._runtime.engine(owner).ended()
        last = self._last.get(owner)
        fresh: list[Leg] = []
        for uuid in reversed(ended):
            if uuid == last:
                break
            fresh.append(ended[uuid])
        if fresh and self._saved is not None:
            fresh.reverse()
            self._last[owner] = fresh[-1].uuid
            self._saved.append(owner, fresh)


class NameKeeper:
    """Writes each name of a conversation down when it is given (6.4).

    Args:
        runtime: Whose conversations these are.
        file: Where; None keeps nothing.
    """

    def __init__(self, runtime: Runtime, file: Path | None) -> None:
        self._runtime = runtime
        self._saved = None if file is None else SavedNames(file)
        self._last: dict[Owner, str] = {}
        if self._saved is not None:
            runtime.observe(self._look)

    def restore(self) -> None:
        """Give the engines back the names that live on."""
        if self._saved is None:
            return
        now_ms = self._runtime.parts.timeline.now_ms()
        applications = self._runtime.holdings.applications
        kept: dict[Owner, Names] = {}
        for owner, names in self._saved.load().items():
            living = {name: known for name, known in names.items() if known.expires_ms > now_ms}
            if owner.application not in applications or not living:
                continue
            kept[owner] = living
            # A region that is not served this time may be the next.
            if owner.region in self._runtime.regions:
                self._runtime.engine(owner).restore_names(living)
                self._last[owner] = next(reversed(living.values())).id
        self._saved.replace(kept)

    def forget(self) -> None:
        """Keep nothing of what was."""
        self._last.clear()
        if self._saved is not None:
            self._saved.replace({})

    def _look(self, owner: Owner) -> None:
        last = self._last.get(owner)
        fresh: Names = {}
        for name, known in reversed(self._runtime.engine(owner).names().items()):
            if known.id == last:
                break
            fresh[name] = known
        if fresh and self._saved is not None:
            self._last[owner] = next(iter(fresh.values())).id
            self._saved.append(owner, dict(reversed(fresh.items())))
