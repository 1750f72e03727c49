"""Has the parts of datasets made on a Dask cluster, the extra `dask`."""

from __future__ import annotations

import gc
import json
import pickle
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from adamline.errors import AdamlineError, FileFormatError, Place
from adamline.study.keys import library_versions
from adamline.study.on_worker import Needs, check_versions, fault_of, make_on_worker, needs_here, state_on_disk

if TYPE_CHECKING:
    from distributed import Client, Future

    from adamline.study.makers import Make
    from adamline.study.part import Part, PartMade

# Seconds in which a scheduler must answer, and in which a cluster must have a worker.
ANSWER: Final = 10.0
WORKER: Final = 60.0
# Seconds between two looks at whether there are workers at all.
LOOK: Final = 2.0
FILE: Final = "file:"


@contextmanager
def dask_cluster(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler has this address, or is described by the file of ``file:PATH``.

    Raises AdamlineError where the extra is not installed, the scheduler does not answer in `ANSWER` seconds, there is
    no worker in `WORKER` seconds, or a worker has another version of Python, adamline or a library that counts.
    """
    try:
        import distributed
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        what = "--scheduler needs the library distributed, which is not installed."
        raise AdamlineError(what, hint="pip install 'adamline[dask]'") from error
    with silence_logging_cmgr("CRITICAL"):
        client = _client(distributed, address)
        try:
            cluster = Cluster(client, address)
            cluster.check()
            yield cluster
        finally:
            client.close(timeout=LOOK)


def _client(distributed: Any, address: str) -> Client:
    where = _address_in(Path(address.removeprefix(FILE))) if address.startswith(FILE) else address
    try:
        with _no_collection():
            return distributed.Client(where, timeout=ANSWER, set_as_default=False, name="adamline")
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # no answer; no address; no certificates for tls
        raise AdamlineError(
            "The Dask scheduler cannot be reached.",
            expected=f"an answer in {ANSWER:g} seconds",
            found=f"{where}: {error}",
            hint="start it with `dask scheduler`, which shows its address, such as tcp://10.0.0.5:8786",
        ) from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Collect no garbage meanwhile, but what there is before.

    A client that could not connect stops when it is collected. Collected while another starts, in the same thread, it
    waits for ever for the lock that the start holds.
    """
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _address_in(path: Path) -> str:
    """The address in the file that `dask scheduler --scheduler-file` writes."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["address"])
    except OSError as error:
        raise FileFormatError("The scheduler file cannot be read.", place=Place(str(path)), found=str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise FileFormatError(
            "The scheduler file has no address.",
            place=Place(str(path)),
            expected="the file that a Dask scheduler has written of itself",
        ) from error


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask scheduler; see `adamline.study.makers.Makers`."""

    client: Client
    address: str

    def check(self) -> None:
        """Raise AdamlineError where there is no worker, or one has other versions than this process."""
        self._wait_for_workers()
        ours = library_versions()
        with self._answering():
            theirs = self.client.get_versions(packages=list(ours))["workers"]
        for name, found in theirs.items():
            check_versions(ours, _versions_said(found), name)
        self._check_workers(needs_here({}))

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> Iterator[PartMade]:
        """See `Makers`; raises AdamlineError too where a worker does not see the files, or several die of a part."""
        notice = parts[0].target.absolute().with_name("notice"), uuid.uuid4().hex
        notice[0].write_text(notice[1], encoding="ascii")
        files = {path.absolute(): state for path in parts[0].reads if (state := state_on_disk(path)) is not None}
        needs = needs_here(files, notice)
        self._check_workers(needs)
        futures = [
            self.client.submit(
                make_on_worker,
                elsewhere,
                pickle.dumps(part.absolute()),
                needs,
                key=f"{part.dataset}-{number}-{notice[1]}",
                pure=False,
            )
            for number, part in enumerate(parts)
        ]
        try:
            with self._answering():
                made = self._gathered(futures)
        except AdamlineError as error:
            # A worker knows files by paths that hold everywhere.
            given = {str(path.absolute()): str(path) for path in parts[0].reads}
            error.place = replace(error.place, file=given.get(error.place.file, error.place.file))
            raise
        finally:
            self.client.cancel(futures, force=True)
        yield from made

    def _gathered(self, futures: list[Future]) -> list[PartMade]:
        """What the futures give, in their order; the error of the first that fails, as one process would have it."""
        made: dict[int, PartMade] = {}
        faults: dict[int, Exception] = {}
        waiting = dict(enumerate(futures))
        while waiting:
            self._wait(list(waiting.values()))
            for number in [number for number, future in waiting.items() if future.done()]:
                future = waiting.pop(number)
                try:
                    made[number] = _arrived(future)
                except Exception as error:
                    faults[number] = error
                future.release()
            if faults:
                first = min(faults)
                later = [number for number in waiting if number > first]
                self.client.cancel([waiting.pop(number) for number in later], force=True)
        if faults:
            raise faults[min(faults)]
        return [made[number] for number in range(len(futures))]

    def _wait(self, futures: list[Future]) -> None:
        """Until one of them is done; AdamlineError where there are no workers for a time."""
        from distributed import wait

        alone_since = None
        while True:
            try:
                with self.client.as_current():
                    wait(futures, timeout=LOOK, return_when="FIRST_COMPLETED")
            except TimeoutError:
                alone_since = None if self.client.nthreads() else alone_since or time.monotonic()
                if alone_since is not None and time.monotonic() - alone_since > WORKER:
                    raise self._without_workers() from None
            else:
                return

    def _wait_for_workers(self) -> None:
        try:
            with self._answering():
                self.client.wait_for_workers(1, timeout=WORKER)
        except TimeoutError as error:
            raise self._without_workers() from error

    def _without_workers(self) -> AdamlineError:
        return AdamlineError(
            "The Dask cluster has no worker.",
            expected=f"one in {WORKER:g} seconds",
            found=f"none at {self.address}",
            hint="start some with `dask worker` and the scheduler's address",
        )

    def _check_workers(self, needs: Needs) -> None:
        """Raise AdamlineError where a worker has other versions or does not see what this process sees.

        Workers that come later, or die meanwhile and come again, check themselves before each part.
        """
        with self._answering():
            found = self.client.run(fault_of, needs, on_error="return")
        for name in sorted(found):
            if isinstance(found[name], AdamlineError):
                raise found[name]
            if isinstance(found[name], Exception) and not isinstance(found[name], OSError):
                raise _cannot_load(f"worker {name}", found[name])

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """AdamlineError where the scheduler stops to answer."""
        try:
            yield
        except (CancelledError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise AdamlineError(
                "The Dask scheduler no longer answers: it ended, or the network did.",
                found=f"{self.address}: {error}",
                hint="run again when it is there; files of an earlier run are as they were",
            ) from error


def _versions_said(found: Mapping[str, Any]) -> dict[str, str | None]:
    """The versions of a worker as Dask tells them, Python as `platform` writes it."""
    return {**found["packages"], "python": ".".join(found["host"]["python"].split(".")[:3])}


def _arrived(future: Future) -> PartMade:
    """The part that was made, if its files are here as the worker wrote them; raises its error, if it has one."""
    from distributed import KilledWorker

    try:
        result = future.result()
    except RuntimeError as error:
        if "deserialization of the task graph" not in str(error):
            raise
        raise _cannot_load("the scheduler", error.__cause__ or error) from error
    except KilledWorker as error:
        raise AdamlineError(
            "Workers of the Dask cluster ended before a part was made: killed, or short of memory.",
            found=str(error).splitlines()[0],
            hint="start workers with a higher limit of memory, and with one thread each",
        ) from error
    if isinstance(result, AdamlineError):
        raise result
    made, sizes = result
    for path, size in sizes.items():
        found = state_on_disk(path)
        if found is None or found[0] != size:
            raise AdamlineError(
                "A file that a worker of the cluster has written is not here.",
                place=Place(str(path)),
                expected=f"{size} bytes",
                found="no file" if found is None else f"{found[0]} bytes",
                hint="the folder for outputs must be in a shared folder that shows new files at once",
            )
    return cast("PartMade", made)


def _cannot_load(where: str, error: BaseException) -> AdamlineError:
    return AdamlineError(
        "The Dask cluster cannot load adamline as it is here.",
        found=f"{error}, on {where}",
        hint="start the scheduler and its workers from the environment that runs adamline",
    )
