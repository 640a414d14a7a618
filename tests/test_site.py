"""The documentation site: built with warnings as errors, nothing from a network, and used in a real browser."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx.config import Config
from sphinx.errors import ConfigError, ExtensionError

import array_losses as al

from .browser import Browser, installed

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ADDRESS = re.compile(r'<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"')
NAMES = re.compile(r'\sid="([^"]*)"')


def test_the_site(tmp_path):
    """In one test, as building takes most of the time."""
    site = built(tmp_path)
    pages = {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*.html")}
    every_loss_has_its_page(pages)
    nothing_comes_from_elsewhere(site, pages)
    every_link_leads_somewhere(site, pages)
    what_is_promised_is_there(site, pages)
    with Browser(installed("the site"), tmp_path / "profile") as browser:
        links_are_followed(browser, site)
        formulas_are_seen(browser, site)
        code_is_seen_whole(browser, site)
        a_search_finds(browser, site)
        assert {url.partition(":")[0] for url in browser.asked} <= {"file", "data"}
        assert browser.errors == []


def built(folder):
    site = folder / "site"
    command = ["-W", "--keep-going", "-q", "-E", "-D", "pictures=sequence", "-b", "html", "-d", folder / "doctrees"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *command, DOCS, site],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return site


def every_loss_has_its_page(pages):
    """With function, class and formula; each task's table and the list of all lead there."""
    for record in al.catalog():
        page = pages[f"reference/{record.name}.html"]
        for name in (record.name, record.cls.__name__):
            assert f'id="array_losses.{name}"' in page
        assert '<div class="math"><math' in page
        for place in ("reference/index", "choose", *(f"reference/{task}" for task in record.tasks)):
            assert f"{record.name}.html#array_losses.{record.name}" in pages[f"{place}.html"], (place, record.name)
    public = {name for text in pages.values() for name in re.findall(r'id="array_losses\.(\w+)"', text)}
    assert set(al.__all__) <= public


def nothing_comes_from_elsewhere(site, pages):
    """No page, style or script loads anything from a network; no formula is left as LaTeX."""
    for name, text in pages.items():
        foreign = [url for tag, url in ADDRESS.findall(text) if tag != "a" and re.match(r"(https?:)?//", url)]
        assert not foreign, (name, foreign)
        assert not re.search(r"\\(frac|operatorname|sum|begin|text|ln)\b", text), name
    for path in site.rglob("*.css"):
        assert not re.search(r"@import\s|url\(\s*['\"]?(https?:)?//", path.read_text()), path


def every_link_leads_somewhere(site, pages):
    names = {name: {"", *NAMES.findall(text)} for name, text in pages.items()}
    for name, text in pages.items():
        for _, url in ADDRESS.findall(text):
            address, _, anchor = url.partition("#")
            if ":" in address:
                continue
            target = (site / name).parent / address.partition("?")[0] if address else site / name
            assert target.exists(), (name, url)
            place = Path(os.path.normpath(target)).relative_to(site).as_posix()
            assert place not in names or anchor in names[place], (name, url)


def what_is_promised_is_there(site, pages):
    said = {
        "choose": ("Which loss when", "Regression"),
        "diagnose": ("unannounced ignore id", "NaN in padding", "(N, 1) beside (N,)"),
        "reference/ctc_loss": ("_images/ctc_loss.svg",),
        "reference/gallery": ("_images/ctc_loss.svg",),
        "frameworks": ("compute_loss_func", "eqx.filter_jit", "What boosting is given"),
        "migration/torch": ("F.cross_entropy", "al.cross_entropy"),
        "migration/optax": ("optax.softmax_cross_entropy_with_integer_labels",),
        "migration/keras": ("SparseCategoricalCrossentropy", "y_true"),
        "migration/monai": ("DiceLoss", "include_background"),
        "migration/torchvision": ("sigmoid_focal_loss",),
        "differences": ("mean over nothing",),
        "equalities": ("PyTorch", "MONAI"),
        "support": ("array_api_strict:strictest", "comparisons"),
        "speed": ("torch compiled", "_images/plot.svg"),
        "glossary": ("cotangent",),
        "adding": ("decorator of its kind", "pointwise"),
        "reference/integrations": ("array_losses.integrations.xgboost.objective",),
    }
    missing = [(name, each) for name, texts in said.items() for each in texts if each not in pages[f"{name}.html"]]
    assert not missing
    llms = (site / "llms.txt").read_text()
    assert llms.startswith("# array_losses\n\n> ")
    addresses = re.findall(r"\]\(([^)]*)\)", llms)
    assert [each for each in addresses if not each.startswith("https:") and not (site / each).exists()] == []
    assert {f"reference/{record.name}.html" for record in al.catalog()} <= set(addresses)


# --- in a browser ---------------------------------------------------------------------------------------------------


