"""The documentation site: `python -m sphinx -W -b html docs docs/_build` writes it, `docs/_build/index.html` opens it.

What it shows of the losses is made from their docstrings and from the committed records, before Sphinx reads its pages
(`extensions/pages.py`). It needs no network: formulas are MathML, made here (`extensions/mathml.py`).
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "extensions")]

import array_losses  # noqa: E402

project = "array_losses"
author = "The array_losses founders"
project_copyright = author
release = version = array_losses.__version__

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "docstrings", "mathml", "lines", "pictures", "pages"]
exclude_patterns = ["_build", "extensions", "generated/parts"]
default_role = "py:obj"
highlight_language = "python"
suppress_warnings = ["config.cache"]

pictures = "all"  # a minute the first time; or those of one task: -D pictures=ranking

autodoc_typehints = "none"
autodoc_mock_imports = ["torch", "keras", "sklearn", "lightning", "transformers", "skorch"]  # of integrations
autodoc_member_order = "bysource"
maximum_signature_line_length = 88
toc_object_entries = False
add_module_names = False
add_function_parentheses = False
numpydoc_show_class_members = False
myst_heading_anchors = 3

html_theme = "furo"
html_title = "array_losses"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["generated/llms.txt"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it is fetched, which a page opened from a disk may not do
