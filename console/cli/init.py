"""`voice-console init`: write a context, by questions or by flags."""

import sys
from pathlib import Path
from typing import Any

import click

from console.cli.selection import Selection, select_context
from console.text import clean

_REQUIRED = ("application_id", "private_key")


@click.command("init")
@click.option("--application-id", metavar="UUID", help="UUID of the application.")
@click.option("--private-key", metavar="FILE", help="Its private key, as it was downloaded.")
@click.option("--region", metavar="NAME", help="Region of the Voice API (eu, us, ap, na-east, …).")
@click.option("--api-url", metavar="URL", help="Base URL of the Voice API, instead of a region.")
@click.option("--signature-secret-file", metavar="FILE", help="File with the signature secret.")
@click.option("--number", "numbers", multiple=True, metavar="E164", help="An own number; repeat.")
@click.option("--host", "receiver_host", metavar="HOST", help="Address the receiver binds.")
@click.option("--port", "receiver_port", type=int, help="Port of the receiver; 0 picks a free one.")
@click.option("--public-url", "receiver_public_url", metavar="URL", help="URL of the tunnel to it.")
@click.option(
    "--policy",
    "receiver_policy",
    type=click.Choice(["reject", "flag", "off"]),
    help="What happens to a webhook whose signature is missing or wrong.",
)
@click.option("--theme", metavar="NAME", help="Theme of the screen.")
@click.option(
    "--confirm",
    type=click.Choice(["always", "destructive", "never"]),
    help="When an action asks before it acts.",
)
@click.option("--frame-word", metavar="WORD", help="Word in the frame of the screen.")
@click.option("--frame-color", metavar="COLOR", help="Its colour: #rrggbb or a name of the theme.")
@click.option("--mask-digits", is_flag=True, default=None, help="Keep no digits callers type.")
@click.option("--ca-file", metavar="FILE", help="Certificate authority to trust as well.")
@click.option("--default", is_flag=True, help="Open this context when none is named.")
@click.option("--force", is_flag=True, help="Replace a context of this name.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what is missing is an error.")
@select_context
def command(selection: Selection, default: bool, force: bool, no_input: bool, **flags: Any) -> None:
    """Write a context into the configuration file.

    Asks for what the flags do not say. The private key is tried, and the file can be read by
    you alone. Nothing that is there is replaced without --force.
    """
    from console.config.load import config_path
    from console.config.write import write_context

    path, _ = config_path(selection.config_file)
    values = _said(flags)
    name = selection.context
    missing = [key for key in _REQUIRED if key not in values]
    if missing and not no_input and sys.stdin.isatty():
        name, values = _ask(name, values)
    elif missing:
        words = " and ".join(f"--{key.replace('_', '-')}" for key in missing)
        raise click.UsageError(f"{words} must be given when nothing can be asked.")
    name = name or "live"
    values.setdefault("frame.word", name.upper())
    _check(name, values)
    written = write_context(path, name, values, replace=force, default=default)
    verb = "replaced in" if written.replaced else "written into"
    _say(f"Context {name} {verb} {written.path}, which you alone can read.")
    if written.kept is not None:
        _say(f"The file as it was, with its comments, is {written.kept}.")
    _next_steps(name, values, written.default)


def _said(flags: dict[str, Any]) -> dict[str, Any]:
    """Return the flags that were given, by setting, in the form of the file."""
    values: dict[str, Any] = {}
    for key, value in flags.items():
        if value is None or value == ():
            continue
        for group in ("receiver", "frame"):
            key = f"{group}.{key[len(group) + 1 :]}" if key.startswith(f"{group}_") else key
        values[key] = list(value) if isinstance(value, tuple) else value
    for key in ("private_key", "signature_secret_file", "ca_file"):
        if key in values:
            values[key] = str(Path(values[key]).expanduser().absolute())
    return values


def _check(name: str, values: dict[str, Any]) -> None:
    """Try every value as it will be when the file is read; say what is to be said."""
    from console.config.build import Builder
    from console.config.errors import ConfigError
    from console.config.sandbox import SANDBOX
    from console.config.settings import BY_NAME, BadValue, convert

    if name == SANDBOX:
        raise ConfigError("The sandbox context always exists. Give another --context")

    def flag(setting: str) -> str:
        return f"--{setting.removeprefix('receiver.').replace('.', '-').replace('_', '-')}"

    if "api_url" in values and "region" in values:
        raise ConfigError("--api-url and --region exclude each other; give one")
    for key, value in values.items():
        try:
            convert(BY_NAME[key], value)
        except BadValue as error:
            raise ConfigError(f"{flag(key)} must be {error.setting.expects}") from None
    builder = Builder(values, flag, lambda _: Path.cwd())
    builder.build(name, None)
    for note in builder.notes:
        _say(note)


def _ask(name: str | None, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Ask for what was not said; an empty answer leaves a setting to its default."""
    answers = dict(values)
    _say("A context is one application of your account. Enter takes what stands in brackets.")
    if name is None:
        name = str(click.prompt("Name of the context", default="live", err=True))
    _ask_for(answers, "application_id", "Application id (UUID)", name)
    _ask_for(answers, "private_key", "Private key file", name)
    if "api_url" not in answers:
        _ask_for(answers, "region", "Region", name, default="global")
    if "signature_secret_file" not in answers:
        _ask_for(answers, "signature_secret", "Signature secret (empty: none)", name, default="")
    _ask_for(answers, "numbers", "Own numbers, with commas between", name, default="")
    _ask_for(answers, "receiver.port", "Port of the receiver (0: any)", name, default="0")
    _ask_for(answers, "receiver.public_url", "Public URL of the receiver", name, default="")
    _ask_for(answers, "confirm", "Ask before acting (always, destructive, never)", name, "always")
    return name, answers


def _ask_for(
    answers: dict[str, Any], key: str, question: str, name: str, default: str | None = None
) -> None:
    """Ask one question until its answer can be used."""
    if key in answers:
        return

    def usable(text: str) -> Any:
        from console.config.errors import ConfigError

        value: Any = text.strip()
        if value == "":
            return None
        if key == "numbers":
            value = [part.strip() for part in value.split(",") if part.strip()]
        if key == "receiver.port" and value.isdecimal():
            value = int(value)
        if key == "private_key":
            value = str(Path(value).expanduser().absolute())
        try:
            _check(name, {key: value})
        except ConfigError as error:
            raise click.UsageError(clean(error)) from None
        return value

    value = click.prompt(
        question,
        default=default,
        value_proc=usable,
        hide_input=key == "signature_secret",
        show_default=bool(default),
        err=True,
    )
    if value is not None:
        answers[key] = value


def _next_steps(name: str, values: dict[str, Any], default: bool) -> None:
    opened = "voice-console" if default else f"voice-console --context {name}"
    _say(f"Look at it: voice-console --context {name} info")
    public = values.get("receiver.public_url")
    if public:
        base = public.rstrip("/")
        _say(f"Set in the application: answer URL {base}/webhooks/answer")
        _say(f"                        event URL  {base}/webhooks/event")
    else:
        _say("The platform must reach the receiver: set receiver.public_url to your tunnel's URL.")
    _say(f"Open the console: {opened}")


def _say(text: str) -> None:
    click.echo(clean(text), err=True)