def links_are_followed(browser, site):
    """From the start to a loss, to one that it names, and to its task."""
    browser.open((site / "index.html").as_uri())
    assert browser.run("document.title") == "array_losses"
    for selector, heading in (
        ('article a[href="choose.html"]', "Which loss when"),
        ('article a[href^="reference/focal_loss.html"]', "focal_loss"),
        ('article a[href^="sigmoid_focal_loss.html"]', "sigmoid_focal_loss"),
        ('article a[href="detection.html"]', "Detection"),
    ):
        browser.follow(selector)
        assert browser.run("document.querySelector('h1').firstChild.textContent") == heading


LAID_OUT = """
(() => {
  const box = (each) => each.getBoundingClientRect();
  const formulas = [...document.querySelectorAll("math")].map(box);
  const [over, under] = [...document.querySelector("mfrac").children].map(box);
  return {
    formulas: formulas.length,
    empty: formulas.filter((each) => each.width < 2 || each.height < 5).length,
    stacked: over.bottom <= under.top + 2 && over.width > 3 && over.left < under.right,
  };
})()
"""


def formulas_are_seen(browser, site):
    """All have a size, and a numerator lies above its denominator."""
    for name in ("dice_loss", "unified_focal_loss"):
        browser.open((site / "reference" / f"{name}.html").as_uri())
        seen = browser.run(LAID_OUT)
        assert seen["formulas"] > 1, name
        assert (seen["empty"], seen["stacked"]) == (0, True), name


CODE = """
(() => {
  const blocks = [...document.querySelectorAll("pre")], lines = [...document.querySelectorAll("pre .line")];
  getSelection().selectAllChildren(blocks[0]);
  return {
    wide: blocks.filter((each) => each.scrollWidth > each.clientWidth).length,
    broken: lines.filter((each) => each.getClientRects()[0].height > 30).length,
    copied: getSelection().toString() === blocks[0].textContent.replaceAll(">>> ", "").trimEnd(),
  };
})()
"""


def code_is_seen_whole(browser, site):
    """Long lines are broken where they would leave the page, and are copied as they are, without prompts."""
    browser.open((site / "reference" / "dice_loss.html").as_uri())
    assert browser.run(CODE) == {"wide": 0, "broken": 1, "copied": True}


RESULTS = "[...document.querySelectorAll('#search-results li a')].map((each) => each.textContent).join('\\n')"


def a_search_finds(browser, site):
    """The form of the sidebar; its first result is the loss that is named, and leads to it."""
    browser.open((site / "index.html").as_uri())
    browser.run("document.querySelector('.sidebar-search').value = 'huber_loss'; window.before = true")
    browser.run("document.querySelector('.sidebar-search-container').submit()")
    browser.wait("window.before === undefined && document.querySelectorAll('#search-results li a').length")
    assert "huber_loss" in browser.run(RESULTS).splitlines()[0]
    browser.follow("#search-results li a")
    assert browser.run("location.pathname").endswith("/reference/huber_loss.html")
    browser.open((site / "search.html").as_uri() + "?q=landmarks+faces")  # words of a docstring
    browser.wait(f"{RESULTS}.includes('wing_loss')")  # results come one after the other


# --- parts ------------------------------------------------------------------------------------------------------------


def test_a_formula_that_cannot_be_shown_is_an_error(monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "extensions")
    from mathml import mathml

    assert "<mfrac>" in mathml(r"\frac{a}{b}")
    with pytest.raises(ExtensionError, match=r"no MathML for the formula .*misspelt"):
        mathml(r"\misspelt{a}")


def test_pictures_are_shown_where_there_are_any(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "extensions")
    import pages

    monkeypatch.setattr(pages, "PICTURES", tmp_path)
    loss = al.catalog("regression")[0]
    assert pages.gallery() == ""
    assert ".. figure::" not in pages.loss_page(loss)
    (tmp_path / f"{loss.name}.svg").write_text("<svg/>")
    assert f".. figure:: /generated/pictures/{loss.name}.svg" in pages.loss_page(loss)
    assert pages.gallery().count(".. figure::") == 1


def test_only_pictures_that_are_missing_or_old_are_drawn(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "extensions")
    import pictures

    folder = tmp_path / "generated" / "pictures"
    monkeypatch.setattr(pictures, "FOLDER", folder)
    asked = Config({}, {"pictures": "sequence"})
    asked.add("pictures", "all", "env", str)
    pictures.draw(None, asked)
    (drawn,) = folder.iterdir()
    assert drawn.name == "ctc_loss.svg"
    assert drawn.read_text().count("<path") > 5
    drawn.write_text("as it is")
    pictures.draw(None, asked)
    assert drawn.read_text() == "as it is"
    os.utime(drawn, (0, 0))
    pictures.draw(None, asked)
    assert drawn.read_text() != "as it is"
    asked.pictures = "sequences"
    with pytest.raises(ConfigError, match=r'pictures must be "all" or a task, binary, .*, got "sequences"'):
        pictures.draw(None, asked)


def test_every_cause_of_a_diagnosis_is_listed(monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "extensions")
    import lists

    listed = lists.causes()
    tried = re.findall(r'"([^"]*)"', (ROOT / "tests" / "test_diagnose.py").read_text())
    assert {"labels", "gradient"} <= {where.removeprefix("the ") for where in listed}
    assert len(set().union(*listed.values()) & {*tried}) > 20
