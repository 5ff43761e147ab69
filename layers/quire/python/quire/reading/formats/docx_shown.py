"""A Word part made to say what its reader sees, before it becomes HTML.

Out go hidden text and the inside of field codes; in come the results of simple fields, the choice of a drop-down field,
and what stands in text boxes, after the paragraph that they hang on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RUN, _TEXT, _PARAGRAPH, _ROW = f"{_W}r", f"{_W}t", f"{_W}p", f"{_W}tr"
_RUN_STYLE, _PARAGRAPH_STYLE = "rStyle", "pStyle"
_FIELD, _CODE = f"{_W}fldChar", f"{_W}instrText"
_BOX, _TABLE, _PICTURE = f"{_W}txbxContent", f"{_W}tbl", f"{_W}pict"
_WHITE = "FFFFFF"
_MAY_SHADE = (f"{_W}shd", f"{_W}{_PARAGRAPH_STYLE}")  # a style may
_DRAWN = (f"{_W}drawing", f"{_W}pict", f"{_W}object", f"{_MC}AlternateContent")
# Elements of WordprocessingML that only hold what is to be read in their place.
_WRAPPERS = (f"{_W}fldSimple", f"{_W}dir", f"{_W}bdo")


@dataclass(frozen=True, slots=True)
class Styles:
    """Which styles hide text, by their ids; None where neither they nor those they are based on say anything."""

    hidden: Mapping[str, bool]
    always: bool = False

    @classmethod
    def of(cls, root: Element | None) -> Styles:
        if root is None:
            return cls({})
        own: dict[str, bool | None] = {}
        based: dict[str, str] = {}
        for style in root.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            own[name] = _vanishes(style.find(f"{_W}rPr"))
            parent = style.find(f"{_W}basedOn")
            if parent is not None:
                based[name] = parent.get(f"{_W}val", "")
        defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        return cls({name: _inherited(name, own, based) for name in own}, always=bool(_vanishes(defaults)))


def shown(root: Element, styles: Styles) -> int:
    """Change the part in place; answers how many hidden words were taken out.

    Hidden are runs with `vanish`, by themselves or by their styles, and table rows with `hidden`. Where a character's
    and a paragraph's style both hide, they cancel each other (ECMA-376, part 1, 17.7.3, "Toggle Properties").
    White text is hidden where nothing can stand behind it: not in tables and boxes, nor with a drawing behind the text.
    """
    _unwrap(root)
    white = _take_out_white(root)
    _take_out_of_boxes(root)
    _end_fields(root)
    return white + _take_out_hidden(root, styles)


def _vanishes(properties: Element | None) -> bool | None:
    vanish = None if properties is None else properties.find(f"{_W}vanish")
    return None if vanish is None else vanish.get(f"{_W}val", "true") not in ("0", "false", "off")


def _inherited(name: str, own: Mapping[str, bool | None], based: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while name in own and name not in seen:
        seen.add(name)
        said = own[name]
        if said is not None:
            return said
        name = based.get(name, "")
    return False


def _unwrap(root: Element) -> None:
    """Put what a wrapper holds in its place: of nested ones the outer first, until none is left."""
    for parent in list(root.iter()):
        if any(child.tag in _WRAPPERS for child in parent):
            parent[:] = list(_unwrapped(parent))


def _unwrapped(parent: Element) -> Iterator[Element]:
    waiting = list(reversed(parent))
    while waiting:
        child = waiting.pop()
        if child.tag in _WRAPPERS:
            waiting += reversed(child)
        else:
            yield child


def _take_out_of_boxes(root: Element) -> None:
    """What stands in the text boxes of a paragraph comes after it. A drawing may be there twice, for old programs too:
    the first that has words counts (ECMA-376, part 3, 7.2, "AlternateContent")."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        children: list[Element] = []
        for child in parent:
            children.append(child)
            if child.tag == _PARAGRAPH:
                children += _boxed(child)
        parent[:] = children
        waiting += children


def _boxed(paragraph: Element) -> list[Element]:
    """The paragraphs and tables in the paragraph's text boxes, taken out of it; boxes within boxes stay in theirs."""
    found: list[Element] = []
    waiting = [paragraph]
    while waiting:
        parent = waiting.pop()
        for child in list(parent):
            if child.tag in _DRAWN:
                boxes = _boxes(child)
                if boxes:
                    parent.remove(child)
                    found += [block for box in boxes for block in box]
            elif child.tag != _PARAGRAPH:
                waiting.append(child)
    return found


def _boxes(drawn: Element) -> list[Element]:
    """The outermost text boxes of a drawing, in order."""
    found: list[Element] = []
    waiting = [drawn]
    while waiting:
        element = waiting.pop()
        if element.tag == _BOX:
            found.append(element)
        elif element.tag == f"{_MC}AlternateContent":
            branches = [branch for branch in element if next(branch.iter(_BOX), None) is not None]
            waiting += branches[:1]
        else:
            waiting += reversed(element)
    return found


