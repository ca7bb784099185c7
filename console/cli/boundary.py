"""The one place where an error becomes a sentence on stderr and an exit code."""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import click

from console.cli.exit_codes import ExitCode
from console.text import clean_lines

EXPECTED = {
    "console.actions.command.CommandError": ExitCode.USAGE,
    "console.actions.form.ArgsError": ExitCode.USAGE,
    "console.actions.keymap.KeymapError": ExitCode.USAGE,
    "console.actions.outcome.ActionError": ExitCode.REFUSED,
    "console.cli.verb_run.NotInTime": ExitCode.TIMED_OUT,
    "console.client.errors.VoiceCredentialsError": ExitCode.CONNECTION,
    "console.client.errors.VoiceError": ExitCode.REFUSED,
    "console.client.errors.VoiceTimeout": ExitCode.TIMED_OUT,
    "console.client.errors.VoiceUnreachable": ExitCode.CONNECTION,
    "console.config.errors.ConfigError": ExitCode.USAGE,
    "console.desk.status.DeskError": ExitCode.USAGE,
    "console.journal.filter_tokens.FilterError": ExitCode.USAGE,
    "console.journal.record.JournalError": ExitCode.USAGE,
    "console.receiver.forwarding.ForwardFailed": ExitCode.CONNECTION,
    "console.receiver.server.ReceiverError": ExitCode.USAGE,
    "console.sandbox.errors.SandboxError": ExitCode.USAGE,
    "console.tui.themes.ThemeError": ExitCode.USAGE,
}
"""Errors whose text is written for people, by their full name: looked up on an error that
happened, so that nothing is imported for one that did not."""

_UNAUTHORIZED = 401
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def exit_code_of(error: BaseException) -> ExitCode | None:
    """Return the code of an expected error; None for one that is a fault of ours.

    A refusal of the API that is about who we are (401) is one of credentials; an action that
    came to nothing has the code of what stopped it.
    """
    for kind in type(error).__mro__:
        code = EXPECTED.get(f"{kind.__module__}.{kind.__qualname__}")
        if code is None:
            continue
        if isinstance(cause := getattr(error, "error", None), Exception):
            return exit_code_of(cause) or code
        unauthorized = getattr(error, "status", None) == _UNAUTHORIZED
        return ExitCode.CONNECTION if unauthorized else code
    return None


def run(work: Callable[[], Any]) -> NoReturn:
    """Do `work` and end the process.

    A number that `work` returns is the exit code; anything else counts as 0.
    """
    sys.exit(_outcome(work))


def _outcome(work: Callable[[], Any]) -> int:
    try:
        result = work()
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        _say("Interrupted.")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        # click puts into its texts what was typed and what a library said, as they are.
        text = io.StringIO()
        error.show(text)
        _say(text.getvalue())
        return ExitCode.USAGE if error.exit_code == 1 else error.exit_code
    except BrokenPipeError:
        _drop_output()
        return ExitCode.OK
    except Exception as error:
        return _failed(error)
    return result if isinstance(result, int) and not isinstance(result, bool) else ExitCode.OK


def _failed(error: Exception) -> ExitCode:
    """Say what happened: expected errors in their own words, faults of ours with a report."""
    causes = list(_leaves(error))
    codes = [exit_code_of(cause) for cause in causes]
    for cause, code in zip(causes, codes, strict=True):
        if code is not None and None not in codes:
            _say(f"Error: {cause}")
            return code
    if isinstance(error, OSError) and error.filename is not None:
        _say(f"Error: {error.strerror}: {error.filename}")
        return ExitCode.USAGE
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        _drop_output()
        _say(f"Error: The output could not be written: {error.strerror}; make room.")
        return ExitCode.USAGE
    report = _write_report(error)
    _say(f"voice-console stopped by a fault of its own ({type(error).__name__}). {report}")
    return ExitCode.CRASHED


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _write_report(error: BaseException) -> str:
    """Write the traceback, without the values of variables, to a file only the owner reads."""
    import traceback
    from datetime import UTC, datetime

    from console.config.paths import state_dir

    now = datetime.now(UTC)
    path = state_dir() / f"crash-{now:%Y%m%dT%H%M%S%fZ}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(traceback.format_exception(error))
    except OSError as trouble:
        return f"The report could not be written: {trouble.strerror}: {path.parent}"
    return f"The report is {path}"


def _drop_output() -> None:
    """The reader of stdout is gone: let what is still buffered go nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _say(text: str) -> None:
    for line in clean_lines(text):
        click.echo(line, err=True)
