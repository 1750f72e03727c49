"""Documents as LibreOffice shows them: PDF, and the text of its pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path


def written_as_pdf(documents: Mapping[str, bytes], soffice: str, folder: Path) -> Path:
    """Write documents by name into a folder, and a PDF of each, all made in one call; a bare name is one of Word."""
    files = {name if name.endswith(".rtf") else f"{name}.docx": content for name, content in documents.items()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    paths = [str(folder / name) for name in files]
    subprocess.run([*command, "--outdir", str(folder), *paths], check=True, capture_output=True, timeout=600)
    return folder


def page_texts(file: Path) -> list[str]:
    """The text of each page, in columns as they stand."""
    run = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True)
    return run.stdout.decode().split("\f")[:-1]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Word:
    """A word of a page, and where it stands, in points from the top left."""

    text: str
    left: float
    bottom: float


def page_words(file: Path) -> list[list[Word]]:
    """The words of each page."""
    run = subprocess.run(["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True)
    pattern = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>')
    return [
        [Word(unescape(text), float(left), float(bottom)) for left, bottom, text in pattern.findall(page)]
        for page in run.stdout.decode().split("<page ")[1:]
    ]