def _end_fields(root: Element) -> None:
    """Of complex fields only their results show: what stands in a field's code, other fields' results too, does not."""
    in_code: list[bool] = []  # of each open field, whether its result is still to come
    for run in root.iter(_RUN):
        for child in list(run):
            if child.tag == _FIELD:
                kind = child.get(f"{_W}fldCharType")
                if kind == "begin":
                    in_code.append(True)
                    choice = _chosen(child)
                    if choice is not None and not any(in_code[:-1]):
                        said = Element(_TEXT)
                        said.text = choice
                        run.insert(list(run).index(child) + 1, said)
                elif in_code and kind == "separate":
                    in_code[-1] = False
                elif in_code and kind == "end":
                    in_code.pop()
            elif any(in_code) and child.tag not in (_CODE, f"{_W}rPr"):
                run.remove(child)


def _chosen(begin: Element) -> str | None:
    """What a drop-down field shows: the entry that is chosen, else the first."""
    choices = begin.find(f"{_W}ffData/{_W}ddList")
    if choices is None:
        return None
    entries = [entry.get(f"{_W}val", "") for entry in choices.iter(f"{_W}listEntry")]
    chosen = choices.find(f"{_W}result")
    number = chosen.get(f"{_W}val", "0") if chosen is not None else "0"
    at = int(number) if number.isdecimal() else 0
    return entries[at] if at < len(entries) else None


def _take_out_white(root: Element) -> int:
    """Empty the white runs; answers how many words they said."""
    if any(element.get("behindDoc") in ("1", "true") or element.tag == _PICTURE for element in root.iter()):
        return 0
    if root.find(f"{_W}background") is not None:
        return 0
    count = 0
    waiting = [root]
    while waiting:
        for child in waiting.pop():
            if child.tag == _RUN:
                count += _emptied(child) if _is_white(child) else 0
            elif child.tag == _PARAGRAPH:
                properties = child.find(f"{_W}pPr")
                if properties is None or all(properties.find(name) is None for name in _MAY_SHADE):
                    waiting.append(child)
            elif child.tag not in (_TABLE, *_DRAWN):
                waiting.append(child)
    return count


def _is_white(run: Element) -> bool:
    properties = run.find(f"{_W}rPr")
    colour = None if properties is None else properties.find(f"{_W}color")
    if properties is None or colour is None or (colour.get(f"{_W}val") or "").upper() != _WHITE:
        return False
    return all(properties.find(name) is None for name in (*_MAY_SHADE, f"{_W}highlight", f"{_W}{_RUN_STYLE}"))


def _take_out_hidden(root: Element, styles: Styles) -> int:
    count = 0
    for parent in list(root.iter()):
        if parent.tag == _PARAGRAPH:
            by_paragraph = _styled(parent.find(f"{_W}pPr"), _PARAGRAPH_STYLE, styles)
            count += sum(_emptied(run) for run in _runs(parent) if _is_hidden(run, by_paragraph, styles))
        for row in [child for child in parent if child.tag == _ROW]:
            hidden = row.find(f"{_W}trPr/{_W}hidden")
            if hidden is not None and hidden.get(f"{_W}val", "true") not in ("0", "false", "off"):
                count += sum(map(_words, row.iter(_PARAGRAPH)))
                parent.remove(row)
    return count


def _runs(paragraph: Element) -> Iterator[Element]:
    """The paragraph's own runs, also those in links and changes."""
    waiting = [paragraph]
    while waiting:
        for child in waiting.pop():
            if child.tag == _RUN:
                yield child
            elif child.tag != _PARAGRAPH:
                waiting.append(child)


def _is_hidden(run: Element, by_paragraph: bool, styles: Styles) -> bool:
    properties = run.find(f"{_W}rPr")
    own = _vanishes(properties)
    if own is not None:
        return own
    return styles.always or (_styled(properties, _RUN_STYLE, styles) != by_paragraph)


def _styled(properties: Element | None, kind: str, styles: Styles) -> bool:
    style = None if properties is None else properties.find(f"{_W}{kind}")
    return style is not None and styles.hidden.get(style.get(f"{_W}val", ""), False)


def _emptied(run: Element) -> int:
    """Take out what the run shows, its fields' marks left in place; how many words that were."""
    count = _words(run)
    for child in list(run):
        if child.tag not in (_FIELD, _CODE, f"{_W}rPr"):
            run.remove(child)
    return count


def _words(element: Element) -> int:
    return len("".join(text.text or "" for text in element.iter(_TEXT)).split())
