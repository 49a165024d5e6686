"""Everything the desk judges by, measured on public texts: `make bench-judgement`.

Each part is a module with a `main`; one that is not there is told of and passed over.
"""

import importlib
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PARTS: Final = ("toll", "judgement", "sameness", "emptiness")


def main() -> None:
    """Run every part."""
    for part in PARTS:
        print(f"\n==== {part}")
        try:
            module = importlib.import_module(f"bench.{part}")
        except ModuleNotFoundError as missing:
            if missing.name != f"bench.{part}":
                raise
            print("not there")
            continue
        module.main()


if __name__ == "__main__":
    main()
