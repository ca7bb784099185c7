"""`voice-console phrases`: the phrase book of the say form."""

import json
import sys

import click

from console.text import clean

_HELP = """List the phrases that the form of say offers; keep one, or forget one.

\b
voice-console phrases --save hold 'Please hold the line.'
voice-console phrases --forget hold

They are in phrases.toml beside the configuration.
"""


@click.command("phrases", help=_HELP)
@click.option("--save", nargs=2, metavar="NAME TEXT", help="Keep a text under a name.")
@click.option("--forget", metavar="NAME", help="Forget a phrase.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(save: tuple[str, str] | None, forget: str | None, as_json: bool) -> None:
    """List, keep or forget phrases."""
    from console.config.paths import phrases_file
    from console.config.phrases import load_phrases, save_phrase

    path = phrases_file()
    if save is not None:
        name, text = save
        if not text.strip():
            raise click.BadParameter("there is no text", param_hint="--save")
        save_phrase(path, name, text)
    if forget is not None:
        if forget not in load_phrases(path):
            raise click.BadParameter(f"no phrase has the name {forget!r}", param_hint="--forget")
        save_phrase(path, forget, "")
    phrases = load_phrases(path)
    if as_json:
        sys.stdout.write(json.dumps({"phrases": dict(phrases)}, ensure_ascii=True) + "\n")
        return
    for name, text in phrases.items():
        click.echo(f"{clean(name):<16} {clean(text)}")
    if not phrases:
        click.echo("There are no phrases; --save NAME TEXT keeps one.", err=True)
