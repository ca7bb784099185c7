"""From flags, environment, file and defaults to one context that can be used."""

import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from console.config import env, paths
from console.config.build import Builder
from console.config.context import Context, SignaturePolicy
from console.config.errors import ConfigError
from console.config.file import ConfigFile, is_secret_text, read_config
from console.config.sandbox import DEFAULTS, SANDBOX, sandbox_facts
from console.config.settings import BY_NAME, SETTINGS, BadValue, convert, nearest
from console.secret import Secret

__all__ = ["SANDBOX", "LoadedContext", "Origin", "Source", "context_names", "load_context"]

_EITHER = (("api_url", "region"), ("signature_secret", "signature_secret_file"))
"""Two ways to say one thing: the stronger origin wins, one origin may not say both."""


class Origin(StrEnum):
    """Who gave a value, the strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    SANDBOX = "sandbox"
    """The environment file of the sandbox."""
    DEFAULT = "default"


class Source(Struct, frozen=True):
    """Where a setting's value comes from."""

    origin: Origin
    where: str = ""
    """The variable, or the file and its line."""

    def __str__(self) -> str:
        return f"{self.origin}: {self.where}" if self.where else str(self.origin)


class LoadedContext(Struct, frozen=True, kw_only=True):
    """A context, and how it came to be."""

    context: Context
    sources: Mapping[str, Source]
    """By setting, `receiver.port` and the like; every setting is there, and `context`: its name."""
    values: Mapping[str, Any]
    """By setting, what was said, not defaults; secrets are `Secret`."""
    notes: tuple[str, ...] = ()
    """Sentences for stderr: what was mended, what is weak, what was not taken."""
    unsigned: str = ""
    """What becomes of webhooks where nobody can check them; empty: they can be checked."""
    config_file: Path | None = None
    """The file that was read; None when there is none."""


def load_context(
    name: str | None = None,
    *,
    config_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    sandbox_env: Path | None = None,
) -> LoadedContext:
    """Return the context called `name`, made of flags, environment, file and defaults.

    Args:
        name: `None` takes `VOICE_CONSOLE_CONTEXT`, else the file's `context`, else `sandbox`.
        config_file: `None` takes `VOICE_CONSOLE_CONFIG`, else `paths.config_file()`; a file
            that was named must exist.
        environ: The environment; `None` is this process's.
        overrides: Values of flags by setting (`receiver.port`); `None` values are skipped.
        sandbox_env: The sandbox's environment file; `None` takes `VOICE_CONSOLE_SANDBOX_ENV`,
            else `paths.sandbox_env_file()`.

    Raises:
        ConfigError: Something in it cannot be used; the text names file, key and remedy.
    """
    environ = os.environ if environ is None else environ
    config = _config(config_file, environ)
    name, source = _name(name, config, environ)
    layers, notes, sandbox_url = _layers(name, config, environ, overrides or {}, sandbox_env)
    values, sources = _chosen(layers)

    def where(setting: str) -> str:
        source = sources[setting]
        return source.where or f"{source.origin} {setting}"

    def base(setting: str) -> Path:
        in_file = config is not None and sources[setting].origin is Origin.FILE
        return config.path.resolve().parent if config and in_file else Path.cwd()

    builder = Builder(values, where, base)
    context = builder.build(name, sandbox_url)
    unsigned = ""
    if context.signature_secret is None and not context.is_sandbox:
        unsigned = _unsigned(context)
    return LoadedContext(
        context=context,
        sources={"context": source, **sources},
        values={key: _hidden(key, value) for key, value in values.items()},
        notes=(*notes, *builder.notes),
        unsigned=unsigned,
        config_file=config.path if config else None,
    )


