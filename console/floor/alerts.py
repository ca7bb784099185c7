"""Alerts: filters that are watched. The floor and the time go in, what was raised and ended out.

An alert is raised once for each subject (a leg, a conversation, the call of a webhook), stays
raised as long as its filter passes, and ends when it has not passed for `REST_MS`: what comes and
goes in between is the same alert. An alert of webhooks has no end of its own unless its filter
looks at their age; it is acknowledged.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, assert_never

from console.floor.alert_rules import On, Rule
from console.floor.due import Due
from console.floor.fold import Floor
from console.floor.leg_fields import LegFilter
from console.floor.room_fields import RoomFilter
from console.floor.views import Changes
from console.journal.filter_records import fields_of, text_of
from console.journal.filter_terms import reads_fields, reads_text
from console.journal.filter_time import next_turn, time_keys
from console.journal.record import WEBHOOK_KINDS, Kind, Record

REST_MS: Final = 5_000
"""So long a filter does not pass until its alert has ended."""
MOST: Final = 1_000
"""Webhooks that one alert keeps raised; the oldest ends for a newer one."""
_NS_IN_MS: Final = 1_000_000
_GROWING: Final = MappingProxyType({"age": None})
_OF_REPLIES: Final = frozenset({"answer", "elapsed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that is raised. Times are Unix milliseconds."""

    rule: Rule
    subject: str
    """Id of the leg or the conversation."""
    what: str
    """Who or what it is, as it came: the far end, the name of the conversation."""
    since_ms: int
    """Since when its filter passes."""
    raised_ms: int
    leg: str | None
    conversation: str | None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class AlertFact:
    """An alert was raised, or has ended."""

    alert: Alert
    raised: bool
    at_ms: int


@dataclass(slots=True)
class _State:
    since_ms: int
    alert: Alert | None = None
    not_since_ms: int | None = None
    """Raised, and does not pass any more."""


@dataclass(frozen=True, slots=True)
class _Hook:
    """A webhook, and our reply to it as far as it has come."""

    record: Record
    answer: float | None = None
    """HTTP status."""
    elapsed_ms: float | None = None


_Key = tuple[int, str]
"""The place of the rule, and the subject."""


