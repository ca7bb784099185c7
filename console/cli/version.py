"""Which program this is, and what it runs on."""

import platform
from importlib.util import find_spec
from pathlib import Path

from console import __version__

_SUFFIX = ".dist-info"


def installed_version(distribution: str, package: str) -> str:
    """Return the version of an installed distribution, without importing its package.

    The name of its metadata folder says it; only where there is none is
    `importlib.metadata` asked, whose import alone takes as long as click's.
    """
    spec = find_spec(package)
    if spec is not None and spec.origin is not None:
        site = Path(spec.origin).parent.parent
        for folder in site.glob(f"{distribution}-*{_SUFFIX}"):
            return folder.name.removeprefix(f"{distribution}-").removesuffix(_SUFFIX)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def version_line() -> str:
    """Return `voice-console 0.1.0 (Python 3.11.7, Textual 8.2.8, Linux x86_64)`."""
    return (
        f"voice-console {__version__} (Python {platform.python_version()}, "
        f"Textual {installed_version('textual', 'textual')}, "
        f"{platform.system()} {platform.machine()})"
    )
