"""`voice-console sandbox`: the Voice API on this machine."""

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.sandbox_options import env_file_option, recogniser_option, voice_option
from console.text import clean

if TYPE_CHECKING:
    from console.sandbox.server import SandboxSettings

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8820,
    show_default=True,
    help="Port of HTTP; 0 takes a free one.",
)
@click.option(
    "--tls-port",
    type=click.IntRange(0, 65535),
    default=8821,
    show_default=True,
    help="Port of HTTPS; 0 takes a free one.",
)
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep application, keys, numbers, finished calls and recordings here between starts.",
)
@click.option("--seed", type=int, help="Make the same ids and choices as another run of this seed.")
@click.option(
    "--clock",
    type=click.Choice(["real", "virtual"]),
    default="real",
    show_default=True,
    help="Virtual time stands still until POST /sandbox/clock moves it.",
)
@env_file_option
@click.option("--scenario", metavar="FILE", help="Let callers come and go: a file, or `demo`.")
@click.option("--quiet", is_flag=True, help="Print the ready line, and what is missing, only.")
@click.option(
    "--rate-limits/--no-rate-limits",
    default=True,
    show_default=True,
    help="Refuse more than 3 new calls and 15 other requests a second, as the platform does.",
)
@click.option(
    "--allow-remote", is_flag=True, help="Send webhooks and fetch files beyond this machine."
)
@click.option(
    "--public-url", metavar="URL", help="Base of the URLs in webhooks, such as recording_url."
)
@click.option(
    "--regions",
    metavar="NAMES",
    default="eu-west",
    show_default=True,
    help="One region, or two as in eu-west,na-east: each call is in one of them. The first is"
    " the default one; the second has the ports below.",
)
@click.option(
    "--port-2",
    type=click.IntRange(0, 65535),
    default=8822,
    show_default=True,
    help="Port of HTTP of the second region.",
)
@click.option(
    "--tls-port-2",
    type=click.IntRange(0, 65535),
    default=8823,
    show_default=True,
    help="Port of HTTPS of the second region.",
)
@click.option("--public-url-2", metavar="URL", help="As --public-url, of the second region.")
@click.option(
    "--quirk",
    "quirks",
    metavar="NAME=VALUE",
    multiple=True,
    help="Take the other one of two plausible behaviours of the platform, as second_talk=400;"
    " docs/sandbox.md lists them. May be given more than once.",
)
@voice_option
@recogniser_option
def command(
    host: str,
    port: int,
    tls_port: int,
    state: Path | None,
    seed: int | None,
    clock: str,
    env_file: Path | None,
    scenario: str | None,
    quiet: bool,
    rate_limits: bool,
    allow_remote: bool,
    public_url: str | None,
    regions: str,
    port_2: int,
    tls_port_2: int,
    public_url_2: str | None,
    quirks: tuple[str, ...],
    voice: str,
    recogniser: str,
) -> None:
    """Run the Voice API on this machine: calls, webhooks and NCCOs without account or phone.

    Prints `ready http=URL https=URL` when it can be used, with a second region `http_2=URL
    https_2=URL` as well. Before that it writes the environment
    file, from which the context `sandbox` of this console is made as well.
    """
    from console.sandbox.errors import SandboxError
    from console.sandbox.quirks import parse_quirks
    from console.sandbox.regions import parse_regions
    from console.sandbox.scenario import load_scenario
    from console.sandbox.server import SandboxSettings

    try:
        settings = SandboxSettings(
            host=host,
            port=port,
            tls_port=tls_port,
            state=state,
            seed=seed,
            virtual=clock == "virtual",
            env_file=env_file or _default_env_file(),
            scenario=None if scenario is None else load_scenario(scenario),
            allow_remote=allow_remote,
            rate_limits=rate_limits,
            public_url=public_url,
            regions=parse_regions(regions),
            port_2=port_2,
            tls_port_2=tls_port_2,
            public_url_2=public_url_2,
            quirks=parse_quirks(quirks),
            voice=voice,
            recogniser=recogniser,
        )
        asyncio.run(_serve(settings, quiet=quiet))
    except SandboxError as error:
        raise click.ClickException(clean(error)) from error


def _default_env_file() -> Path:
    from console.config.env import SANDBOX_ENV
    from console.config.paths import sandbox_env_file

    named = os.environ.get(SANDBOX_ENV)
    return Path(named) if named else sandbox_env_file()


async def _serve(settings: "SandboxSettings", *, quiet: bool) -> None:
    from console.sandbox.server import Sandbox

    # Before anything that would have to be cleaned up.
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, ended.set)
    sandbox = Sandbox(settings)
    await sandbox.start()
    try:
        words = []
        for region, mark in zip(sandbox.regions, ("", "_2"), strict=False):
            words += [f"http{mark}={region.url}", f"https{mark}={region.tls_url}"]
        for notice in sandbox.notices:
            click.echo(clean(notice), err=True)
        click.echo(f"ready {' '.join(words)}")
        if not quiet:
            numbers = ", ".join(sandbox.runtime.holdings.numbers)
            click.echo(f"Our numbers: {numbers}", err=True)
            click.echo(f"Environment: . {clean(settings.env_file)}", err=True)
            click.echo("Far ends, webhooks, faults: GET /sandbox. End with Ctrl-C.", err=True)
        await ended.wait()
    finally:
        await sandbox.stop()
