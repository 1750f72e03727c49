"""Loading: no garbage is looked for while modules are loaded and a study is opened."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage within the block, nor later among what it has made.

    Hundreds of modules make hundreds of thousands of objects that stay until the command ends. To go through them again
    and again for cycles that nothing refers to would be a tenth of a short command.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