def context_names(
    config_file: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Return the names of all contexts, `sandbox` among them, sorted.

    Raises:
        ConfigError: The file cannot be read.
    """
    config = _config(config_file, os.environ if environ is None else environ)
    return tuple(sorted({SANDBOX, *(config.contexts if config else ())}))


def config_path(
    named: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[Path, Source]:
    """Return which configuration file is in force, and who says so; it need not exist."""
    environ = os.environ if environ is None else environ
    if named is not None:
        return named, Source(Origin.FLAG, "--config")
    if variable := environ.get(env.CONFIG):
        return Path(variable).expanduser(), Source(Origin.ENVIRONMENT, env.CONFIG)
    return paths.config_file(), Source(Origin.DEFAULT)


def _config(named: Path | None, environ: Mapping[str, str]) -> ConfigFile | None:
    """Read the file that is in force; None when nobody named one and there is none."""
    path, source = config_path(named, environ)
    return read_config(path) if source.origin is not Origin.DEFAULT or path.exists() else None


def _name(
    named: str | None, config: ConfigFile | None, environ: Mapping[str, str]
) -> tuple[str, Source]:
    if named:
        return named, Source(Origin.FLAG, "--context")
    if variable := environ.get(env.CONTEXT):
        return variable, Source(Origin.ENVIRONMENT, env.CONTEXT)
    if config and config.default_context:
        return config.default_context, Source(Origin.FILE, str(config.path))
    return SANDBOX, Source(Origin.DEFAULT)


class _Layer(Struct, frozen=True):
    values: Mapping[str, Any]
    sources: Mapping[str, Source]


def _layer(values: Mapping[str, Any], sources: Iterable[tuple[str, Source]]) -> _Layer:
    return _Layer(values, dict(sources))


def _layers(
    name: str,
    config: ConfigFile | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any],
    sandbox_env: Path | None,
) -> tuple[list[_Layer], tuple[str, ...], str | None]:
    """Collect who says what, the strongest first; also notes and the sandbox's control URL."""
    flags = _flags(overrides)
    environment = env.read_environment(environ)
    said = dict(environment.values)
    notes = environment.notes
    in_file = dict(config.contexts.get(name, {})) if config else {}
    if name == SANDBOX:
        kept = {key: value for key, value in said.items() if not BY_NAME[key].identity}
        notes += tuple(
            f"{BY_NAME[key].variable} was not used: the sandbox context has its own {key}."
            for key in said
            if key not in kept
        )
        said = kept
        for key in in_file:
            if config and BY_NAME[key].identity:
                raise ConfigError(
                    f"{config.where(name, key)}: the sandbox has its own {key}; set it in a "
                    "context of another name"
                )
    elif config is None or name not in config.contexts:
        raise ConfigError(_no_such_context(name, config))
    layers = [
        _layer(flags, ((key, Source(Origin.FLAG, _flag(key))) for key in flags)),
        _layer(said, ((key, Source(Origin.ENVIRONMENT, BY_NAME[key].variable)) for key in said)),
    ]
    if config:
        layers.append(
            _layer(in_file, ((k, Source(Origin.FILE, config.where(name, k))) for k in in_file))
        )
    if name != SANDBOX:
        return layers, notes, None
    named = sandbox_env or (Path(e).expanduser() if (e := environ.get(env.SANDBOX_ENV)) else None)
    env_file = named or paths.sandbox_env_file()
    facts = sandbox_facts(env_file)
    source = Source(Origin.SANDBOX, str(env_file))
    layers.append(_layer(facts.values, ((key, source) for key in facts.values)))
    layers.append(_layer(DEFAULTS, ((key, Source(Origin.DEFAULT)) for key in DEFAULTS)))
    return layers, notes + facts.notes, facts.url


def _flag(setting: str) -> str:
    return f"--{setting.rpartition('.')[2].replace('_', '-')}"


def _flags(overrides: Mapping[str, Any]) -> dict[str, Any]:
    flags: dict[str, Any] = {}
    for key, value in overrides.items():
        if value is None:
            continue
        try:
            flags[key] = convert(BY_NAME[key], str(value) if isinstance(value, Path) else value)
        except BadValue as error:
            raise ConfigError(f"{_flag(key)} must be {error.setting.expects}") from None
    return flags


def _chosen(layers: list[_Layer]) -> tuple[dict[str, Any], dict[str, Source]]:
    """Take each setting from the strongest layer that has it."""
    values: dict[str, Any] = {}
    sources = {setting.name: Source(Origin.DEFAULT) for setting in SETTINGS}
    for layer in reversed(layers):
        for one, other in _EITHER:
            if one in layer.values and other in layer.values:
                raise ConfigError(
                    f"{layer.sources[other].where}: {other} and {one} exclude each other; keep one"
                )
            for key, rival in ((one, other), (other, one)):
                if key in layer.values:
                    values.pop(rival, None)
                    sources[rival] = Source(Origin.DEFAULT)
        values.update(layer.values)
        sources.update(layer.sources)
    return values, sources


def _no_such_context(name: str, config: ConfigFile | None) -> str:
    init = f"Write it with: voice-console init --context {name}"
    if config is None:
        return f"There is no context {name}: {paths.config_file()} does not exist. {init}"
    names = sorted({SANDBOX, *config.contexts})
    return (
        f"There is no context {name} in {config.path}.{nearest(name, names)} "
        f"Known: {', '.join(names)}. {init}"
    )


def _unsigned(context: Context) -> str:
    """Say what happens to webhooks that nobody can check."""
    policy = context.receiver.policy
    if policy is SignaturePolicy.OFF:
        return ""
    fate = "refused" if policy is SignaturePolicy.REJECT else "taken as unproven"
    return (
        f"{context.name} has no signature secret: every webhook is {fate}. "
        'Set signature_secret, or receiver.policy = "off".'
    )


def _hidden(setting: str, value: Any) -> Any:
    secret = BY_NAME[setting].secret and is_secret_text(setting, value)
    return Secret(value) if secret else value
