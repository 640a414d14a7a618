"""The kind of view that goes with a loss, by what its arrays hold and along which axes they lie."""

from __future__ import annotations

from ..domains import BITS, SIGNS, UNIT
from ..errors import OptionError, fail
from ..families.labels import Places
from ..families.sequences import Sequences
from . import classes, detection, embeddings, scores
from .terms import Term, domain_of
from .views import View

KINDS = {
    "boxes": detection.boxes,
    "classes": classes.classes,
    "correlation": embeddings.correlation,
    "cosine": embeddings.cosine,
    "default boxes": detection.default_boxes,
    "distance": scores.distance,
    "distribution": classes.distribution,
    "logit": scores.logit,
    "pair": scores.pair,
    "place": classes.places,
    "region": classes.region,
    "residual": scores.residual,
    "sequence": classes.sequence,
}


def view_of(terms: tuple[Term, ...]) -> View:
    """The view in which all terms can be drawn."""
    kinds = [kind_of(term) for term in terms]
    chosen = "region" if "region" in kinds else kinds[0]
    for term, kind in zip(terms, kinds, strict=True):
        of_pixels = chosen == "region" and kind in ("classes", "logit")  # which losses of pixels are too
        if kind != chosen and not of_pixels:
            got = f"{terms[0].name} ({KINDS[kinds[0]](terms[:1]).axis}) and {term.name} ({KINDS[kind]((term,)).axis})"
            fail(OptionError, "plot", "more", "be drawn over the same thing", got)
    return KINDS[chosen](terms)


def kind_of(term: Term) -> str:
    """The kind of view of one term."""
    roles, first = list(term.arrays.values()), term.first.letters
    if any(isinstance(role, Sequences) for role in roles):
        return "sequence"
    if any(isinstance(role, Places) for role in roles):
        return "place"
    if first[-1] == "4":
        return "default boxes" if "A" in first else "boxes"
    if first[-1] == "D" and "linear_weight" not in term.arrays:
        return _kind_of_embeddings(term)
    if "*S" in term.layout.inner:
        return "region"
    if "distribution" in term.family.tasks:
        return "distribution"
    return _kind_of_scores(term)


def _kind_of_embeddings(term: Term) -> str:
    """That of losses of rows."""
    rows = [role for role in term.arrays.values() if role.letters == term.first.letters]
    if not term.layout.returns:
        return "correlation"
    return "distance" if len(rows) == 3 else "cosine"


def _kind_of_scores(term: Term) -> str:
    """That of losses of scores: of classes, of two scores beside each other, or of single ones."""
    labels = scores.is_elementwise(term.target) and domain_of(term.target) in (BITS, SIGNS, UNIT)
    if (any(each in ("C", "L") for each in term.first.letters) and not labels) or "linear_weight" in term.arrays:
        return "classes"
    if "ranking" in term.family.tasks:
        return "pair"
    if labels:
        return "distance" if "embedding" in term.family.tasks else "logit"
    return "residual"
