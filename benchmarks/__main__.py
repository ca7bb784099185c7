"""`python -m benchmarks [NAME…]`: print the figures, each beside its yardstick of the same run.

A benchmark is a module of this package with `run() -> Table` (or a sequence of tables).
"""

import argparse
import importlib
import os
import pkgutil
import platform
import time

import benchmarks
from benchmarks.table import Table

NO_BENCHMARKS = frozenset({"table"})


def names() -> list[str]:
    """Return the names of all benchmarks."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name not in NO_BENCHMARKS and not name.startswith("_"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(names())} (default: all)")
    chosen = parser.parse_args().name or names()
    if unknown := sorted(set(chosen) - set(names())):
        parser.error(f"no benchmark {unknown[0]}; there are: {', '.join(names())}")
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores"
    )
    for name in chosen:
        module = importlib.import_module(f"benchmarks.{name}")
        began = time.perf_counter()
        result = module.run()
        for table in [result] if isinstance(result, Table) else result:
            print(f"\n{table.text()}")
        print(f"\n  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
