"""`docs/floor.md`, its tables made from the table of statuses and the table of proofs."""

import sys

from console.floor.proofs import RULES
from console.voice.statuses import ENDED, RANK, TRANSITIONS, meaning

_HEAD = """# The floor

Made by `python -m console.floor.floor_page > docs/floor.md`; a test fails when it is stale.

The floor is what is going on now: conversations, their legs, what was asked of them and how far
it came. It is a fold over the journal's records (`console/floor/fold.py`) and nothing else: the
live screen, `voice-console calls`, a replay and the tests call the same `Floor.apply`. It knows
no clock and does no I/O.

## Why order does not matter

The platform promises no order: events come twice, late, swapped, and with missing ids.

- A record is read into **facts**: frozen values that hold the times and ids inside the record.
- Facts are kept in **sets**, one for each leg, conversation, recording, exchange and action.
  Beside a fact stands the earliest time at which it was received. Union and minimum have no
  order and count nothing twice.
- Every **view** is a function of those sets, made when it is asked for and kept until a fact of
  it changes.

So any order and any repetition of the same records gives the same floor. `tests/floor` tries
every permutation of the short reference traces, random ones of the long ones, and random worlds
of made-up records that are looked at in between.

Two clocks are never compared. Events are ordered by the platform's timestamps. Read-backs are
dated by our clock, at the moment when they were asked for: an event that was received before
that is older than what the read-back saw.

## Where an event belongs

1. `uuid` or `call_uuid`: that leg.
2. Only a conversation: recordings, errors and notifies belong to it. Anything else is given to
   the one leg of it that nothing speaks against: numbers, direction, time, and the table below.
3. Otherwise it stays in the **tray** (`Floor.unplaced()`), with the reason, the leg that fits
   best and a score from 0 to 1. It is never given to one of two that fit, and let go of after
   half an hour; the journal has it. A number that more than 50 legs have speaks for none of them.

A webhook whose verdict is `refused` is in the journal and not on the floor.

## Statuses

A leg's status is the one of highest rank that was told, whatever came last. A failure keeps its
reason when `completed` follows it.
"""

_PROOFS = """
## What proves an action

An action is **asked** when the key is pressed, **accepted** when the API answered 2xx, **proven**
when something else shows it, or **failed** with the reason. The platform sends no event for mute,
earmuff, talk, stream and DTMF: there they stay accepted, and the screen says so. A sandbox is
read back. A subscription to keys is also proven by a read-back, and a mute or earmuff is **undone**
when the leg moves to another conversation and no later read-back shows it still. A 404 is no
failure before the other regions were asked.
"""

_ANSWERS = """
## How long the platform waits for an answer

Each answer or fallback webhook of a leg stands beside our reply (`Leg.answers`): when it came, when
it was answered, how long the platform waits, and the how many-th try it is. The limit is what the
Application API last told of the context's application at that time, else 5 s; an answer URL that
was given with an outbound call has 5 s always. Whoever draws brings the clock.
"""

_ARROWS = """
Each direction of a leg's sound (speaks →, hears ←) carries how far it is known: `unknown` (nobody
told, or the leg changed its conversation since: mute and earmuff end with the old one, as far as
is documented), `asked`, `accepted`, `proven`. What plays is reckoned from the length of the text
and marked as an estimate, until a read-back tells.
"""


def floor_page() -> str:
    """Return the whole page."""
    return "\n".join((_HEAD, _statuses(), _PROOFS, _proofs(), _ARROWS, _ANSWERS))


def _statuses() -> str:
    rows = ["| Status | Rank | May be followed by | Meaning |", "| --- | --- | --- | --- |"]
    for status in sorted(TRANSITIONS, key=RANK.__getitem__):
        following = sorted(TRANSITIONS[status], key=RANK.__getitem__)
        names = " ".join(f"`{one.value}`" for one in following) or "nothing"
        over = " The leg is over." if status in ENDED else ""
        what = meaning(status).what
        said = what if what in over else f"{what}{over}"
        rows.append(f"| `{status.value}` | {RANK[status]} | {names} | {said} |")
    return "\n".join(rows)


def _proofs() -> str:
    rows = ["| Request | Proven by |", "| --- | --- |"]
    rows += [f"| {verb} | {rule.proven_by} |" for verb, rule in RULES.items()]
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(floor_page())
