"""What the linter of NCCOs looks for: each rule by its name, how grave it is, what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Severity(StrEnum):
    """How grave a finding is; the platform refuses an NCCO with an error as a whole (6.1)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for."""

    name: str
    severity: Severity
    says: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a rule found: at which path, why, and what to do.

    `at_name`: the name of the member is to blame, not its value.
    """

    rule: str
    path: str
    reason: str
    next_step: str
    at_name: bool = False


_TABLE: Final = """
error not-json: The document is not JSON within the limits.
error wrong-type: A value has a type that the platform refuses.
error missing: Something required is missing.
error not-allowed: A word is none of those that are allowed.
error out-of-range: A number or a text is out of its range.
error broken-rule: Options contradict each other, or a value has not the form it needs.
error barge-in-without-input: After bargeIn the next action that does not play must be an input.
error can-speak-with-mute: mute and canSpeak exclude each other.
warning actions-after-conversation: Actions after a conversation do not run while the room lasts.
warning actions-after-transfer: Actions after a transfer never run.
warning barge-in-sticky: bargeIn stays on until an input; an explicit false is ignored.
warning clamped: A value out of its range is taken as the nearest that is in it.
warning conversation-event-url: The eventUrl of a conversation gets recording events only.
warning endless-loop: What plays for ever lets no action after it run.
warning flat-input: Flat options of an input are not read where type or dtmf is there.
warning http-event-url: What is told to the app travels readable for everybody on the way.
warning input-last: An asynchronous input as the last action ends with the call at once.
warning language-case: A language tag is written in other letters than the platform writes it.
warning music-unheard: musicOnHoldUrl plays only until the conversation starts.
warning premium: The style has not the form, premium or standard, that is asked for.
warning record-format: More than two channels are recorded as wav, whatever format says.
warning record-last: A lone record without end condition as the last action records nothing.
warning repeated-name: A name stands in its object twice; only the last one counts.
warning ringback-tone-array: ringbackTone is a string, not an array.
warning sensitivity: The platform takes a sensitivity from 10 to 100.
warning shaken-form: A shaken identity has not its form; the call would be rejected.
warning sip-uri-long: A SIP URI may be too long for the platform.
warning snake-case: The REST name of an option stands in the NCCO; not every platform takes it.
warning speech-language: Speech in this language is not recognised.
warning ssml: SSML is not well-formed, not wrapped in <speak>, or has an unknown tag.
warning ssml-unsupported: The style speaks no SSML.
warning unknown-language: The language is none of the list of voices.
warning unknown-option: The option is not known; the platform ignores it.
warning unknown-style: The language has no such style.
warning unused-settings: Settings of an input whose type does not ask for them are not used.
warning voice-name: voiceName is deprecated.
warning wrong-name: The option has another name; as it is written it is ignored.
note caller-id: Without from or randomFromNumber a phone shows no caller.
note detection-twice: advancedMachineDetection overrides machineDetection.
note empty: An empty NCCO as an answer ends the call.
note http-media-url: A file or a stream of sound is fetched without encryption.
note legacy-input: An input without type is of the old form, and so may be the event it gives.
note nobody: An empty canHear or canSpeak means nobody, an absent one everybody.
note old-name: The option has a newer name.
note ringback-on-phone: ringbackTone is not advised for phones: carriers play their own.
note short-timeout: SDKs refuse a connect timeout of less than three seconds.
"""


def _parse(table: str) -> dict[str, Rule]:
    rules = {}
    for line in table.strip().splitlines():
        head, _, says = line.partition(": ")
        severity, name = head.split()
        rules[name] = Rule(name, Severity(severity), says)
    return rules


RULES: Final[Mapping[str, Rule]] = MappingProxyType(_parse(_TABLE))
"""Every rule by its name, the gravest first."""


Options = Mapping[str, Any]
"""The object of an action, or one inside it, as decoded."""


def as_object(value: object) -> Options:
    """Return a JSON object, an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}


def is_true(options: Options, name: str) -> bool:
    """Tell whether an option is true, given as boolean or text (6.1)."""
    value = options.get(name)
    return value is True or value == "true"


def is_false(options: Options, name: str) -> bool:
    """Tell whether an option is there and false, given as boolean or text (6.1)."""
    value = options.get(name)
    return value is False or value == "false"


def number_of(options: Options, name: str) -> float | None:
    """Return an option that is a number, given as number or text; None for anything else."""
    value = options.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
