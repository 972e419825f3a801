"""Write reference_codes.json: what iscc_sdk gives for every file of iscc_samples.

Run from the checkout: python -m tests.portfolio.make_reference
"""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import version
from typing import Any

from tests.portfolio import reference


def main() -> None:
    """Fingerprint all samples with the reference and keep the result."""
    written: dict[str, Any] = {}
    for path in sorted(reference.SAMPLES.rglob("*.*")):
        name = path.relative_to(reference.SAMPLES).as_posix()
        try:
            iscc, units = reference.codes(path)
        except (subprocess.CalledProcessError, OSError) as error:
            written[name] = {"error": type(error).__name__}
        else:
            written[name] = {"iscc": iscc, "units": list(units)}
    text = json.dumps(written, indent=1) + "\n"
    reference.GOLDEN.write_text(text, encoding="utf-8")
    print(f"{len(written)} files, iscc-sdk {version('iscc-sdk')}")


if __name__ == "__main__":
    main()
