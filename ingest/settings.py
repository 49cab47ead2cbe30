"""Where the library lies, and the environment variables that say so."""

from __future__ import annotations

import os
from pathlib import Path

LIBRARY_VARIABLE = "CHANGJI_LIBRARY"


def library_folder(flag: str | os.PathLike[str] | None = None) -> Path:
    """The library's folder: the flag, else CHANGJI_LIBRARY, else under the user's data directory."""
    chosen = flag or os.environ.get(LIBRARY_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("changji", appauthor=False) / "library"
