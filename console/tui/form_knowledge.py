"""What forms suggest and say beside their fields: whom, where, which file, which voice."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, assert_never

from console.actions.blocks import blocks
from console.actions.form import ArgsError
from console.actions.forms import ANY_NUMBER, Args
from console.actions.typed import MOST_DIGITS, endpoint
from console.config.errors import ConfigError
from console.config.paths import config_dir
from console.config.phrases import load_phrases
from console.tasks import spawn
from console.tui.dialogs.field_words import Hint
from console.tui.dialogs.form import Suggest
from console.tui.dialogs.matches import Match
from console.tui.ncco_files import NCCOS, listed
from console.tui.ports import DeskPort
from console.voice.endpoints import App, Phone, Sip, Vbc, Websocket
from console.voice.numbers import country, display, normalised, number_problem, typed_digits
from console.voice.voices import languages, style_numbers

_MOST_NUMBERS: Final = 500
PHRASES: Final = "phrases.toml"
TONE_MS: Final = 200
"""A tone and the silence behind it; the platform says nothing of their length (9.1)."""
PAUSE_MS: Final = 500
_WHOM: Final = "a number, sip:user@host, ws://…, app:user or vbc:extension"
_CALLER: Final = f"one of our numbers; empty: the first; {ANY_NUMBER}: any of them"


class FormKnowledge:
    """Suggestions and hints of one desk's forms. Files are read in a thread, never at a key."""

    def __init__(self, desk: DeskPort) -> None:
        self._desk = desk
        self._files: Sequence[Match] = ()
        self.phrases: Sequence[Match] = ()
        """The phrase book."""
        self.trouble = ""
        """Why the phrase book cannot be used; empty: it can."""

    def refresh(self) -> None:
        """Look at the files again, in the background."""
        spawn(self.read(), name="read what forms suggest")

    @property
    def book(self) -> Path:
        """Where the phrase book is."""
        return config_dir() / PHRASES

    async def read(self) -> None:
        """Look at the files again."""
        self._files = await asyncio.to_thread(ncco_matches, Path.cwd(), config_dir())
        try:
            phrases = await asyncio.to_thread(load_phrases, self.book)
        except ConfigError as error:
            self.phrases, self.trouble = (), str(error)
        else:
            self.trouble = ""
            self.phrases = [Match(text, name) for name, text in phrases.items()]

    def suggestions(self) -> Mapping[str, Suggest]:
        """Return what can be chosen from, by the name that a field gives to it."""
        return {
            "blocks": lambda _: [
                Match(each.name, f"{each.number} · {each.shows}") for each in blocks()
            ],
            "numbers": [Match(number, "ours") for number in self._desk.numbers],
            "callers": lambda _: [
                *(Match(number, "ours") for number in self._desk.numbers),
                Match(ANY_NUMBER, "any of the application's, the platform chooses"),
            ],
            "callees": lambda _: self._callees(),
            "conversations": lambda _: self._conversations(),
            "nccos": lambda _: self._files,
            "phrases": lambda _: self.phrases,
            "languages": lambda _: [Match(each.code, each.name) for each in languages().values()],
            "styles": _styles,
        }

    def hints(self, form: str) -> Mapping[str, Hint]:
        """Return what is said below a field as a form is filled in, by field."""
        match form:
            case "say":
                return {"language": _language_hint, "style": _style_hint, "text": self._text_hint}
            case "dtmf" | "pad":
                return {"digits": _digits_hint}
            case "call":
                return {"to": _far_end_hint, "from": number_hint("from", _CALLER)}
            case "transfer":
                return {"from": number_hint("from", "caller id of a transfer to a number")}
            case "dialin":
                return {"to": number_hint("to"), "from": number_hint("from", "who calls")}
            case _:
                return {}

    def _text_hint(self, args: Args) -> str:
        if self.trouble:
            return self.trouble
        book = "; ↓ takes a phrase" if self.phrases else ""
        return f"SSML goes in <speak>{book}"

    def _callees(self) -> Sequence[Match]:
        """Return who was called or has called, those who are up first."""
        ours, found = set(self._desk.numbers), dict[str, Match]()
        legs = self._desk.store.floor.legs(live=False)
        for leg in sorted(legs, key=lambda leg: (not leg.live, -(leg.since_ms or 0))):
            if leg.far_end and leg.far_end not in ours and len(found) < _MOST_NUMBERS:
                state = str(leg.status or "") if leg.live else "called before"
                if leg.direction == "inbound" and not leg.live:
                    state = "has called"
                found.setdefault(leg.far_end, Match(leg.far_end, state))
        return list(found.values())

    def _conversations(self) -> Sequence[Match]:
        live = [
            each.conversation for each in self._desk.store.floor.tree() if each.conversation.uuid
        ]
        return [
            Match(
                each.name or each.uuid,
                f"{each.uuid[:12]} · {each.live_legs} live"
                if each.name
                else f"{each.live_legs} live",
            )
            for each in sorted(live, key=lambda each: (each.name is None, each.name or ""))
        ]


