"""Templates: the environment they run in, where they can read what they are given and do nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adamline._resources import resource_folder
from adamline.errors import AdamlineError, LayoutError, Place


class _Loader(jinja2.FileSystemLoader):
    """Loads templates that are UTF-8, and says which one is not."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, object]:  # type: ignore[override]
        """The text of a template."""
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            what = "A template is not UTF-8."
            raise LayoutError(what, place=Place(template), expected="UTF-8", found=str(error)) from error


def template_environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Jinja for the templates in ``folders``, then adamline's own.

    A template comes with a study and is not trusted: it reaches no attribute of Python, changes nothing that it is
    given, and calls only what is meant for it. Every value is escaped, an unknown name is an error.
    """
    return ImmutableSandboxedEnvironment(
        loader=_Loader([*folders, resource_folder("templates")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def template_macro(environment: jinja2.Environment, template: str, name: str) -> Callable[..., str]:
    """A macro of a template, to be called by itself; LayoutError where the template has none of this name."""
    macro = getattr(environment.get_template(template).module, name, None)
    if not callable(macro):
        raise LayoutError("A template lacks its macro.", place=Place(template), expected=f"a macro `{name}`")
    return cast(Callable[..., str], macro)


def is_own(environment: jinja2.Environment, template: str) -> bool:
    """Whether a template is adamline's own, and none of a study."""
    return Path(str(environment.get_template(template).filename)).is_relative_to(resource_folder("templates"))


@contextmanager
def template_faults(folders: Sequence[Path]) -> Iterator[None]:
    """Tell faults of templates, in ``folders`` or adamline's own, as LayoutError with file and line.

    Errors that come from elsewhere, such as a full disk, are passed on.
    """
    try:
        yield
    except AdamlineError:
        raise
    except Exception as error:
        place = _place_in([*folders, resource_folder("templates")], error)
        if place is None:
            raise
        found = f"{type(error).__name__}: {error}"
        hint = "templates of a study stand in its folder templates"
        raise LayoutError("A template has a fault.", place=place, found=found, hint=hint) from error


def _place_in(folders: Sequence[Path], error: Exception) -> Place | None:
    """The template and line an error comes from, None where it is of none."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _place(folders, str(error.filename or error.name or ""), error.lineno)
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    inside = [frame for frame in frames if any(Path(frame[0]).is_relative_to(folder) for folder in folders)]
    if inside:
        return _place(folders, *inside[-1])
    if isinstance(error, jinja2.TemplateNotFound):
        return Place(str(error.name or ""))
    return Place() if isinstance(error, jinja2.TemplateError) else None


def _place(folders: Sequence[Path], filename: str, line: int | None) -> Place:
    path = Path(filename)
    folder = next((folder for folder in folders if path.is_relative_to(folder)), None)
    return Place((path.relative_to(folder) if folder else path).as_posix(), line)
