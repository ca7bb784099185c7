import subprocess
import sys

import pytest

HEAVY = ("textual", "numpy", "httpx", "rich", "uvicorn", "starlette", "cryptography", "sqlite3")


def _imported(*words: str) -> set[str]:
    """Run the command in a process of its own; return the names of all modules it imported."""
    code = (
        "import sys\n"
        "from console.cli import cli\n"
        "try:\n"
        f"    cli.main({list(words)!r}, prog_name='voice-console')\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    return set(result.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("completions", "bash")])
def test_words_about_the_program_import_nothing_heavy(words: tuple[str, ...]) -> None:
    modules = _imported(*words)
    assert "click" in modules
    assert modules.isdisjoint(HEAVY)
    assert not any(name.startswith("console.config") for name in modules)


def test_info_and_init_do_without_screen_network_and_sound() -> None:
    for words in (("info",), ("init", "--help")):
        assert _imported(*words).isdisjoint({"textual", "numpy", "httpx", "uvicorn", "starlette"})


def test_a_context_is_loaded_without_screen_network_and_sound() -> None:
    code = (
        "import sys\n"
        "from console.config.load import load_context\n"
        "load_context()\n"
        "print('\\n'.join(sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert set(result.stdout.split()).isdisjoint({"textual", "numpy", "httpx", "uvicorn"})
