"""The folder a run writes to: files are made aside, hashed, and put in their places, so that nothing is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from adamline.errors import AdamlineError, Place
from adamline.findings import Finding, Severity
from adamline.io.atomic import remove_leftovers, replace_file, sync_folder
from adamline.spec.formats import Format
from adamline.study.keys import hash_of_file
from adamline.study.lock import locked
from adamline.study.manifest import (
    ADAM,
    ALL_RESULTS,
    FOLDERS,
    LAYOUTS,
    LOGS,
    NAME,
    RESULTS,
    TLF,
    Entry,
    Manifest,
    Package,
    read_manifest,
)

# Beside the files that are to be replaced, so that a renaming stays within one file system.
_ASIDE = ".making"
_NOT_HASHED: Mapping[Path, str] = MappingProxyType({})


@dataclass
class OutFolder:
    """The folder of a run under way, its manifest, and what there is to say of files that were found in it."""

    path: Path
    manifest: Manifest
    findings: list[Finding] = field(default_factory=list)

    def aside(self, file: Path) -> Path:
        """Where the next version of a file is made."""
        return file.parent / _ASIDE / file.name

    @contextmanager
    def making(self, package: Package, names: Iterable[str]) -> Iterator[None]:
        """Say in the manifest what the block is to make, and, where it fails, what it has not come to."""
        self.manifest.package, self.manifest.under_way = package, tuple(names)
        self._write_manifest()
        try:
            yield
        except BaseException:
            # The first error is what is to be said, also where the disk is full.
            with suppress(OSError):
                self._write_manifest()
            raise

    def come_to(self, name: str) -> None:
        """Take what was made, or found to be as it was made, from what is still to come; written with the next file."""
        self.manifest.under_way = tuple(other for other in self.manifest.under_way if other != name)

    def finish(
        self,
        name: str,
        key: str,
        files: Sequence[Path],
        findings: tuple[Finding, ...],
        hashes: Mapping[Path, str] = _NOT_HASHED,
    ) -> None:
        """Put files that were made aside in their places, under a new entry of the manifest.

        What stands there and is not as a run has made it (a page that was edited in Word) is kept under another name.
        ``hashes`` are those of files aside that are known already.
        """
        aside = {file: self.aside(file) for file in files}
        made = {self._name(file): hashes.get(path) or hash_of_file(path) for file, path in aside.items()}
        known = {file: self.manifest.known(file) for file in made}
        self.manifest.replace(name, Entry(key, made, findings))
        # Before the files: a run that dies between them leaves no file that the manifest does not know.
        self._write_manifest()
        for file, digest in made.items():
            self._keep(file, {*known[file], digest})
        for path in files:
            self.aside(path).replace(path)
        for folder in dict.fromkeys(path.parent for path in files):
            sync_folder(folder)

    def settle(self, names: Iterable[str]) -> None:
        """At the end of a run: forget all but ``names``, and remove files that are no longer made, unless edited."""
        for file, hashes in sorted(self.manifest.settled(names).items()):
            path = self.path / file
            if not os.path.lexists(path):
                continue
            if hash_of_file(path) in hashes and not _is_link(self.path, path):
                path.unlink()
            else:
                message = "The file is no longer made, and is not as a run had made it: it is left where it is."
                self.findings.append(Finding(Severity.NOTE, "no longer made", message, Place(file)))
        self.manifest.under_way = ()
        self._write_manifest()

    def leave(self) -> None:
        """At the end of a run of some datasets: all else stays as it is, as what the run has not come to."""
        self._write_manifest()

    def is_place(self, path: Path) -> bool:
        """Whether runs write a file there."""
        return is_place_of_run(self.path, path)

    def refuse_inputs(self, files: Iterable[Path]) -> None:
        """Raise AdamlineError for an input that stands where runs write: it would be replaced, or removed."""
        for file in files:
            if self.is_place(file.resolve()):
                raise AdamlineError(
                    "The run would write where it reads.",
                    place=Place(str(file)),
                    expected=f"inputs outside of {', '.join(FOLDERS)} of the folder that is written to",
                    hint="name another folder for the outputs, or copy the inputs to one of their own",
                )

    def _keep(self, file: str, known: set[str]) -> None:
        path = self.path / file
        if not os.path.lexists(path) or hash_of_file(path) in known:
            return
        number = 1
        while os.path.lexists(kept := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")):
            number += 1
        path.rename(kept)
        message = f"The file was not as a run had made it: it is kept as {kept.name}, and made anew."
        self.findings.append(Finding(Severity.WARNING, "edited", message, Place(file)))

    def _name(self, file: Path) -> str:
        return file.relative_to(self.path).as_posix()

    def _write_manifest(self) -> None:
        content = self.manifest.content()
        path = self.path / NAME
        if not path.is_file() or path.read_bytes() != content:
            with replace_file(path) as handle:
                handle.write(content)


@contextmanager
def out_folder(path: Path, study: str) -> Iterator[OutFolder]:
    """The folder ``path`` for a run of ``study``, held until the block ends.

    What killed runs have left is removed. Raises AdamlineError while another run holds the folder, and where it has the
    files of another study.
    """
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    with locked(path) as findings:
        found = read_manifest(path)
        if isinstance(found, Manifest) and found.study != study:
            raise AdamlineError(
                "The folder has the files of another study.",
                place=Place(str(path)),
                expected=f"a new folder, or that of {study}",
                found=found.study,
                hint=f"name another folder, or remove its {NAME} first: what is in the way is then kept aside",
            )
        manifest = found if isinstance(found, Manifest) else Manifest(study)
        _clear(path)
        try:
            for folder in ("", *FOLDERS):
                (path / folder / _ASIDE).mkdir(exist_ok=True)
            yield OutFolder(path, manifest, [*findings, *([found] if isinstance(found, Finding) else [])])
        finally:
            _clear(path)


def is_place_of_run(out: Path, path: Path) -> bool:
    """Whether runs into the folder ``out`` write a file at ``path``."""
    out = out.resolve()
    if not path.is_relative_to(out):
        return False
    first, *more = path.relative_to(out).parts
    return (
        (not more and first in (NAME, *ALL_RESULTS))
        or first in (ADAM, RESULTS, LAYOUTS, LOGS)
        or (first == TLF and path.suffix.removeprefix(".") in set(Format))
    )


def _clear(path: Path) -> None:
    """Remove what runs have left that were killed, or have failed."""
    for folder in ("", *FOLDERS):
        remove_leftovers(path / folder)
        aside = path / folder / _ASIDE
        if aside.is_symlink():
            aside.unlink()
        shutil.rmtree(aside, ignore_errors=True)


def _is_link(out: Path, path: Path) -> bool:
    """Whether the path leads out of the folder by a link, or is one."""
    return path.is_symlink() or path.resolve() != out.resolve() / path.relative_to(out)
