"""``python -m tests.fuzz_loaders FORMAT -max_total_time=60``: inputs that atheris finds by following the code that runs.

Each is read or refused in one sentence; what raises anything else ends the program. Further arguments are libFuzzer's.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["knowledge_base.loading"]):
    from knowledge_base.loading.formats import parse
    from knowledge_base.loading.parsed import Unreadable


def main() -> None:
    """Fuzzes until the time is over, then ends the process."""
    kind = sys.argv.pop(1)

    def read(data: bytes) -> None:
        try:
            parse(kind, data, "fuzzed")
        except Unreadable as refusal:
            assert str(refusal)

    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
