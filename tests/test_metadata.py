"""What is installed says which version it is."""

import re
from importlib.metadata import metadata

import array_losses as al


def test_the_version_is_that_of_the_distribution():
    assert metadata("array_losses")["Version"] == al.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", al.__version__)
