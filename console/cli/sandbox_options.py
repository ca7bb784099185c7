"""Options of the commands that start a sandbox."""

from pathlib import Path

import click

env_file_option = click.option(
    "--env-file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write KEY='value' lines for shells and tools here.",
)
voice_option = click.option(
    "--voice",
    type=click.Choice(["auto", "espeak", "tones"]),
    default="auto",
    show_default=True,
    help="What speaks: eSpeak NG (extra `speech`), or a tone for each syllable; auto takes the"
    " first where it is installed.",
)
recogniser_option = click.option(
    "--recogniser",
    metavar="NAME",
    default="scripted",
    show_default=True,
    help="What finds words in speech: scripted (the texts that were said), sphinx (extra `asr`),"
    " or `command:…` for a command that gets a WAV file and prints JSON.",
)
