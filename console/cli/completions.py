"""`voice-console completions`: the script a shell needs to complete our commands."""

import click

from console.cli.group import PROGRAM

_SHELLS = ("bash", "zsh", "fish")


@click.command("completions")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print the script that lets SHELL complete commands, options and contexts.

    \b
    bash:  eval "$(voice-console completions bash)"    in ~/.bashrc
    zsh:   eval "$(voice-console completions zsh)"     in ~/.zshrc
    fish:  voice-console completions fish > ~/.config/fish/completions/voice-console.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    variable = f"_{PROGRAM}_COMPLETE".replace("-", "_").upper()
    click.echo(kind(ctx.find_root().command, {}, PROGRAM, variable).source())
