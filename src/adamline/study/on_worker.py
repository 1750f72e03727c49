"""What a worker of a Dask cluster does for a run: tells whether it is fit for it, and makes a part."""

from __future__ import annotations

import functools
import pickle
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adamline.errors import AdamlineError, Place
from adamline.study.keys import hash_of_code, library_versions

if TYPE_CHECKING:
    from adamline.study.makers import Make
    from adamline.study.part import PartMade

# Parts of one process follow each other, however many threads it has: a study's programs may share what they like.
_ONE_AT_A_TIME = threading.Lock()
_NO_STUDY = Path("no study")


@dataclass(frozen=True)
class Needs:
    """What a worker must have and see: versions, the code of adamline, files with their sizes and times.

    ``notice`` is a file that the run has written, with its text: who reads another sees another folder.
    """

    versions: Mapping[str, str]
    code: str
    files: Mapping[Path, tuple[int, int]]
    notice: tuple[Path, str] | None = None


def needs_here(files: Mapping[Path, tuple[int, int]], notice: tuple[Path, str] | None = None) -> Needs:
    """What a worker needs to be like this process, and to see these files."""
    return Needs(*_like_here(), files, notice)


@functools.cache
def _like_here() -> tuple[Mapping[str, str], str]:
    """The versions here and the hash of the code: as they were first asked for, since what is loaded stays.

    A worker lives on when adamline is installed anew where it stands, with the code that it has loaded.
    """
    return library_versions(), hash_of_code(_NO_STUDY)


def fault_of(needs: Needs, dask_worker: Any) -> AdamlineError | None:
    """What `check_worker` raises on the worker that Dask runs this on."""
    try:
        check_worker(needs, dask_worker.address)
    except AdamlineError as error:
        return error
    return None


def check_worker(needs: Needs, name: str) -> None:
    """Raise AdamlineError where this process, a worker of this name, has another version or sees other files."""
    versions, code = _like_here()
    check_versions(needs.versions, versions, name)
    if code != needs.code:
        here = f"{versions['adamline']}, code {code[:8]} in {Path(__file__).resolve().parents[1]}"
        raise _differs("adamline", f"{needs.versions['adamline']}, code {needs.code[:8]}", name, here)
    for path, state in needs.files.items():
        found = state_on_disk(path)
        if found != state:
            raise _unseen(path, name, "no such file" if found is None else "another file, or an earlier state of it")
    if needs.notice is not None:
        _check_notice(*needs.notice, name)


def _check_notice(path: Path, text: str, name: str) -> None:
    try:
        found = path.read_text(encoding="ascii")
    except OSError as error:
        raise _unseen(path.parent, name, "no such folder") from error
    if found != text:
        raise _unseen(path.parent, name, "another folder")


def check_versions(ours: Mapping[str, str], theirs: Mapping[str, str | None], name: str) -> None:
    """Raise AdamlineError for the first version in which a worker differs: it could make other bytes."""
    for library, version in ours.items():
        if theirs.get(library) != version:
            raise _differs(library, version, name, theirs.get(library) or "none")


def _differs(library: str, ours: str, name: str, theirs: str) -> AdamlineError:
    return AdamlineError(
        f"A worker of the cluster has another {library} than this run, and could make other files.",
        expected=f"{library} {ours}, as here",
        found=f"{library} {theirs} on worker {name}",
        hint="start the scheduler and its workers from the environment that runs adamline, or one with the same lock",
    )


def _unseen(path: Path, name: str, found: str) -> AdamlineError:
    return AdamlineError(
        "A worker of the cluster does not see a file or folder of this run.",
        place=Place(str(path)),
        expected="specs, inputs and the folder for outputs in shared folders, at the same paths on every worker",
        found=f"{found} on worker {name}",
    )


def state_on_disk(path: Path) -> tuple[int, int] | None:
    """The size of a file and the second of its last change; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, int(found.st_mtime)


def make_on_worker(elsewhere: Make, given: bytes, needs: Needs) -> tuple[PartMade, dict[Path, int]] | AdamlineError:
    """A part, made by a worker, and the sizes of the files that it has written; or the error of it.

    ``given`` is the part, pickled, so that a scheduler need not know what it is. An error is returned and not raised,
    since Dask tells what is raised its own way. A part that is tried again has files of other names: a worker that was
    taken for dead may still write the first ones.
    """
    from distributed import get_worker

    with _ONE_AT_A_TIME:
        try:
            check_worker(needs, get_worker().address)
            part: Any = pickle.loads(given)  # noqa: S301 - of the run whose functions the cluster executes
            made = elsewhere(replace(part, target=part.target.with_name(f"{part.target.name}-{uuid.uuid4().hex}")))
        except AdamlineError as error:
            return error.with_traceback(None)
    return made, {path: path.stat().st_size for path in made.files}
