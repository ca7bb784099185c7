"""What every test starts from: nothing of the machine it runs on."""

import functools
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, settings

# Before numpy is imported: as the command itself does, so that workers do not take each other's
# cores by spinning threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A deadline would measure how busy the machine is, not what the test is about.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

_FOREIGN = ("VOICE_CONSOLE_", "_VOICE_CONSOLE_", "VONAGE_", "NEXMO_", "SANDBOX_", "LC_", "XDG_")
_EXACT = frozenset(
    {
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLORTERM",
        "COLUMNS",
        "LINES",
        "LANG",
        "LANGUAGE",
        "TEXTUAL",
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "EDITOR",
        "VISUAL",
        "PAGER",
    }
)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end; no collection of garbage looks at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _each_key_is_checked_once() -> Iterator[None]:
    # Whether its numbers are primes takes 50 ms; every desk that a test opens has a key, and
    # nearly all have the same.
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(load_pem_private_key)
        patch.setattr("console.voice.keys.load_pem_private_key", once)
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes of the tests are."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, no settings, no authorities of the machine, one locale, a plain terminal."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name in _EXACT:
            monkeypatch.delenv(name)
    home = Path(tempfile.mkdtemp(dir=homes))
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_RUNTIME_DIR", ".run"),
    ):
        (home / folder).mkdir(parents=True)
        monkeypatch.setenv(name, str(home / folder))
    (home / ".run").chmod(0o700)
    # Every client reads them, and the machine's are many: nothing here talks to a host outside.
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    return home
