from pathlib import Path

from console.cli.commands_page import page
from console.config.load import load_context
from console.config.regions import REGIONS
from console.config.settings import GROUPS, SETTINGS
from tests.config.keys import key_file

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_commands_is_fresh() -> None:
    assert (DOCS / "commands.md").read_text() == page() + "\n", (
        "run: python -m console.cli.commands_page > docs/commands.md"
    )


def test_the_page_of_the_configuration_has_every_setting() -> None:
    text = (DOCS / "configuration.md").read_text()
    for setting in SETTINGS:
        row = f"| `{setting.name}` | `{setting.variable}` | {setting.says} |"
        assert row in text, row
    for group in GROUPS:
        assert f"[contexts.live.{group}]" in text
    for region, url in REGIONS.items():
        assert f"| `{region}` | `{url}` |" in text


def test_the_example_of_the_configuration_loads(tmp_path: Path) -> None:
    text = (DOCS / "configuration.md").read_text()
    example = text.partition("```toml\n")[2].partition("```")[0]
    config = tmp_path / "config.toml"
    config.write_text(example)
    key_file(tmp_path)
    secret = tmp_path / "signature"
    secret.write_text("s" * 32)
    secret.chmod(0o600)
    loaded = load_context(config_file=config, environ={})
    assert loaded.notes == ()
    assert loaded.context.name == "live"
    assert len(loaded.context.routes) == 3
