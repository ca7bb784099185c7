"""The actions of the time machine; `console.actions.registry` has them.

While a past moment is shown they are in every view, and their keys are theirs before any other
action's: what sends something cannot be done there anyway.
"""

from typing import Final

from console.actions import availability
from console.actions.action import EVERY_VIEW, Action

TIME: Final = "time"
"""The mode, which is a view for the keymap: over whichever view is shown."""
SECONDS: Final = {
    "time.second.back": -10,
    "time.second.on": 10,
    "time.minute.back": -60,
    "time.minute.on": 60,
    "time.hour.back": -3_600,
    "time.hour.on": 3_600,
}
"""How far these go."""


def _of(id_: str, keys: tuple[str, ...], label: str, command: str, says: str) -> Action:
    return Action(
        id=f"time.{id_}",
        keys=keys,
        label=label,
        help=says,
        command=command,
        views=(TIME,),
        unavailable=availability.in_the_past,
    )


TIME_ACTIONS: Final = (
    _of("event.back", (",",), "event -", "event-back", "Go to the moment before the last event."),
    _of("event.on", (".",), "event +", "event-on", "Go to the moment of the next event."),
    _of("second.back", ("left",), "-10 s", "seconds-back", "Go back by ten seconds."),
    _of("second.on", ("right",), "+10 s", "seconds-on", "Go on by ten seconds."),
    _of("minute.back", ("M",), "-min", "minute-back", "Go back by a minute."),
    _of("minute.on", ("m",), "+min", "minute-on", "Go on by a minute."),
    _of("hour.back", ("O",), "-hour", "hour-back", "Go back by an hour."),
    _of("hour.on", ("o",), "+hour", "hour-on", "Go on by an hour."),
    _of("play", ("P", "space"), "play", "play", "Play on from here, or stand still."),
    _of("faster", ("+",), "faster", "faster", "Play faster, up to 100 times."),
    _of("slower", ("-",), "slower", "slower", "Play slower."),
)

TRAVEL: Final = Action(
    id="time.travel",
    keys=("ctrl+t",),
    label="time",
    help="Show the past of the journal, from this moment back; again comes back to the present.",
    command="time",
    footer=False,
    views=EVERY_VIEW,
    unavailable=availability.time_machine,
)
