"""The keys of the own speakers, for every view that has them."""

from typing import Final

from console.actions.registry import Action
from console.listening.room import Listening
from console.listening.speakers import STEP_DB
from console.tui.screens.view_screen import ViewScreen

_KEYS: Final = ("audio.speakers", "audio.louder", "audio.quieter")


def run_sound(action: Action, screen: ViewScreen) -> bool:
    """Run `action`; False: it is none of the speakers'."""
    listening = screen.desk.listening
    if action.id not in _KEYS:
        return False
    if listening is None:
        screen.say("nothing can be listened to here")
        return True
    match action.id:
        case "audio.louder":
            listening.speakers.louder(STEP_DB)
        case "audio.quieter":
            listening.speakers.louder(-STEP_DB)
        case _:
            listening.speakers.turn(on=not listening.speakers.on)
    screen.say(speakers_words(listening))
    return True


def speakers_words(listening: Listening) -> str:
    """Return how the speakers stand, and what happens to the sound where they are not there."""
    speakers = listening.speakers
    if speakers.on and speakers.trouble:
        return f"{speakers.trouble}; what is heard is written to its file"
    return speakers.words
