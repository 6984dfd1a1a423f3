"""Pages of a stand-in's website. Each says, first of all, that it is one."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from string import Template

from crowd.standin.kernel.http import Reply

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title · Stand-in</title>
<link rel="icon" href="data:,">
<style>
:root { --ink: #1d2733; --soft: #5b6875; --line: #d5dbe1; --paper: #fff; --wash: #f3f5f7;
  --link: #0b5cad; --go: #0f6b3a; --field: #8793a0; color-scheme: light dark }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ee; --soft: #a3afbb; --line: #37424e; --paper: #1b222a; --wash: #12171d; --link: #7db8f5;
    --field: #6b7885 } }
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--wash); font: 16px/1.5 system-ui, sans-serif }
.banner { padding: .45rem 1rem; background: #7a3b00; color: #fff; font-size: .875rem }
header { background: var(--paper); border-bottom: 1px solid var(--line) }
header > div, main { max-width: 68rem; margin: 0 auto; padding: .7rem 1rem }
header > div { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; align-items: center }
header strong { margin-right: auto } a { color: var(--link) }
h1 { font-size: 1.4rem; margin: .6rem 0 } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem }
.card h2, .card p { margin: .3rem 0 } .card p:last-child { margin-bottom: 0 }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem;
  margin: .7rem 0 }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .6rem 0 } .card .buttons { margin: 0 }
.soft { color: var(--soft); font-size: .9rem } .wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; background: var(--paper) }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums }
button, .button { font: inherit; padding: .4rem .9rem; border-radius: 6px; border: 1px solid var(--line);
  background: var(--paper); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-block }
button.go, a.button[target="_blank"] { background: var(--go); border-color: var(--go); color: #fff }
input { font: inherit; padding: .35rem .5rem; border: 1px solid var(--field); border-radius: 6px; max-width: 100%;
  background: var(--paper); color: var(--ink) }
form { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 }
iframe { width: 100%; height: 75vh; min-height: 26rem; border: 1px solid var(--line); border-radius: 8px;
  background: #fff }
pre.card { white-space: pre-wrap; overflow-wrap: anywhere }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr { padding: .5rem .8rem; border-bottom: 1px solid var(--line) }
  td, td.num { border: 0; padding: .15rem 0; text-align: right; white-space: normal; overflow-wrap: anywhere }
  td::before { content: attr(data-label); float: left; margin-right: 1rem; color: var(--soft) }
  td::after { content: ""; display: block; clear: both }
  td:empty { display: none }
}
.wrong { border-left: 4px solid #a4161a } .right { border-left: 4px solid var(--go) }
</style>
</head>
<body>
<div class="banner"><strong>Stand-in</strong> for $platform: no real people, no real money. Nothing here leaves this
machine.</div>
<header><div><strong>$platform</strong>$links</div></header>
<main>
<h1>$title</h1>
$content
</main>
</body>
</html>
""")


class Html(str):
    """Text that is HTML already: ``markup`` does not escape it."""

    __slots__ = ()


def markup(template: str, /, *parts: object, **named: object) -> Html:
    """``str.format`` with everything escaped that is not Html."""
    return Html(template.format(*map(_safe, parts), **{name: _safe(part) for name, part in named.items()}))


def joined(parts: list[Html]) -> Html:
    """One after the other."""
    return Html("".join(parts))


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around every page of one platform's site. links: those of its head."""

    platform: str
    links: Html

    def show(self, title: str, content: Html, status: int = 200) -> Reply:
        """A whole page, kept by no cache."""
        named = {"platform": escape(self.platform), "title": escape(title)}
        text = PAGE.substitute(**named, content=content, links=self.links)
        return Reply(text.encode(), status, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _safe(part: object) -> str:
    return part if isinstance(part, Html) else escape(str(part))