class Alerts:
    """Evaluates rules over one floor; knows no clock.

    Call `note` after each change of the floor, `saw` for each webhook, and `tick` now and then:
    each returns what was raised and what has ended by then.
    """

    def __init__(self, rules: Sequence[Rule], floor: Floor) -> None:
        self.rules = tuple(rules)
        self._floor = floor
        self._watches = [_watch(rule, floor) for rule in self.rules]
        self._states: dict[_Key, _State] = {}
        self._due: Due[_Key] = Due()
        self._seen: dict[_Key, _Hook] = {}
        """The webhooks that are raised."""
        self._unanswered: OrderedDict[str, Record] = OrderedDict()
        """Webhooks by exchange, until our reply comes; only where a rule looks at replies."""
        self._reads_replies = any(
            rule.on is On.WEBHOOKS and reads_fields(rule.wanted.term) & _OF_REPLIES
            for rule in self.rules
        )

    @property
    def watches_webhooks(self) -> bool:
        """Whether `saw` is of any use."""
        return any(rule.on is On.WEBHOOKS for rule in self.rules)

    @property
    def raised(self) -> tuple[Alert, ...]:
        """What is raised, the oldest first."""
        found = [state.alert for state in self._states.values() if state.alert is not None]
        return tuple(sorted(found, key=lambda each: each.raised_ms))

    def begin(self, now_ms: int) -> list[AlertFact]:
        """Look at the whole floor."""
        rooms = [room for room in self._floor.conversations() if room.legs]
        legs = [leg for room in rooms for leg in room.legs]
        return self._look(now_ms, legs, [room.uuid for room in rooms])

    def note(self, changes: Changes, now_ms: int) -> list[AlertFact]:
        """Look at what has changed; of what was before `now_ms` first."""
        facts = self.tick(now_ms)
        return facts + self._look(now_ms, changes.legs, changes.conversations)

    def saw(self, record: Record, now_ms: int) -> list[AlertFact]:
        """Look at a record that came: a webhook, or our reply to one. Others raise nothing."""
        facts: list[AlertFact] = []
        hook = self._hook(record)
        if hook is None:
            return facts
        record = hook.record
        for place, rule in enumerate(self.rules):
            if rule.on is On.WEBHOOKS and _look_at_hook(rule, hook, now_ms)[0]:
                key = (place, record.leg or record.conversation or f"record {record.seq}")
                if key not in self._states:
                    self._make_room(place, now_ms, facts)
                # A later one of the same call is the same alert, and keeps it raised.
                self._seen[key] = hook
                self._evaluate(key, now_ms, facts)
        return facts

    def _hook(self, record: Record) -> _Hook | None:
        """Return the webhook that a record tells of, with what is known of our reply."""
        if record.kind in WEBHOOK_KINDS:
            if self._reads_replies:
                self._unanswered[record.exchange] = record
                if len(self._unanswered) > MOST:
                    self._unanswered.popitem(last=False)
            return _Hook(record)
        asked = self._unanswered.pop(record.exchange, None) if record.kind is Kind.REPLY else None
        if asked is None:
            return None
        status = record.meta.get("status")
        answer = float(status) if isinstance(status, int) else None
        return _Hook(asked, answer, max(record.mono - asked.mono, 0) / _NS_IN_MS)

    def tick(self, now_ms: int) -> list[AlertFact]:
        """Look at what is due: only that is evaluated."""
        facts: list[AlertFact] = []
        for at_ms, key in self._due.pop(now_ms):
            self._evaluate(key, at_ms, facts)
        return facts

    def sweep(self, now_ms: int) -> list[AlertFact]:
        """Look at what is due, and at what is raised for something that the floor let go of."""
        facts = self.tick(now_ms)
        for key, state in tuple(self._states.items()):
            rule, subject = self.rules[key[0]], key[1]
            if state.alert is None or state.not_since_ms is not None:
                continue
            if (rule.on is On.LEGS and self._floor.leg(subject) is None) or (
                rule.on is On.CONVERSATIONS and self._floor.conversation(subject) is None
            ):
                self._evaluate(key, now_ms, facts)
        return facts

    def acknowledge(self) -> int:
        """Take note of all that is raised; return how many of them were not yet.

        A webhook that is acknowledged has ended: nothing else would end it.
        """
        count = 0
        for key, state in tuple(self._states.items()):
            alert = state.alert
            if alert is None or alert.acknowledged:
                continue
            count += 1
            if alert.rule.on is On.WEBHOOKS:
                self._forget(key)
            else:
                state.alert = replace(alert, acknowledged=True)
        return count

    def take_over(self, before: "Alerts", now_ms: int) -> None:
        """Go on with what was raised, or on the way to it, by rules that are the same here."""
        places = {rule: place for place, rule in enumerate(self.rules)}
        for (place, subject), state in before._states.items():
            now = places.get(before.rules[place])
            if now is None:
                continue
            self._states[now, subject] = state
            if (hook := before._seen.get((place, subject))) is not None:
                self._seen[now, subject] = hook
            self._due.set((now, subject), now_ms)
        self._unanswered.update(before._unanswered)

    # --- one subject ---------------------------------------------------------------------------

    def _look(
        self, now_ms: int, legs: Iterable[str], conversations: Iterable[str]
    ) -> list[AlertFact]:
        facts: list[AlertFact] = []
        for place, rule in enumerate(self.rules):
            if rule.on is not On.WEBHOOKS:
                subjects = legs if rule.on is On.LEGS else conversations
                for subject in subjects:
                    self._evaluate((place, subject), now_ms, facts)
        return facts

    def _evaluate(self, key: _Key, now_ms: int, facts: list[AlertFact]) -> None:
        place, subject = key
        rule = self.rules[place]
        if rule.on is On.WEBHOOKS:
            passes, turns = _look_at_hook(rule, self._seen.get(key), now_ms)
        else:
            passes, turns = self._watches[place](subject, now_ms)
        state = self._states.get(key)
        if passes:
            if state is None:
                state = self._states[key] = _State(now_ms)
            state.not_since_ms = None
            if state.alert is None:
                whole = state.since_ms + rule.for_ms
                if now_ms >= whole:
                    state.alert = self._alert(key, state.since_ms, now_ms)
                    facts.append(AlertFact(state.alert, raised=True, at_ms=now_ms))
                else:
                    turns = whole if turns is None else min(turns, whole)
        elif state is not None and state.alert is None:
            del self._states[key]
        elif state is not None and state.alert is not None:
            if state.not_since_ms is None:
                state.not_since_ms = now_ms
            rested = state.not_since_ms + REST_MS
            if now_ms >= rested:
                facts.append(AlertFact(state.alert, raised=False, at_ms=now_ms))
                self._forget(key)
            else:
                turns = rested if turns is None else min(turns, rested)
        self._due.set(key, turns)

    def _forget(self, key: _Key) -> None:
        self._states.pop(key, None)
        self._seen.pop(key, None)
        self._due.set(key, None)

    def _make_room(self, place: int, now_ms: int, facts: list[AlertFact]) -> None:
        keys = [key for key in self._seen if key[0] == place] if len(self._seen) >= MOST else []
        if len(keys) < MOST:
            return
        state = self._states.get(keys[0])
        if state is not None and state.alert is not None:
            facts.append(AlertFact(state.alert, raised=False, at_ms=now_ms))
        self._forget(keys[0])

    def _alert(self, key: _Key, since_ms: int, now_ms: int) -> Alert:
        place, subject = key
        rule, hook = self.rules[place], self._seen.get(key)
        seen = hook.record if hook is not None else None
        leg: str | None = None
        conversation: str | None = None
        if rule.on is On.CONVERSATIONS:
            conversation = subject
            room = self._floor.conversation(subject)
            what = (room.name if room is not None else None) or subject
        else:
            leg = subject if seen is None else seen.leg
            known = self._floor.leg(leg) if leg is not None else None
            if known is not None:
                conversation = known.conversation
            elif seen is not None:
                conversation = seen.conversation
            what = (known.far_end if known is not None else "") or leg or conversation or subject
            if seen is not None:
                what = f"{what} {seen.status or seen.kind.value}"
        return Alert(
            rule=rule,
            subject=subject,
            what=what,
            since_ms=since_ms,
            raised_ms=now_ms,
            leg=leg,
            conversation=conversation,
        )


