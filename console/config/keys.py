"""Secrets from text or files: private keys mended and tried, secrets measured, modes checked."""

from pathlib import Path

from msgspec import Struct

from console.config.errors import ConfigError
from console.config.file import is_key_text, open_to_others
from console.secret import Secret

SECRET_LEAST = 16
"""Bytes of a signature secret below which it is refused (reliability 7)."""
SECRET_ADVISED = 32
"""Bytes of a signature secret below which it is called weak: HS256 has keys of that length."""
_KEY_FILE_LIMIT = 64 * 1024


class Loaded(Struct, frozen=True):
    """A secret that can be used, and what is to be said about it."""

    secret: Secret
    notes: tuple[str, ...] = ()
    path: Path | None = None
    """The file it came from, if any."""


def load_private_key(value: str, *, where: str, base: Path) -> Loaded:
    """Return the PEM text that `value` is, or that the file it names holds, mended.

    Args:
        value: PEM text, or a path (`~` is the home; relative to `base`).
        where: Who gave it, for the error.
        base: The directory relative paths start from.

    Raises:
        ConfigError: No such file, open to others, or no RSA private key in it.
    """
    from console.voice.keys import KeyProblem
    from console.voice.pem import repair_pem

    path = None if is_key_text(value) else resolve(value, base)
    if path is None:
        text, place = value, where
    else:
        check_owner_only(path, f"{where}: the private key")
        text, place = read_small(path, f"{where}: the private key"), f"{where} ({path})"
    try:
        repaired = repair_pem(text)
    except KeyProblem as error:
        raise ConfigError(f"{place}: {error}") from None
    said = "; ".join(repaired.repairs)
    notes = (f"{place}: the private key was mended: {said}.",) if said else ()
    return Loaded(Secret(repaired.pem), notes, path)


def load_signature_secret(value: str, *, where: str) -> Loaded:
    """Return a signature secret that is long enough.

    Raises:
        ConfigError: It is shorter than 16 bytes.
    """
    size = len(value.encode())
    if size < SECRET_LEAST:
        raise ConfigError(
            f"{where}: the signature secret has {size} bytes, and anyone could guess it. "
            f"Set one of at least {SECRET_ADVISED} in the account's settings"
        )
    if size < SECRET_ADVISED:
        note = f"{where}: the signature secret has {size} bytes; {SECRET_ADVISED} are advised."
        return Loaded(Secret(value), (note,))
    return Loaded(Secret(value))


def load_signature_secret_file(value: str, *, where: str, base: Path) -> Loaded:
    """Return the signature secret that a file holds; a file open to others is called so.

    Raises:
        ConfigError: It cannot be read, or the secret in it is too short.
    """
    path = resolve(value, base)
    text = read_small(path, f"{where}: the signature secret").strip("\r\n \t\ufeff")
    loaded = load_signature_secret(text, where=str(path))
    mode = open_to_others(path)
    open_note = (f"{path} is open to others ({mode}). Type: chmod 600 {path}",) if mode else ()
    return Loaded(loaded.secret, loaded.notes + open_note, path)


def check_owner_only(path: Path, what: str) -> None:
    """Refuse a file that group or others may read, write or run, as ssh does.

    Raises:
        ConfigError: It is so, or the file is not there.
    """
    try:
        mode = open_to_others(path)
    except OSError as error:
        raise ConfigError(f"{what} cannot be read: {error.strerror}: {path}") from None
    if mode:
        raise ConfigError(f"{what} is open to others ({mode}). Type: chmod 600 {path}")


def read_small(path: Path, what: str) -> str:
    """Return the text of a file of at most 64 KiB.

    Raises:
        ConfigError: It is missing, larger, no regular file or no UTF-8 text.
    """
    try:
        if not path.is_file():
            raise ConfigError(f"{what} cannot be read: no such file: {path}")
        if path.stat().st_size > _KEY_FILE_LIMIT:
            raise ConfigError(f"{what} cannot be read: larger than 64 KiB: {path}")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{what} cannot be read: no UTF-8 text: {path}") from None
    except OSError as error:
        raise ConfigError(f"{what} cannot be read: {error.strerror}: {path}") from None


def resolve(value: str, base: Path) -> Path:
    """Return the path `value` names: `~` is the home, a relative one starts at `base`."""
    return base / Path(value).expanduser()
