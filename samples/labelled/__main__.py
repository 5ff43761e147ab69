"""python -m samples.labelled FOLDER: draw the labelled documents there, as `make eval` reads them."""

from __future__ import annotations

import sys
from pathlib import Path

from samples.labelled.draw import write

if __name__ == "__main__":
    write(Path(sys.argv[1]))
