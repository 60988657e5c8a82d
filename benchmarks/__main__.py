"""`make bench`: every figure as a ratio against a reference run on the same data in this run."""

import importlib
import sys
import tempfile

from benchmarks.portal import set_up

ALL = ["intake", "fetch", "export"]


def main() -> int:
    chosen = sys.argv[1:] or ALL
    if unknown := set(chosen) - set(ALL):
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(ALL)}.")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        for name in chosen:
            for figure in importlib.import_module(f"benchmarks.{name}").figures():
                print(figure, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
