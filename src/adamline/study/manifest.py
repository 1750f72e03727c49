"""The manifest of a run: its study, what each dataset and output was made from, and the hashes of its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from adamline import __version__
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.spec.formats import Format
from adamline.study.keys import are_as_made, canonical

NAME = "manifest.json"
ADAM, RESULTS, LAYOUTS, TLF, LOGS = "adam", "results", "layouts", "tlf", "logs"
# The files with the results of all outputs.
ALL_RESULTS = ("results.csv", "results.parquet")
FOLDERS = (ADAM, RESULTS, LAYOUTS, TLF, LOGS)


@dataclass(frozen=True)
class Entry:
    """A dataset, an output, or the results of all: its key, the hash of each of its files, what the run had to say.

    ``replaces`` has the hashes of files that these take the place of, until the run has come to its end: after a run
    that died, either may stand there.
    """

    key: str
    files: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    replaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def known(self, file: str) -> tuple[str, ...]:
        """Hashes that a file of the entry may have, by its own doing."""
        return (*filter(None, [self.files.get(file)]), *self.replaces.get(file, ()))


@dataclass(frozen=True)
class InputEntry:
    """What the last run that came to its end read of one dataset: the hash of each of its files, its records."""

    files: Mapping[str, str]
    records: int


@dataclass(frozen=True)
class Package:
    """What the last run was to make: the study's title, label and data cut-off, and its outputs in their order.

    ``templates`` is the hash of the study's own templates, empty where it has none. ``time_stamp`` says that pages have
    the time of their making, so that another run makes other bytes of them.
    """

    title: str
    label: str
    data_cutoff: str
    outputs: tuple[str, ...]
    templates: str
    time_stamp: bool = False


@dataclass(frozen=True)
class SettledBy:
    """What a run that came to its end started from, as one key, and its datasets and outputs in their order."""

    key: str
    catalogue: tuple[str, ...]
    datasets: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass
class Manifest:
    """The entries of a study by name; written before each change, so that a run that dies is taken up where it was.

    ``under_way`` names what the last run has not come to: nothing, where it has ended well. ``settled_by`` is then
    what tells that another would change nothing (`adamline.study.unchanged`).
    """

    study: str
    entries: dict[str, Entry] = field(default_factory=dict)
    inputs: Mapping[str, InputEntry] = field(default_factory=dict)
    package: Package | None = None
    under_way: tuple[str, ...] = ()
    settled_by: SettledBy | None = None
    _texts: dict[str, tuple[Entry, str]] = field(default_factory=dict, compare=False, repr=False)

    def is_current(self, name: str, key: str, files: Collection[str], out: Path) -> bool:
        """Whether ``name`` was made with this key, is these files, and they are there as they were made."""
        entry = self.entries.get(name)
        if entry is None or entry.key != key or set(entry.files) != set(files):
            return False
        return are_as_made([(out / file, digest) for file, digest in entry.files.items()])

    def known(self, file: str) -> set[str]:
        """Hashes under which the manifest knows a file."""
        return {digest for entry in self.entries.values() for digest in entry.known(file)}

    def replace(self, name: str, entry: Entry) -> None:
        """Take a new entry for the old one, whose files it remembers until `settled`."""
        old = self.entries.get(name, Entry("", {}))
        known = {file: old.known(file) for file in (*old.files, *old.replaces)}
        self.entries[name] = replace(entry, replaces={file: tuple(dict.fromkeys(known[file])) for file in known})

    def settled(self, names: Iterable[str]) -> dict[str, set[str]]:
        """Forget all but ``names``, and what their files replace; files that are no longer made, and their hashes."""
        every = [file for entry in self.entries.values() for file in (*entry.files, *entry.replaces)]
        known = {file: self.known(file) for file in every}
        self.entries = {name: replace(self.entries[name], replaces={}) for name in names}
        made = {file for entry in self.entries.values() for file in entry.files}
        return {file: hashes for file, hashes in known.items() if file not in made}

    def content(self) -> bytes:
        """The manifest as a file, names in order."""
        inputs = {name: asdict(entry) for name, entry in self.inputs.items()}
        written: dict[str, Any] = {"adamline": __version__, "study": self.study, "inputs": inputs}
        written |= {"package": asdict(self.package)} if self.package else {}
        written |= {"under_way": self.under_way} if self.under_way else {}
        written |= {"settled": asdict(self.settled_by)} if self.settled_by else {}
        texts = {name: canonical(part, indent=1) for name, part in written.items()}
        texts["nodes"] = _object({name: self._text_of(name) for name in self.entries})
        return _object(texts).encode() + b"\n"

    def _text_of(self, name: str) -> str:
        """An entry as JSON, kept: the manifest is written again for each entry that is new, all others in it."""
        entry, (known, text) = self.entries[name], self._texts.get(name, (None, ""))
        if known is not entry:
            text = canonical(_as_json(entry), indent=1)
            self._texts[name] = entry, text
        return text


def read_manifest(out: Path) -> Manifest | Finding | None:
    """The manifest of an earlier run, None where there is none, a finding where there is one that cannot be read.

    One that names a file outside the folders of a run cannot be read either: no run has written it.
    """
    try:
        read = _Written.model_validate_json((out / NAME).read_bytes(), strict=True)
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        found = _first_fault(error) if isinstance(error, ValidationError) else str(error)
        message = f"The manifest cannot be read, so that all is made anew ({found})."
        return Finding(Severity.WARNING, "manifest", message, Place(NAME))
    entries = {
        name: Entry(node.key, node.files, tuple(map(_finding, node.findings)), node.replaces)
        for name, node in read.nodes.items()
    }
    inputs = {name: InputEntry(found.files, found.records) for name, found in read.inputs.items()}
    return Manifest(read.study, entries, inputs, read.package, read.under_way)


def _first_fault(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, detail["loc"]))
    return f"{where}: {detail['msg']}" if where else detail["msg"]


# What a run names its files, and nothing else: relative, in one of its folders, never above it.
_NAME = r"[a-z0-9][a-z0-9._-]*"
_PATHS = (
    rf"{ADAM}/{_NAME}\.(xpt|parquet)|{RESULTS}/{_NAME}\.csv|{LAYOUTS}/{_NAME}\.jsonl\.gz|"
    rf"{TLF}/{_NAME}\.({'|'.join(Format)})|{LOGS}/{_NAME}\.csv"
)
_File = Annotated[str, StringConstraints(pattern=rf"^({_PATHS}|results\.(csv|parquet))$")]
_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _FindingWritten(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    severity: Literal["NOTE", "WARNING", "ERROR"]
    check: str
    message: str
    place: Place


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    key: str
    files: dict[_File, _Hash]
    findings: list[_FindingWritten]
    replaces: dict[_File, tuple[_Hash, ...]] = {}


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    files: dict[str, _Hash]
    records: int


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    adamline: str
    study: str
    inputs: dict[str, _Input] = {}
    nodes: dict[str, _Node]
    package: Package | None = None
    under_way: tuple[str, ...] = ()
    settled: dict[str, Any] | None = None


def _finding(written: _FindingWritten) -> Finding:
    return Finding(Severity[written.severity], written.check, written.message, written.place)


def _object(parts: Mapping[str, str]) -> str:
    """An object of JSON, from the JSON of its parts, as `canonical` indents it."""
    if not parts:
        return "{}"
    lines = (f" {canonical(name)}: {text}".replace("\n", "\n ") for name, text in sorted(parts.items()))
    return "{\n" + ",\n".join(lines) + "\n}"


def _as_json(entry: Entry) -> dict[str, Any]:
    node = {"key": entry.key, "files": entry.files, "findings": [_finding_as_json(one) for one in entry.findings]}
    return node | ({"replaces": entry.replaces} if entry.replaces else {})


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    place = {name: value for name, value in asdict(finding.place).items() if value not in ("", None)}
    return {"severity": finding.severity.name, "check": finding.check, "message": finding.message, "place": place}
