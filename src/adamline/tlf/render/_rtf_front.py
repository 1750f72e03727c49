"""The pages at the front of an RTF pack: its cover, and the contents with a link to each output."""

from __future__ import annotations

from collections.abc import Iterator

from adamline.tlf.cells import INDENT_STEP
from adamline.tlf.flow import CONTINUED
from adamline.tlf.front import CONTENTS, Entry, Front, cover_space
from adamline.tlf.layout import PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH
from adamline.tlf.render._rtf_head import Style, Styles
from adamline.tlf.render._rtf_page import paragraph
from adamline.tlf.render._rtf_text import rtf_lines, rtf_text
from adamline.tlf.render._views import paper_of

# Space above each text on the cover below its title, in twips.
_ABOUT_GAP = 240


def rtf_front(front: Front, page: PageSetup, styles: Styles) -> Iterator[str]:
    """The cover and each page of the contents."""
    style = styles.front

    def typed(name: str, text: str, more: str = "") -> str:
        return f"\\plain{styles.type_of(style[name].metrics)}{paragraph(style[name], text, more)}"

    space = round(cover_space(page) * TWIPS_PER_INCH)
    about = (typed("about", rtf_text(text), f"\\sb{_ABOUT_GAP}") for text in front.cover.texts)
    yield "".join([typed("cover", rtf_text(front.cover.title), f"\\sb{space}"), *about])
    tab = f"\\tqr\\tldot\\tx{paper_of(page).body_width}\\li{INDENT_STEP}"
    for number, entries in enumerate(front.contents):
        heading = typed("continued", CONTENTS + CONTINUED, "\\pagebb") if number else ""
        made = [heading or typed("contents", CONTENTS, "\\pagebb")]
        for entry in entries:
            if entry.is_group:
                made.append(typed("group", rtf_lines(entry.lines), f"\\sb{entry.gap}"))
            else:
                made.append(typed("entry", _link(entry), tab))
        yield "".join(made)


def _link(entry: Entry) -> str:
    """The title of an output and its page, which lead to its bookmark."""
    shown = "\\line ".join(map(rtf_text, entry.lines)) + f"\\tab {entry.page}"
    return f'{{\\field{{\\*\\fldinst HYPERLINK \\\\l "{entry.bookmark}"}}{{\\fldrslt {shown}}}}}'


def rtf_footer(style: Style, kind: str, count: int) -> str:
    """A footer with the number of the page in the whole document of ``count`` pages; fields, as Word counts."""
    numbers = f"{_field('PAGE', 1)} / {_field('NUMPAGES', count)}"
    return f"{{\\footer\\pard\\plain{kind}{style.paragraph}\\qc {numbers}\\par}}\n"


def _field(name: str, shown: int) -> str:
    return f"{{\\field{{\\*\\fldinst {name}}}{{\\fldrslt {shown}}}}}"
