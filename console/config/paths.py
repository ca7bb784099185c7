"""Where each file is: the platform's own directories, named once."""

from pathlib import Path

from platformdirs import PlatformDirs

_PACKAGE = Path(__file__).resolve().parent.parent


def _dirs() -> PlatformDirs:
    return PlatformDirs("voice-console", appauthor=False)


def config_file() -> Path:
    """The contexts, unless `--config` or `VOICE_CONSOLE_CONFIG` names another file."""
    return config_dir() / "config.toml"


def config_dir() -> Path:
    """The configuration and the user's own themes."""
    return _dirs().user_config_path


def data_dir() -> Path:
    """What is kept for good: the journals."""
    return _dirs().user_data_path


def state_dir() -> Path:
    """What may be lost: log, crash reports, the environment file of the last sandbox."""
    return _dirs().user_state_path


def journal_file(context: str) -> Path:
    """The journal of the context of this name."""
    return data_dir() / f"{context}.journal"


def moments_dir() -> Path:
    """Moments of journals, kept so that any other one is near; may be deleted at any time."""
    return _dirs().user_cache_path / "moments"


def exports_dir() -> Path:
    """What was saved from the screen."""
    return data_dir() / "exports"


def log_file() -> Path:
    """The log of this program, without secrets."""
    return state_dir() / "voice-console.log"


def sandbox_env_file() -> Path:
    """The `KEY='value'` lines the last started sandbox wrote about itself."""
    return state_dir() / "sandbox.env"


def filters_file() -> Path:
    """The filters that were saved by name."""
    return config_dir() / "filters.toml"


def alerts_file() -> Path:
    """What to raise an alert for."""
    return config_dir() / "alerts.toml"


def phrases_file() -> Path:
    """The phrase book: texts that are spoken often."""
    return config_dir() / "phrases.toml"


def keymap_file() -> Path:
    """The user's own keys."""
    return config_dir() / "keymap.toml"


def welcomed_file() -> Path:
    """Its presence says that the first keys were shown once."""
    return state_dir() / "welcomed"


def user_themes_dir() -> Path:
    """The user's own themes, one TOML file each."""
    return config_dir() / "themes"


def themes_dir() -> Path:
    """The themes that come with the program: inside the wheel, or beside a source checkout."""
    shipped = _PACKAGE / "themes"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "themes"
