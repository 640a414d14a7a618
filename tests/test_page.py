"""The page of a report: alone in the world, and in a real browser."""

import json
import re
import subprocess
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest

from conformance.report import page

from .browser import installed
from .reports import BACKENDS, LOSSES, NASTY, fail, report, small_run


@pytest.fixture
def outcomes():
    return small_run()


class Elements(HTMLParser):
    """Every element with its attributes and the text inside it, as a list."""

    def __init__(self, text):
        super().__init__()
        self.found, self.stack = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes), []))
        self.stack.append(self.found[-1])

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, _, texts in self.stack:
            texts.append(data)

    def __call__(self, tag="", **wanted):
        return [
            (attributes, "".join(texts))
            for name, attributes, texts in self.found
            if tag in ("", name) and all((attributes.get(key) or "").startswith(each) for key, each in wanted.items())
        ]


def test_the_page_needs_nothing_else(outcomes):
    text = page(report(outcomes))
    elements = Elements(text)
    addresses = [a[key] for _, a, _ in elements.found for key in ("src", "href", "action", "data") if key in a]
    assert addresses == ["data:,"]
    style, script = ("".join(each for _, each in elements(tag)) for tag in ("style", "script"))
    assert not re.search(r"@import|url\(", style)
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|import)\b *\(", script)
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}  # a name, never fetched
    (policy,) = elements("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy[0]["content"].startswith("default-src 'none'")


def test_no_message_breaks_out_of_the_data(outcomes):
    made = report(fail(outcomes, message=NASTY))
    (data,) = Elements(page(made))("script", id="data")
    assert json.loads(data[1]) == made


@pytest.fixture(scope="module")
def browser():
    return installed("the page")


def rendered(browser, text, folder, address=""):
    """The elements of a page once its script has run."""
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        [browser, *options, f"{path.as_uri()}{address}"], capture_output=True, text=True, timeout=120, check=True
    )
    return Elements(done.stdout)


def body(elements):
    ((attributes, _),) = elements("body")
    return attributes


def test_the_page_in_a_browser(outcomes, browser, tmp_path):
    fail(fail(outcomes, message=NASTY), loss="cross_entropy", known="upstream (link)")
    made = report(outcomes, absent={"dask": "no dask"})
    address = "#loss=huber_loss&check=values&backend=torch:cpu"
    elements = rendered(browser, page(made), tmp_path, address)
    assert "data-drawn" in body(elements)
    assert "data-error" not in body(elements)
    assert elements("title")[0][1] == "Conformance of array_losses"  # the message is text, not markup

    shown = {(loss, name): cell(elements, loss, name) for loss in LOSSES for name in BACKENDS}
    assert {key: text for key, (text, _) in shown.items()} == {
        ("cross_entropy", "numpy"): "2.0",
        ("cross_entropy", "torch:cpu"): "2.0*",
        ("cross_entropy", "array_api_strict:strictest"): "2.5",
        ("huber_loss", "numpy"): "2.0",
        ("huber_loss", "torch:cpu"): "✗ 1",
        ("huber_loss", "array_api_strict:strictest"): "2.5",
    }
    assert {"fails", "chosen"} <= set(shown["huber_loss", "torch:cpu"][1])
    assert "deviates" in shown["cross_entropy", "torch:cpu"][1]

    said = " ".join(text for _, text in elements("header"))
    assert "✗ 1 of 120 comparisons failed" in said
    assert "dask was asked for and is not here: no dask" in said
    assert {text for _, text in elements("div", **{"class": "backend away"})} == {
        "dask✗ asked for, not here",
        "cupynot tested in this run",
    }

    ((attributes, detail),) = elements("section", id="detail")
    assert "hidden" not in attributes
    assert "huber_loss" in detail
    assert NASTY in detail
    assert "python -m conformance --losses huber_loss --checks values --backends torch:cpu" in detail
    assert len(elements("path", **{"class": "glyph", "transform": "translate"})) == 3 * len(BACKENDS)
    assert "limit 4 ULP" in detail


STEPS = """
const rows = () => [...document.querySelectorAll("#matrix tbody th")].map((each) => each.textContent);
const columns = () => document.querySelectorAll("#matrix thead th").length - 1;
const change = (id, name, value) => {
  at(id)[name] = value;
  for (const type of ["input", "change"]) at(id).dispatchEvent(new Event(type));
};
const seen = { all: rows() };
change("filter", "value", "huber"); seen.name = rows();
change("filter", "value", "9 ulp OFF"); seen.message = rows();
change("filter", "value", "no such thing"); seen.nothing = [rows(), !at("none").hidden];
change("filter", "value", ""); change("failing", "checked", true); seen.failing = rows();
change("check", "value", "gradients"); seen.passing = rows();
change("failing", "checked", false); seen.errors = document.querySelector("#matrix .cell").textContent;
seen.before = columns(); document.querySelector("#backends button").click(); seen.after = columns();
const cells = [...document.querySelectorAll("#matrix .cell")];
cells[0].focus();
for (const key of ["ArrowRight", "ArrowDown", "ArrowUp", "ArrowDown", "ArrowDown"])
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
seen.focus = cells.indexOf(document.activeElement);
document.body.setAttribute("data-seen", JSON.stringify(seen));
"""


def test_filter_toggles_and_keys(outcomes, browser, tmp_path):
    text = page(report(fail(outcomes))).replace("</body>", f"<script>{{{STEPS}}}</script></body>")
    seen = json.loads(body(rendered(browser, text, tmp_path))["data-seen"])
    assert seen == {
        "all": list(LOSSES),
        "name": ["huber_loss"],
        "message": ["huber_loss"],
        "nothing": [[], True],
        "failing": ["huber_loss"],
        "passing": [],
        "errors": "3e-11",
        "before": 3,
        "after": 2,
        "focus": 3,  # two columns: right and down from the first is the fourth, and there is no more below
    }


def cell(elements, loss, backend):
    """Text and classes of the cell of the matrix of one loss on one backend."""
    wanted = {"loss": [loss], "backend": [backend]}  # without a check: the cells of the detail have one
    ((attributes, text),) = [
        each for each in elements("a", **{"class": "cell"}) if parse_qs(each[0]["href"].removeprefix("#")) == wanted
    ]
    return text, attributes["class"].split()


def test_a_broken_page_shows_it(outcomes, browser, tmp_path):
    made = report(outcomes)
    del made["totals"]
    elements = rendered(browser, page(made), tmp_path)
    assert "TypeError" in body(elements)["data-error"]
    assert "data-drawn" not in body(elements)
