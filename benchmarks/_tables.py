"""Tables of a run of all benchmarks, as Markdown, and the page that holds them."""

from pathlib import Path

from _bar import BY_HAND, LIMIT, PEER, Bar
from _floors import floors

Told = dict[str, dict]  # what each benchmark wrote, by name


def bars_of(told: dict) -> list[Bar]:
    """Return the bars of a benchmark's JSON."""
    return [Bar(**{name: x for name, x in bar.items() if name != "met"}) for bar in told.get("bars", [])]


def duration(seconds: float) -> str:
    """Return a time with three digits, in the unit that fits."""
    if seconds < 1e-6:
        return f"{seconds * 1e9:.3g} ns"
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def ratios(told: Told) -> list[str]:
    """Return the table of ratios: jaxsnn, what it is compared with, the ratio of minima, the bar, the verdict."""
    rows = ["| workload | jaxsnn | by hand | peer | ratio | bar | |", "|---|---|---|---|---|---|---|"]
    return rows + [_row(bar) for each in told.values() for bar in bars_of(each)]


def _row(bar: Bar) -> str:
    theirs = duration(bar.theirs)
    columns = {BY_HAND: (theirs, ""), PEER: ("", theirs), LIMIT: ("", "")}
    hand, peer = columns.get(bar.against, ("", f"{theirs}, {bar.against}"))
    asked, ratio = (f"at most {theirs}", "") if bar.against == LIMIT else (bar.asked, f"{bar.ratio:.3g}")
    verdict = f"**{bar.verdict}**" if bar.met is False else bar.verdict
    return f"| {bar.what} | {duration(bar.ours)} | {hand} | {peer} | {ratio} | {asked} | {verdict} |"


def distances(told: Told, ceilings: dict[str, float], cores: int) -> list[str]:
    """Return the table of physical floors, and how far each workload is from its own."""
    rows = ["| workload | jaxsnn | floor | distance | what the floor counts |", "|---|---|---|---|---|"]
    bars = [bar for each in told.values() for bar in bars_of(each)]
    for floor, seconds in floors(ceilings, cores):
        found = next((bar for bar in bars if bar.what.startswith(floor.workload)), None)
        if found:
            ours = duration(found.ours)
            what = found.what.split(":")[0]
            rows.append(f"| {what} | {ours} | {duration(seconds)} | {found.ours / seconds:.1f} | {floor.why} |")
    return rows


def measured(ceilings: dict[str, float]) -> list[str]:
    """Return the table of what the machine can do."""
    rows = ["| ceiling | |", "|---|---|"]
    return rows + [
        f"| {name.removesuffix(', B/s').removesuffix(', s')} | {unit(name, x)} |" for name, x in ceilings.items()
    ]


def unit(name: str, value: float) -> str:
    """Return a ceiling with the unit of its name."""
    if name.endswith(" s"):
        return duration(value)
    return f"{value / 1e9:.3g} G" + ("B/s" if name.endswith("B/s") else "/s")


def replaced(page: str, tables: dict[str, list[str]]) -> str:
    """Return a page with each table in the place that its marks, `<!-- name -->` and `<!-- end -->`, leave for it."""
    for name, rows in tables.items():
        mark, end = f"<!-- {name} -->", "<!-- end -->"
        if mark not in page:
            raise ValueError(f"the page has no mark {mark}")
        before, rest = page.split(mark, 1)
        page = before + mark + "\n" + "\n".join(rows) + "\n" + end + rest.split(end, 1)[1]
    return page


def write(path: str, tables: dict[str, list[str]]) -> None:
    """Put the tables into a page."""
    Path(path).write_text(replaced(Path(path).read_text(), tables))
