"""A file in the editor of the person's choice, which gets the terminal meanwhile."""

import asyncio
import os
import shlex
from pathlib import Path

from textual.app import App, SuspendNotSupported


class EditorError(Exception):
    """There is no editor to open, or it failed; the text says what to do."""


def editor_command() -> list[str]:
    """Return the words of `$VISUAL` or `$EDITOR`.

    Raises:
        EditorError: Neither is set to something that can be run.
    """
    said = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(said)
    except ValueError:
        words = []
    if not words:
        raise EditorError("set EDITOR to your editor, such as EDITOR=vi, and start again")
    return words


async def edit_file(app: App[int], path: Path) -> None:
    """Let the person edit a file; returns when the editor has ended.

    The loop goes on meanwhile: webhooks are answered while somebody writes.

    Raises:
        EditorError: It cannot be run here, or ended with an error.
    """
    command = editor_command()
    try:
        with app.batch_update(), app.suspend():
            code = await _run([*command, str(path)])
    except SuspendNotSupported:
        raise EditorError("the terminal cannot be lent here: write in place instead") from None
    if isinstance(code, OSError):
        raise EditorError(f"{command[0]} cannot be run: {code.strerror or code}")
    if code:
        raise EditorError(f"{command[0]} ended with code {code}")


async def _run(command: list[str]) -> int | OSError:
    """Run a program on the terminal; a fault is returned, as the app is suspended meanwhile."""
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        return error
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
