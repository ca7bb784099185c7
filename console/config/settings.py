"""What a context can be told: one table of settings, for file, environment, info and docs."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from console.config.context import Confirm, SignaturePolicy

PREFIX = "VOICE_CONSOLE_"
"""Every variable of the environment that speaks to this program begins so."""

GROUPS = ("receiver", "frame")
"""Settings `receiver.port` and the like stand in a table of their own."""

_Text = Annotated[str, Meta(min_length=1)]
_Number = Annotated[str, Meta(pattern=r"^\+?[1-9][0-9]{6,14}$")]
_NumberOrAll = Annotated[str, Meta(pattern=r"^(\*|\+?[1-9][0-9]{6,14})$")]


class RouteTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """One `[[contexts.NAME.routes]]`: a number, and exactly one way to answer."""

    number: _NumberOrAll
    ncco_file: _Text | UnsetType = UNSET
    ncco: list[dict[str, Any]] | UnsetType = UNSET
    conversation: _Text | UnsetType = UNSET
    forward: _Text | UnsetType = UNSET
    forward_events: _Text | UnsetType = UNSET


class Setting(Struct, frozen=True):
    """One setting of a context."""

    name: str
    """Dotted, as in the file."""
    kind: Any
    """The type `msgspec` converts to."""
    expects: str
    """What a value must be, after "must be"."""
    says: str
    """What it does, one sentence."""
    secret: bool = False
    identity: bool = False
    """It says who we are towards whom: the sandbox context has its own."""

    @property
    def variable(self) -> str:
        """The variable of the environment that sets it."""
        return PREFIX + self.name.upper().replace(".", "_")


_PATH = "a path"
_TEXT = "text"

SETTINGS = (
    Setting("application_id", _Text, _TEXT, "UUID of the application.", identity=True),
    Setting(
        "private_key",
        _Text,
        "a path, or the PEM text itself",
        "Private key of the application.",
        secret=True,
        identity=True,
    ),
    Setting("api_url", _Text, "a URL", "Base URL of the Voice API.", identity=True),
    Setting(
        "region", _Text, "the name of a region", "Region, instead of a base URL.", identity=True
    ),
    Setting(
        "signature_secret",
        _Text,
        "text of at least 16 bytes",
        "Secret that signs webhooks.",
        secret=True,
        identity=True,
    ),
    Setting(
        "signature_secret_file", _Text, _PATH, "File that holds that secret alone.", identity=True
    ),
    Setting("api_key", _Text, _TEXT, "Key of the account (Application API).", identity=True),
    Setting(
        "api_secret",
        _Text,
        _TEXT,
        "Secret of the account (Application API).",
        secret=True,
        identity=True,
    ),
    Setting(
        "numbers",
        list[_Number],
        "a list of numbers in E.164 form, 7 to 15 digits each",
        "Our own numbers.",
        identity=True,
    ),
    Setting("receiver.host", _Text, "an address", "Address the receiver binds."),
    Setting(
        "receiver.port",
        Annotated[int, Meta(ge=0, le=65535)],
        "a whole number from 0 to 65535",
        "Port of the receiver; 0 picks a free one.",
    ),
    Setting(
        "receiver.public_url", _Text, "a URL", "How the platform reaches the receiver (a tunnel)."
    ),
    Setting(
        "receiver.policy",
        SignaturePolicy,
        "one of reject, flag, off",
        "What happens to a webhook whose signature is missing or wrong.",
    ),
    Setting(
        "routes",
        list[RouteTable],
        "a list of tables with number and one of ncco_file, ncco, conversation, forward",
        "How inbound calls are answered, by number.",
    ),
    Setting("theme", _Text, "the name of a theme", "Theme of the screen."),
    Setting(
        "ascii",
        bool,
        "true or false",
        "Draw with ASCII signs only; when not set, only where the terminal is not in UTF-8.",
    ),
    Setting(
        "frames_per_second",
        Annotated[int, Meta(ge=1, le=120)],
        "a whole number from 1 to 120",
        "How often screens are drawn at most while things change by themselves.",
    ),
    Setting(
        "confirm",
        Confirm,
        "one of always, destructive, never",
        "When an action asks before it acts.",
    ),
    Setting("readonly", bool, "true or false", "Take away every action that sends something."),
    Setting("frame.word", _Text, _TEXT, "Word in the frame: which context this is.", identity=True),
    Setting(
        "frame.color",
        _Text,
        "a colour: #rrggbb, or a name of the theme",
        "Colour of the word, and of the border of what has the keys, but for a sandbox.",
        identity=True,
    ),
    Setting("mask_digits", bool, "true or false", "Keep only the count of digits callers type."),
    Setting(
        "calls_per_second",
        Annotated[int, Meta(ge=1, le=1000)],
        "a whole number from 1 to 1000",
        "New calls a second this account may place.",
    ),
    Setting(
        "requests_per_second",
        Annotated[int, Meta(ge=1, le=1000)],
        "a whole number from 1 to 1000",
        "Other requests a second this account may send.",
    ),
    Setting(
        "ca_file",
        _Text,
        _PATH,
        "Certificate authority to trust besides the system's.",
        identity=True,
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


class BadValue(Exception):
    """A value is not what its setting expects; `path` says where inside it (`[2].forward`)."""

    def __init__(self, setting: Setting, path: str, reason: str) -> None:
        super().__init__(f"{setting.name} must be {setting.expects}")
        self.setting = setting
        self.path = path
        self.reason = reason


def convert(setting: Setting, value: object) -> Any:
    """Return `value` in the type of its setting.

    Raises:
        BadValue: It is not what the setting expects.
    """
    try:
        return msgspec.convert(value, setting.kind)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise BadValue(setting, path.rstrip("`"), reason) from None


def nearest(word: str, among: list[str]) -> str:
    """Return ` Did you mean …?` with the name nearest to `word`, or nothing."""
    last = {name.rpartition(".")[2]: name for name in reversed(among)}
    close = get_close_matches(word, among, 1, 0.6) or [
        last[found] for found in get_close_matches(word.rpartition(".")[2], last, 1, 0.75)
    ]
    return f" Did you mean {close[0]}?" if close else ""
