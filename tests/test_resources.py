"""Resources: the bundled folder of a wheel wins over the checkout; a missing folder is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline import _resources
from adamline.errors import FileFormatError


def test_the_bundled_folder_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "src" / "adamline"
    bundled, checkout = package / "_bundled" / "templates", tmp_path / "templates"
    monkeypatch.setattr(_resources, "PACKAGE", package)
    with pytest.raises(FileFormatError, match="templates"):
        _resources.resource_folder("templates")
    checkout.mkdir()
    assert _resources.resource_folder("templates") == checkout
    bundled.mkdir(parents=True)
    assert _resources.resource_folder("templates") == bundled
