"""Alignment: places the texts of a column of numbers, those of one kind below each other at every number in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adamline.tlf.metrics import Metrics
from adamline.tlf.numbers import Kind, Token, Tokens, is_p_like, lined_up, merged, read

# A text, whether it is bold, and the rows that it stands among: those under one outermost heading.
Key = tuple[str, bool, str]
_DIGITS = str.maketrans(dict.fromkeys("123456789", "0"))
# Where a text starts, and the room before characters of it, in twips.
Spaces = tuple[tuple[int, int], ...]
Place = tuple[int, Spaces]


@dataclass
class _Slot:
    """One number of the texts of a kind: the widest parts left and right of its point, and where its point stands.

    Places are measured from the point of the first number. ``opens`` is where what stands before the number begins.
    """

    left: float = 0.0
    right: float = 0.0
    point: float = 0.0
    opens: float = 0.0


@dataclass
class _Block:
    """The texts of one kind, of all rows or of some, with the widths left and right of the point of their first number.

    ``wide`` is that on the right where room is put into the texts; ``narrow`` where only their first numbers line up.
    """

    kind: Kind
    texts: dict[Key, Tokens] = field(default_factory=dict)
    slots: list[_Slot] = field(default_factory=list)
    left: float = 0.0
    wide: float = 0.0
    narrow: float = 0.0

    def right(self, *, spread: bool) -> float:
        return self.wide if spread else self.narrow


def shape_of(text: str) -> str:
    """A text with a zero for each of its digits: as wide, and of the same kind.

    >>> shape_of("12 (34.5)")
    '00 (00.0)'
    """
    return text.translate(_DIGITS)


class Alignment:
    """How the texts of a column of numbers stand to each other.

    Texts of one kind (`numbers.Kind`) line up at each of their numbers: at its decimal point, or where that would be.
    Those that begin with a count do so in the whole column, the others in their own rows, so that a mean of 8.62 has no
    room for the digits of another parameter before its SD. Kinds that begin with a number line up at that one, as
    counts do with counts and per cents. Fractions, intervals, words, and p-values among nothing but whole numbers,
    stand in the middle of the column, each kind by itself.
    """

    def __init__(self, keys: Iterable[Key], metrics: Metrics) -> None:
        """Measure the texts; those that differ in their digits only once, for all digits of a font are as wide."""
        self._metrics = metrics
        self._known: dict[tuple[str, bool], float] = {}
        self._shapes = {(text, bold, rows): (shape_of(text), bold, rows) for text, bold, rows in keys}
        found = {shape: read(shape[0]) for shape in set(self._shapes.values())}
        shown = _shown(found)
        blocks: dict[tuple[Kind, str], _Block] = {}
        self._words = [key for key, (_, tokens) in found.items() if not tokens]
        for key, (_, tokens) in found.items():
            if tokens:
                kind, rows = shown[key]
                blocks.setdefault((kind, rows), _Block(kind)).texts[key] = tokens
        for block in blocks.values():
            self._measure(block)
        anchored = [block for block in blocks.values() if block.kind.is_anchored]
        apart = self._apart(anchored)
        self._joined = [block for block in anchored if block.kind not in apart]
        self._alone: dict[Kind, list[_Block]] = {}
        for block in blocks.values():
            if block.kind in apart or not block.kind.is_anchored:
                self._alone.setdefault(block.kind, []).append(block)
        self._widest = max((self._width(text, bold) for text, bold, _ in found), default=0.0)

    @property
    def width(self) -> float:
        """The width in which all texts line up."""
        return self._needs(spread=True)

    @property
    def least(self) -> float:
        """The width in which they fit, and line up at their first numbers only."""
        return self._needs(spread=False)

    def _needs(self, *, spread: bool) -> float:
        each = (_span([(block, spread) for block in blocks]) for blocks in self._alone.values())
        return max(_span([(block, spread) for block in self._joined]), *each, self._widest)

    def places(self, room: float) -> Mapping[Key, Place]:
        """Where each text stands in a column with so much room; where it is too narrow, fewer numbers line up."""
        joined, alone = [(block, True) for block in self._joined], list(self._alone.values())
        while _span(joined) > room:
            block, spread = widest = max(joined, key=lambda each: each[0].right(spread=each[1]))
            joined.remove(widest)
            if spread and block.narrow < block.wide:
                joined.append((block, False))
            else:
                alone.append([block])
        placed: dict[Key, Place] = {key: (max(0, round((room - self._width(*key[:2])) / 2)), ()) for key in self._words}
        placed |= self._centred(joined, room)
        for blocks in alone:
            spread = _span([(block, True) for block in blocks]) <= room
            placed |= self._centred([(block, spread) for block in blocks], room)
        return {key: placed[shape] for key, shape in self._shapes.items()}

    def _centred(self, blocks: Sequence[tuple[_Block, bool]], room: float) -> Mapping[Key, Place]:
        """The places of the texts of blocks whose first points stand below each other, in the middle of a column."""
        start = max(0.0, (room - _span(blocks)) / 2) + max((block.left for block, _ in blocks), default=0.0)
        placed: dict[Key, Place] = {}
        for block, spread in blocks:
            placed |= self._placed(block, start, room, spread=spread)
        return placed

    def _apart(self, anchored: Sequence[_Block]) -> set[Kind]:
        """The kind whose numbers are p-values, if those of the others that begin with a number are counts."""
        kinds = {block.kind for block in anchored if not block.kind.whole}
        if len(kinds) != 1 or not next(iter(kinds)).is_lone:
            return set()
        shapes = {shape for block in anchored if block.kind in kinds for shape in block.texts}
        is_p = all(is_p_like(key[0]) for key, shape in self._shapes.items() if shape in shapes)
        return kinds if is_p else set()

    def _width(self, text: str, bold: bool) -> float:
        """The width of a text, or of a part of one: most are part of many."""
        key = text, bold
        if key not in self._known:
            self._known[key] = self._metrics.width(text, bold)
        return self._known[key]

    def _measure(self, block: _Block) -> None:
        """Set the places of a block's numbers and its widths."""
        width = self._width
        slots = block.slots = [_Slot() for _ in block.kind.parts[1:]]
        for (text, bold, _), tokens in block.texts.items():
            for slot, token in zip(slots, tokens, strict=False):
                if token.point >= 0:
                    slot.left = max(slot.left, width(text[token.start : token.point], bold))
                    slot.right = max(slot.right, width(text[token.point : token.end], bold))
        for (text, bold, _), tokens in block.texts.items():
            for slot, token in zip(slots, tokens, strict=False):
                if token.point < 0:
                    slot.right = max(slot.right, width(text[token.start : token.end], bold) - slot.left)
        weights = {bold for _, bold, _ in block.texts}
        for before, slot, part in zip(slots, slots[1:], block.kind.parts[1:], strict=False):
            closing, opening = part[: lined_up(part)], part[lined_up(part) :]
            slot.opens = before.point + before.right + max(width(closing, bold) for bold in weights)
            slot.point = slot.opens + max(width(opening, bold) for bold in weights) + slot.left
        for (text, bold, _), tokens in block.texts.items():
            lead, last = width(text[: tokens[0].start], bold), slots[len(tokens) - 1]
            slots[0].opens = min(slots[0].opens, -lead - slots[0].left)
            behind = width(text, bold) - lead - self._before(text, bold, tokens[0], slots[0])
            block.left = max(block.left, lead + slots[0].left)
            block.narrow = max(block.narrow, behind)
            block.wide = max(block.wide, last.point + last.right + width(text[tokens[-1].end :], bold), behind)

    def _before(self, text: str, bold: bool, token: Token, slot: _Slot) -> float:
        """How far left of the point a number starts, or what stands for it in the middle of its room."""
        if token.point >= 0:
            return self._width(text[token.start : token.point], bold)
        return (slot.left - slot.right + self._width(text[token.start : token.end], bold)) / 2

    def _placed(self, block: _Block, start: float, room: float, *, spread: bool) -> Mapping[Key, Place]:
        """The places of the texts of a block whose first point stands at ``start``."""
        placed = {}
        for key, tokens in block.texts.items():
            text, bold, _ = key
            has_room = spread and len(block.kind.parts) > 2
            lead = self._width(text[: tokens[0].start], bold) + self._before(text, bold, tokens[0], block.slots[0])
            left = block.left if has_room and tokens[0].start else lead
            indent = round(max(0.0, min(start - left, room - self._width(text, bold))))
            placed[key] = indent, self._spaces(text, bold, tokens, block.slots, indent - start) if has_room else ()
        return placed

    def _spaces(self, text: str, bold: bool, tokens: Tokens, slots: Sequence[_Slot], begins: float) -> Spaces:
        """The room in a text that begins at ``begins``, measured from the first point of its kind."""
        spaces, moved, done = [], 0, 0
        for token, slot in zip(tokens, slots, strict=False):
            bracket = done + lined_up(text[done : token.start])
            targets = {bracket: slot.opens, token.start: slot.point - self._before(text, bold, token, slot)}
            for offset, target in targets.items():
                space = round(target - begins - moved - self._width(text[:offset], bold))
                # What stands before the first number begins the text.
                if offset and space > 0:
                    spaces.append((offset, space))
                    moved += space
            done = token.end
        return tuple(spaces)


def _span(blocks: Sequence[tuple[_Block, bool]]) -> float:
    """The width of blocks that line up at their first points, each with or without room in its texts."""
    left = max((block.left for block, _ in blocks), default=0.0)
    return left + max((block.right(spread=spread) for block, spread in blocks), default=0.0)


def _shown(found: Mapping[Key, tuple[Kind, Tokens]]) -> Mapping[Key, tuple[Kind, str]]:
    """The kind that each text is shown as, and the rows in which it lines up: all of them ("") where it is a count."""
    beside: dict[str, set[Kind]] = {}
    for (_, _, rows), (kind, _) in found.items():
        beside.setdefault(rows, set()).add(kind)
    whole = merged({kind for kinds in beside.values() for kind in kinds})
    among = {rows: merged(kinds) for rows, kinds in beside.items()}
    shown = {}
    for key, (kind, _) in found.items():
        made = whole[kind]
        if kind.whole is None:  # what stands for numbers is as those of its own rows, or as the counts of all
            near = among[key[2]][kind]
            made = near if near != kind or not made.whole else made
        shown[key] = made, "" if made.whole else key[2]
    return shown
