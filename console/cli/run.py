"""`voice-console run`: a scenario from its beginning to its end, judged, for tests and CI."""

import asyncio
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.exit_codes import ExitCode
from console.cli.sandbox_options import env_file_option, recogniser_option, voice_option
from console.text import clean

if TYPE_CHECKING:
    from console.sandbox.rehearsal import AppUrls, RunSettings, Verdict

ANSWER_PATH = "/webhooks/answer"
EVENT_PATH = "/webhooks/event"


@click.command("run", context_settings={"allow_interspersed_args": True})
@click.argument("scenario", metavar="SCENARIO")
@click.argument("app_command", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--app",
    metavar="URL",
    help=f"The app under test: its webhooks are URL{ANSWER_PATH} and URL{EVENT_PATH}."
    " Without it the answers of the file are given.",
)
@click.option("--answer-url", metavar="URL", help="Its answer URL, where that is another one.")
@click.option("--event-url", metavar="URL", help="Its event URL, where that is another one.")
@click.option("--fallback-url", metavar="URL", help="Its fallback answer URL.")
@click.option(
    "--real/--virtual",
    default=False,
    help="Let time pass as it does, or jump from one thing to the next. [default: virtual]",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="N", help="Of all ids and choices."
)
@click.option(
    "--junit",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write JUnit XML here.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, not a table.")
@click.option(
    "--keep", is_flag=True, help="Keep calls, recordings and keys of the run, and say where."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Give the run up after so long, in real time.",
)
@env_file_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port of the sandbox's HTTP; 0 takes a free one.",
)
@click.option("--allow-remote", is_flag=True, help="Let the app be on another machine.")
@voice_option
@recogniser_option
def command(
    scenario: str,
    app_command: tuple[str, ...],
    app: str | None,
    answer_url: str | None,
    event_url: str | None,
    fallback_url: str | None,
    real: bool,
    seed: int,
    junit: Path | None,
    as_json: bool,
    keep: bool,
    timeout: float,
    env_file: Path | None,
    port: int,
    allow_remote: bool,
    voice: str,
    recogniser: str,
) -> int:
    """Play SCENARIO (a file, or the name of one that is shipped) and say whether all went well.

    A sandbox is started for it. COMMAND, behind `--`, starts the app under test with the sandbox's
    environment and is ended with the run.

    Exit code 0: all as expected. 1: an expectation was not met. 2: the file or the usage is wrong.
    3: the app cannot be reached. 4: it was not over in time.
    """
    from console.sandbox.errors import SandboxError
    from console.sandbox.rehearsal import AppNotReachedError, RunSettings, check
    from console.sandbox.scenario import load_scenario

    try:
        settings = RunSettings(
            scenario=load_scenario(scenario),
            app=_urls(app, answer_url, event_url, fallback_url, app_command),
            command=app_command,
            real=real,
            seed=seed,
            timeout_s=timeout,
            env_file=env_file,
            port=port,
            allow_remote=allow_remote,
            voice=voice,
            recogniser=recogniser,
        )
        check(settings)
        if keep:
            kept = Path(tempfile.mkdtemp(prefix="voice-console-run-"))
            settings = replace(settings, state=kept)
        verdict = asyncio.run(_play(settings))
    except AppNotReachedError as error:
        click.echo(f"Error: {clean(error)}", err=True)
        return ExitCode.CONNECTION
    except SandboxError as error:
        raise click.ClickException(clean(error)) from error
    _tell(settings, verdict, junit, as_json=as_json)
    if verdict.timed_out:
        return ExitCode.TIMED_OUT
    return ExitCode.REFUSED if verdict.failures else ExitCode.OK


def _urls(
    app: str | None,
    answer: str | None,
    event: str | None,
    fallback: str | None,
    app_command: tuple[str, ...],
) -> "AppUrls | None":
    from console.sandbox.rehearsal import AppUrls

    if app is None and answer is None:
        if event or fallback or app_command:
            raise click.UsageError("Say where the app answers: --app URL, or --answer-url URL.")
        return None
    base = (app or "").rstrip("/")
    if not event and not base:
        raise click.UsageError("Say where the app takes events: --app URL, or --event-url URL.")
    return AppUrls(
        answer=answer or base + ANSWER_PATH,
        event=event or base + EVENT_PATH,
        fallback=fallback or "",
    )


async def _play(settings: "RunSettings") -> "Verdict":
    """Play it; a signal to end lets go of everything first, the app that was started as well."""
    from console.sandbox.rehearsal import rehearse
    from console.tasks import spawn

    told: list[int] = []
    work: asyncio.Task[Verdict] = spawn(rehearse(settings), name="run")

    def end(number: int) -> None:
        told.append(number)
        work.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end, number)
    try:
        return await work
    except asyncio.CancelledError as error:
        if told:
            raise click.Abort from error
        raise


def _tell(
    settings: "RunSettings", verdict: "Verdict", junit: Path | None, *, as_json: bool
) -> None:
    from console.cli import run_report
    from console.cli.output import whole_file

    for notice in verdict.notices:
        click.echo(clean(notice), err=True)
    if junit is not None:
        with whole_file(junit) as file:
            file.write(run_report.junit(settings, verdict))
    if as_json:
        sys.stdout.write(run_report.document(settings, verdict))
        click.echo(clean(run_report.summary(settings, verdict)), err=True)
    else:
        click.echo(run_report.table(settings, verdict), nl=False)
    if settings.state is not None:
        click.echo(f"Kept: {clean(settings.state)}", err=True)
