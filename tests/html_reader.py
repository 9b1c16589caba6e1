"""Reads the HTML that a notebook shows. A parser of XML does so, which takes no element that is not closed in order."""

from dataclasses import dataclass
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}svg"


@dataclass(frozen=True)
class Shown:
    """What stands in a page.

    Args:
        title: what it is, and its name.
        facts: texts by their titles.
        tables: rows of cells, without the header, by title.
        texts: by title.
        pictures: their titles.
        notes: below tables that were cut.
        tags: every element.
    """

    title: tuple
    facts: dict
    tables: dict
    texts: dict
    pictures: list
    notes: list
    tags: set


def read(html):
    """Return what stands in HTML; raise `ParseError` where it is not well-formed."""
    root = ElementTree.fromstring(html)
    title = root.find("div[@class='jaxsnn-title']")
    folded = [(part.find("summary").text.strip(), part.find("div")) for part in root.findall("details")]
    cells = lambda row: tuple(cell.text or "" for cell in row)  # noqa: E731 - a name for what is read twice
    terms = [x.text or "" for x in root.iter("dt")]
    return Shown(
        title=(title.text, *(b.text for b in title)),
        facts=dict(zip(terms, (x.text or "" for x in root.iter("dd")), strict=True)),
        tables={
            name: [cells(r) for r in body.iter("tr")][1:] for name, body in folded if body.find("table") is not None
        },
        texts={name: body.find("pre").text for name, body in folded if body.find("pre") is not None},
        pictures=[name for name, body in folded if body.find(SVG) is not None],
        notes=[x.text for x in root.iter("div") if x.get("class") == "jaxsnn-quiet"],
        tags={element.tag for element in root.iter()},
    )
