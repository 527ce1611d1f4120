"""Run every benchmark beside this file, print its rows, and write them to `out/results.json`.

A benchmark is a file `bench_*.py` with one function `measure() -> list[Row]`.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COLUMNS = ("work", "size", "ours_s", "peer", "peer_s", "ratio", "max_difference", "settings")


def main() -> int:
    """Measure everything, or the benchmarks named on the command line."""
    sys.path.insert(0, str(HERE))
    rows: list[dict[str, Any]] = []
    for path in sorted(HERE.glob("bench_*.py")):
        if len(sys.argv) > 1 and path.stem.removeprefix("bench_") not in sys.argv[1:]:
            continue
        print(f"\n{path.stem.removeprefix('bench_').replace('_', ' ')}", flush=True)
        for row in runpy.run_path(str(path))["measure"]():
            wrong = set(row) ^ set(COLUMNS)
            if wrong:
                print(f"{path.name}: a row must hold exactly {', '.join(COLUMNS)}; not so: {', '.join(sorted(wrong))}")
                return 1
            rows.append(row)
            print(line(row), flush=True)
    if len(sys.argv) > 1:
        return 0  # a part never replaces the results of the whole
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    (out / "results.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"\n{len(rows)} rows in {out / 'results.json'}")
    return 0


def line(row: dict[str, Any]) -> str:
    """One row as people read it."""
    difference = row["max_difference"]
    same = "" if difference is None else f", largest difference {difference:.2g}"
    compared = f"{row['ours_s']:.3f} s against {row['peer_s']:.3f} s by {row['peer']}: {row['ratio']:.1f} x"
    return f"  {row['work']} ({row['size']}): {compared}{same}\n    {row['settings']}"


if __name__ == "__main__":
    sys.exit(main())