_Look = Callable[[str, int], tuple[bool, int | None]]
"""Tells of a subject whether it passes at a moment, and when time alone may change that."""


def _watch(rule: Rule, floor: Floor) -> _Look:
    match rule.on:
        case On.LEGS:
            return _watch_legs(LegFilter(rule.wanted, floor.attempts_of), floor)
        case On.CONVERSATIONS:
            return _watch_rooms(RoomFilter(rule.wanted), floor)
        case On.WEBHOOKS:
            return lambda subject, now_ms: (False, None)
        case _ as never:
            assert_never(never)


def _watch_legs(legs: LegFilter, floor: Floor) -> _Look:
    def look(subject: str, now_ms: int) -> tuple[bool, int | None]:
        leg = floor.leg(subject)
        if leg is None:
            return False, None
        room = floor.conversation(leg.conversation) if leg.conversation else None
        name = room.name if room is not None else None
        return legs.passes(leg, name, now_ms), legs.turns(leg, now_ms)

    return look


def _watch_rooms(rooms: RoomFilter, floor: Floor) -> _Look:
    def look(subject: str, now_ms: int) -> tuple[bool, int | None]:
        room = floor.conversation(subject) if subject else None
        if room is None:
            return False, None
        return rooms.passes(room, now_ms), rooms.turns(room, now_ms)

    return look


def _look_at_hook(rule: Rule, hook: _Hook | None, now_ms: int) -> tuple[bool, int | None]:
    if hook is None:
        return False, None
    term, record = rule.wanted.term, hook.record
    turns = next_turn(time_keys(term, _GROWING), {"age": record.at // _NS_IN_MS}, now_ms)
    fields = {
        **fields_of(record, reads_fields(term), now_ms * _NS_IN_MS),
        "answer": hook.answer,
        "elapsed": hook.elapsed_ms,
    }
    text = text_of(record) if reads_text(term) else ""
    return rule.wanted.matches(fields, text), turns