def ncco_matches(here: Path, config: Path) -> Sequence[Match]:
    """Return the JSON files of the working directory and of the folders of NCCOs; blocking."""
    found: list[Match] = []
    for folder, note in ((here, "here"), (here / NCCOS, NCCOS), (config / NCCOS, "configuration")):
        for path in listed(folder):
            value = path.relative_to(here) if path.is_relative_to(here) else path
            found.append(Match(str(value), note))
    return found


def _styles(args: Args) -> Sequence[Match]:
    language = languages().get(args.get("language", ""))
    if language is None:
        return ()
    return [Match(str(number), _voice(language.code, number)) for number in language.styles]


def _voice(code: str, number: int) -> str:
    style = languages()[code].styles[number]
    forms = [
        word for word, has in (("standard", style.standard), ("premium", style.premium)) if has
    ]
    return ", ".join([style.gender, *forms, *(["SSML"] if style.ssml else [])])


def _digits_hint(args: Args) -> str:
    """Say what the digits come to; the pause is that of the platform (3.8)."""
    digits = "".join(args["digits"].split())
    pauses = digits.count("p")
    if not digits:
        return "0-9 * # and p for a pause of half a second"
    tones = len(digits) - pauses
    count = "1 tone" if tones == 1 else f"{tones} tones"
    seconds = (tones * TONE_MS + pauses * PAUSE_MS) / 1000
    waits = f", {pauses * PAUSE_MS / 1000:g} s of pauses (p)" if pauses else "; p is a pause"
    return f"{count}{waits}: about {seconds:.1f} s. {len(digits)} of {MOST_DIGITS} digits"


def number_hint(field: str, words: str = "one of our numbers") -> Hint:
    """Return what is said of a field that takes a number: whose it is, and how it is sent."""

    def says(args: Args) -> str:
        typed = args[field].strip()
        digits = typed_digits(typed)
        if digits is None:
            why = number_problem(typed) if typed and typed != ANY_NUMBER else ""
            return why or words
        return f"{_readable(digits)}. {normalised(typed)}"

    return says


def _readable(digits: str) -> str:
    where = country(digits)
    return f"{display(digits)}{f' ({where})' if where else ''}"


def _far_end_hint(args: Args) -> str:
    """Say who is called, as it was understood (3.1)."""
    typed = args["to"].strip()
    if not typed:
        return _WHOM
    try:
        to = endpoint(typed)
    except ArgsError as error:
        return _WHOM if not typed[0].isdecimal() else str(error)
    match to:
        case Phone(number):
            return f"a phone: {_readable(number)}. {normalised(typed)}"
        case Sip():
            return "a SIP address"
        case Websocket():
            return "a WebSocket: Socket rate says how its sound is sampled"
        case App(user):
            return f"the user {user} of the application, in a Client SDK"
        case Vbc(extension):
            return f"extension {extension} of the business phone system"
        case _ as never:
            assert_never(never)


def _language_hint(args: Args) -> str:
    language = languages().get(args["language"])
    return language.name if language is not None else "a tag such as en-GB; ↓ chooses"


def _style_hint(args: Args) -> str:
    language = languages().get(args["language"])
    if language is None:
        return ""
    typed = args["style"]
    known = typed.isdecimal() and int(typed) in language.styles
    said = f"{typed} is {_voice(language.code, int(typed))}; " if known else ""
    return f"{said}there are {style_numbers(language)}"
