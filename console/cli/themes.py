"""`voice-console themes`: which themes there are, and what is wrong with your own."""

import json
import sys
from pathlib import Path

import click

from console.cli.exit_codes import ExitCode
from console.text import clean


@click.command("themes")
@click.option(
    "--folder",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own themes; without it the folder themes beside the configuration.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(folder: Path | None, as_json: bool) -> int:
    """List the themes; say which text of your own ones is hard to read.

    Exit code 0: all can be used. 2: at least one cannot; stderr names file, line and key.
    """
    from console.config.paths import user_themes_dir
    from console.tui.themes import hard_to_read, load_themes

    own = folder or user_themes_dir()
    loaded = load_themes(own)
    themes = sorted(loaded.described.values(), key=lambda each: each.name)
    pale = {each.name: hard_to_read(each.theme) for each in themes}
    if as_json:
        document = {
            "themes": [
                {
                    "name": each.name,
                    "dark": each.theme.dark,
                    "about": each.about,
                    "file": str(each.path),
                    "own": each.path.parent == own,
                    "hard_to_read": [
                        {"text": text, "on": back, "contrast": round(ratio, 2)}
                        for text, back, ratio in pale[each.name]
                    ],
                }
                for each in themes
            ],
            "problems": list(loaded.problems),
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
    else:
        for each in themes:
            whose = "own  " if each.path.parent == own else "house"
            shade = "dark " if each.theme.dark else "light"
            click.echo(f"{each.name:<16} {whose} {shade} {clean(each.about)}".rstrip())
    for each in themes:
        if each.path.parent == own and pale[each.name]:
            text, back, ratio = min(pale[each.name], key=lambda found: found[2])
            click.echo(
                f"{clean(each.path)}: {text} on {back} has a contrast of {ratio:.1f}; text is read"
                f" from 4.5 on ({len(pale[each.name])} pairs are below)",
                err=True,
            )
    for problem in loaded.problems:
        click.echo(clean(problem), err=True)
    return ExitCode.USAGE if loaded.problems else ExitCode.OK
