"""Every loss, as type checkers see them. Written by `python .ci/generate.py`."""

from typing import Literal, Unpack, overload

from ..options import Activation, Axis, ClassId, Count, EmptyClass, Finite, Flag, Fraction, Levels, NonNegative, OptionalAxis, OptionalCount, OptionalFraction, OptionalPositive, Positive, Variances
from ..sums import ComposedSums, Sums
from ..typing import AnyArray, ArrayLike, ArrayT, CommonOptions, ToArray
from .binary.asymmetric import AsymmetricLoss
from .binary.bce import BCELoss
from .binary.bce_with_logits import BCEWithLogitsLoss
from .binary.hinge import HingeLoss, SignLabels
from .binary.multilabel_soft_margin import MultiLabelSoftMarginLoss
from .binary.sigmoid_focal import SigmoidFocalLoss
from .binary.soft_margin import SoftMarginLoss
from .binary.squared_hinge import SquaredHingeLoss
from .detection.anchors import box_convert, default_boxes
from .detection.box_iou_loss import BoxIoULoss, Kind
from .detection.boxes import box_iou, decode_boxes, encode_boxes
from .detection.complete_box_iou import CompleteBoxIoULoss
from .detection.distance_box_iou import DistanceBoxIoULoss
from .detection.distribution_focal import DistributionFocalLoss
from .detection.gaussian_focal import GaussianFocalLoss
from .detection.generalized_box_iou import GeneralizedBoxIoULoss
from .detection.ground_truth import pad_ground_truth
from .detection.matching import hard_negative_mask, match_boxes
from .detection.multibox import MultiBoxLoss
from .detection.quality_focal import QualityFocalLoss
from .detection.ssd import SSDLoss
from .detection.varifocal import VarifocalLoss
from .distribution.js import JSDivLoss
from .distribution.kl import KLDivLoss
from .distribution.total_variation import TotalVariationLoss
from .embedding.barlow_twins import BarlowTwinsLoss
from .embedding.circle import CircleLoss
from .embedding.cosine_distance import CosineDistanceLoss
from .embedding.cosine_embedding import Cosine, CosineEmbeddingLoss
from .embedding.hinge_embedding import HingeEmbeddingLoss
from .embedding.info_nce import InfoNCELoss
from .embedding.margin_logits import arcface_logits, cosface_logits
from .embedding.multi_similarity import MultiSimilarityLoss
from .embedding.ntxent import Denominator, NTXentLoss
from .embedding.supcon import SupConLoss
from .embedding.triplet_margin import Degree, TripletMarginLoss
from .embedding.vicreg import VICRegLoss
from .multiclass.crammer_singer_hinge import CrammerSingerHingeLoss
from .multiclass.cross_entropy import CrossEntropyLoss
from .multiclass.fenchel_young import fenchel_young_loss
from .multiclass.focal import FocalLoss
from .multiclass.generalized_cross_entropy import Exponent, GeneralizedCrossEntropyLoss
from .multiclass.label_smoothing import LabelSmoothingLoss, smooth_labels
from .multiclass.linear_cross_entropy import LinearCrossEntropyLoss
from .multiclass.linear_log_probs import linear_log_probs
from .multiclass.multi_margin import MultiMarginLoss, Power
from .multiclass.nll import NLLLoss
from .multiclass.poly_cross_entropy import PolyCrossEntropyLoss
from .multiclass.soft_cross_entropy import SoftCrossEntropyLoss
from .multiclass.sparsemax import SparsemaxLoss
from .multilabel.multilabel_margin import MultiLabelMarginLoss
from .ranking.dpo import DPOLoss
from .ranking.listnet import ListNetLoss
from .ranking.margin_ranking import MarginRankingLoss
from .ranking.orpo import ORPOLoss
from .ranking.simpo import SimPOLoss
from .regression.barron import BarronLoss, Shape
from .regression.cauchy import CauchyLoss
from .regression.charbonnier import CharbonnierLoss
from .regression.gaussian_nll import GaussianNLLLoss
from .regression.geman_mcclure import GemanMcClureLoss
from .regression.huber import HuberLoss
from .regression.l1 import L1Loss
from .regression.l2 import L2Loss
from .regression.log_cosh import LogCoshLoss
from .regression.mape import MAPELoss
from .regression.mse import MSELoss, squared_error
from .regression.msle import MSLELoss
from .regression.poisson_nll import PoissonNLLLoss
from .regression.quantile import QuantileLoss
from .regression.smooth_l1 import SmoothL1Loss
from .regression.welsch import WelschLoss
from .regression.wing import WingLoss
from .segmentation.dice import DiceLoss
from .segmentation.dice_ce import DiceCELoss, OfLogits
from .segmentation.dice_focal import DiceFocalLoss
from .segmentation.focal_tversky import FocalTverskyLoss
from .segmentation.generalized_dice import GeneralizedDiceLoss, WeightType
from .segmentation.jaccard import JaccardLoss
from .segmentation.lovasz_hinge import LovaszHingeLoss
from .segmentation.lovasz_softmax import Averaged, LovaszSoftmaxLoss
from .segmentation.mcc import MCCLoss, SigmoidOrNone
from .segmentation.ohem_cross_entropy import OHEMCrossEntropyLoss
from .segmentation.tversky import TverskyLoss
from .segmentation.unified_focal import UnifiedFocalLoss
from .sequence.ctc import CTCLoss

__all__ = [
    "AsymmetricLoss",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BarlowTwinsLoss",
    "BarronLoss",
    "BoxIoULoss",
    "CTCLoss",
    "CauchyLoss",
    "CharbonnierLoss",
    "CircleLoss",
    "CompleteBoxIoULoss",
    "CosineDistanceLoss",
    "CosineEmbeddingLoss",
    "CrammerSingerHingeLoss",
    "CrossEntropyLoss",
    "DPOLoss",
    "DiceCELoss",
    "DiceFocalLoss",
    "DiceLoss",
    "DistanceBoxIoULoss",
    "DistributionFocalLoss",
    "FocalLoss",
    "FocalTverskyLoss",
    "GaussianFocalLoss",
    "GaussianNLLLoss",
    "GemanMcClureLoss",
    "GeneralizedBoxIoULoss",
    "GeneralizedCrossEntropyLoss",
    "GeneralizedDiceLoss",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "HuberLoss",
    "InfoNCELoss",
    "JSDivLoss",
    "JaccardLoss",
    "KLDivLoss",
    "L1Loss",
    "L2Loss",
    "LabelSmoothingLoss",
    "LinearCrossEntropyLoss",
    "ListNetLoss",
    "LogCoshLoss",
    "LovaszHingeLoss",
    "LovaszSoftmaxLoss",
    "MAPELoss",
    "MCCLoss",
    "MSELoss",
    "MSLELoss",
    "MarginRankingLoss",
    "MultiBoxLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "MultiSimilarityLoss",
    "NLLLoss",
    "NTXentLoss",
    "OHEMCrossEntropyLoss",
    "ORPOLoss",
    "PoissonNLLLoss",
    "PolyCrossEntropyLoss",
    "QualityFocalLoss",
    "QuantileLoss",
    "SSDLoss",
    "SigmoidFocalLoss",
    "SimPOLoss",
    "SmoothL1Loss",
    "SoftCrossEntropyLoss",
    "SoftMarginLoss",
    "SparsemaxLoss",
    "SquaredHingeLoss",
    "SupConLoss",
    "TotalVariationLoss",
    "TripletMarginLoss",
    "TverskyLoss",
    "UnifiedFocalLoss",
    "VICRegLoss",
    "VarifocalLoss",
    "WelschLoss",
    "WingLoss",
    "arcface_logits",
    "asymmetric_loss",
    "barlow_twins_loss",
    "barron_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "box_convert",
    "box_iou",
    "box_iou_loss",
    "cauchy_loss",
    "charbonnier_loss",
    "circle_loss",
    "complete_box_iou_loss",
    "cosface_logits",
    "cosine_distance",
    "cosine_embedding_loss",
    "crammer_singer_hinge_loss",
    "cross_entropy",
    "ctc_loss",
    "decode_boxes",
    "default_boxes",
    "dice_ce_loss",
    "dice_focal_loss",
    "dice_loss",
    "distance_box_iou_loss",
    "distribution_focal_loss",
    "dpo_loss",
    "encode_boxes",
    "fenchel_young_loss",
    "focal_loss",
    "focal_tversky_loss",
    "gaussian_focal_loss",
    "gaussian_nll_loss",
    "geman_mcclure_loss",
    "generalized_box_iou_loss",
    "generalized_cross_entropy",
    "generalized_dice_loss",
    "hard_negative_mask",
    "hinge_embedding_loss",
    "hinge_loss",
    "huber_loss",
    "info_nce",
    "jaccard_loss",
    "js_div",
    "kl_div",
    "l1_loss",
    "l2_loss",
    "label_smoothing_loss",
    "linear_cross_entropy",
    "linear_log_probs",
    "listnet_loss",
    "log_cosh_loss",
    "lovasz_hinge_loss",
    "lovasz_softmax_loss",
    "mape_loss",
    "margin_ranking_loss",
    "match_boxes",
    "mcc_loss",
    "mse_loss",
    "msle_loss",
    "multi_margin_loss",
    "multi_similarity_loss",
    "multibox_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "ntxent_loss",
    "ohem_cross_entropy",
    "orpo_loss",
    "pad_ground_truth",
    "poisson_nll_loss",
    "poly_cross_entropy",
    "quality_focal_loss",
    "quantile_loss",
    "sigmoid_focal_loss",
    "simpo_loss",
    "smooth_l1_loss",
    "smooth_labels",
    "soft_cross_entropy",
    "soft_margin_loss",
    "sparsemax_loss",
    "squared_error",
    "squared_hinge_loss",
    "ssd_loss",
    "supcon_loss",
    "total_variation_distance",
    "triplet_margin_loss",
    "tversky_loss",
    "unified_focal_loss",
    "varifocal_loss",
    "vicreg_loss",
    "welsch_loss",
    "wing_loss",
]

@overload
def asymmetric_loss(input: ArrayT, target: ArrayLike, *, gamma_neg: NonNegative=4.0, gamma_pos: NonNegative=1.0, clip: Fraction=0.05, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def asymmetric_loss(input: AnyArray, target: ArrayLike, *, gamma_neg: NonNegative=4.0, gamma_pos: NonNegative=1.0, clip: Fraction=0.05, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def binary_cross_entropy(input: ArrayT, target: ArrayLike, weight: ArrayLike | None=None, *, label_smoothing: Fraction=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def binary_cross_entropy(input: AnyArray, target: ArrayLike, weight: ArrayLike | None=None, *, label_smoothing: Fraction=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def binary_cross_entropy_with_logits(input: ArrayT, target: ArrayLike, weight: ArrayLike | None=None, *, pos_weight: ArrayLike | None=None, label_smoothing: Fraction=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def binary_cross_entropy_with_logits(input: AnyArray, target: ArrayLike, weight: ArrayLike | None=None, *, pos_weight: ArrayLike | None=None, label_smoothing: Fraction=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def hinge_loss(input: ArrayT, target: ArrayLike, *, margin: NonNegative=1.0, labels: SignLabels='pm1', reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def hinge_loss(input: AnyArray, target: ArrayLike, *, margin: NonNegative=1.0, labels: SignLabels='pm1', reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def multilabel_soft_margin_loss(input: ArrayT, target: ArrayLike, weight: ArrayLike | None=None, *, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def multilabel_soft_margin_loss(input: AnyArray, target: ArrayLike, weight: ArrayLike | None=None, *, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def sigmoid_focal_loss(input: ArrayT, target: ArrayLike, *, alpha: OptionalFraction=0.25, gamma: NonNegative=2.0, label_smoothing: Fraction=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def sigmoid_focal_loss(input: AnyArray, target: ArrayLike, *, alpha: OptionalFraction=0.25, gamma: NonNegative=2.0, label_smoothing: Fraction=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def soft_margin_loss(input: ArrayT, target: ArrayLike, *, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def soft_margin_loss(input: AnyArray, target: ArrayLike, *, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def squared_hinge_loss(input: ArrayT, target: ArrayLike, *, margin: NonNegative=1.0, labels: SignLabels='pm1', reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def squared_hinge_loss(input: AnyArray, target: ArrayLike, *, margin: NonNegative=1.0, labels: SignLabels='pm1', reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def box_iou_loss(boxes1: ArrayT, boxes2: ArrayLike, *, kind: Kind='linear', eps: Positive=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def box_iou_loss(boxes1: AnyArray, boxes2: ArrayLike, *, kind: Kind='linear', eps: Positive=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def complete_box_iou_loss(boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def complete_box_iou_loss(boxes1: AnyArray, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def distance_box_iou_loss(boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def distance_box_iou_loss(boxes1: AnyArray, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def distribution_focal_loss(input: ArrayT, target: ArrayLike, *, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def distribution_focal_loss(input: AnyArray, target: ArrayLike, *, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def gaussian_focal_loss(input: ArrayT, target: ArrayLike, *, alpha: NonNegative=2.0, gamma: NonNegative=4.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def gaussian_focal_loss(input: AnyArray, target: ArrayLike, *, alpha: NonNegative=2.0, gamma: NonNegative=4.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def generalized_box_iou_loss(boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def generalized_box_iou_loss(boxes1: AnyArray, boxes2: ArrayLike, *, eps: Positive=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def multibox_loss(loc_pred: ArrayT, conf_pred: ArrayLike, default_boxes: ArrayLike, gt_boxes: ArrayLike, gt_labels: ArrayLike, gt_valid: ArrayLike | None=None, *, iou_threshold: Fraction=0.5, variances: Variances=(0.1, 0.2), alpha: NonNegative=1.0, neg_pos_ratio: NonNegative=3.0, min_negatives: Count=0, beta: NonNegative=1.0, background: ClassId=0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def multibox_loss(loc_pred: AnyArray, conf_pred: ArrayLike, default_boxes: ArrayLike, gt_boxes: ArrayLike, gt_labels: ArrayLike, gt_valid: ArrayLike | None=None, *, iou_threshold: Fraction=0.5, variances: Variances=(0.1, 0.2), alpha: NonNegative=1.0, neg_pos_ratio: NonNegative=3.0, min_negatives: Count=0, beta: NonNegative=1.0, background: ClassId=0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def quality_focal_loss(input: ArrayT, target: ArrayLike, *, beta: NonNegative=2.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def quality_focal_loss(input: AnyArray, target: ArrayLike, *, beta: NonNegative=2.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def ssd_loss(loc_pred: ArrayT, conf_pred: ArrayLike, loc_target: ArrayLike, conf_target: ArrayLike, *, alpha: NonNegative=1.0, neg_pos_ratio: NonNegative=3.0, min_negatives: Count=0, beta: NonNegative=1.0, background: ClassId=0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def ssd_loss(loc_pred: AnyArray, conf_pred: ArrayLike, loc_target: ArrayLike, conf_target: ArrayLike, *, alpha: NonNegative=1.0, neg_pos_ratio: NonNegative=3.0, min_negatives: Count=0, beta: NonNegative=1.0, background: ClassId=0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def varifocal_loss(input: ArrayT, target: ArrayLike, *, alpha: NonNegative=0.75, gamma: NonNegative=2.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def varifocal_loss(input: AnyArray, target: ArrayLike, *, alpha: NonNegative=0.75, gamma: NonNegative=2.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def js_div(input: ArrayT, target: ArrayLike, *, beta: Fraction=0.5, log_input: Flag=True, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def js_div(input: AnyArray, target: ArrayLike, *, beta: Fraction=0.5, log_input: Flag=True, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def kl_div(input: ArrayT, target: ArrayLike, *, log_target: Flag=False, reduction: ToArray | Literal["batchmean"] = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def kl_div(input: AnyArray, target: ArrayLike, *, log_target: Flag=False, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def total_variation_distance(input: ArrayT, target: ArrayLike, *, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def total_variation_distance(input: AnyArray, target: ArrayLike, *, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def barlow_twins_loss(input: ArrayT, target: ArrayLike, *, lambd: NonNegative=0.005, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def barlow_twins_loss(input: AnyArray, target: ArrayLike, *, lambd: NonNegative=0.005, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def circle_loss(input: ArrayT, target: ArrayLike, *, margin: Finite=0.4, gamma: Positive=80.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def circle_loss(input: AnyArray, target: ArrayLike, *, margin: Finite=0.4, gamma: Positive=80.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def cosine_distance(input: ArrayT, target: ArrayLike, *, eps: Positive=1e-08, axis: Axis=-1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def cosine_distance(input: AnyArray, target: ArrayLike, *, eps: Positive=1e-08, axis: Axis=-1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def cosine_embedding_loss(input1: ArrayT, input2: ArrayLike, target: ArrayLike, *, margin: Cosine=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def cosine_embedding_loss(input1: AnyArray, input2: ArrayLike, target: ArrayLike, *, margin: Cosine=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def hinge_embedding_loss(input: ArrayT, target: ArrayLike, *, margin: Finite=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def hinge_embedding_loss(input: AnyArray, target: ArrayLike, *, margin: Finite=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def info_nce(query: ArrayT, key: ArrayLike, *, temperature: Positive=0.07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def info_nce(query: AnyArray, key: ArrayLike, *, temperature: Positive=0.07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def multi_similarity_loss(input: ArrayT, target: ArrayLike, *, alpha: Positive=2.0, beta: Positive=50.0, base: Finite=0.5, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def multi_similarity_loss(input: AnyArray, target: ArrayLike, *, alpha: Positive=2.0, beta: Positive=50.0, base: Finite=0.5, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def ntxent_loss(input: ArrayT, target: ArrayLike, *, temperature: Positive=0.07, denominator: Denominator='negatives', reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def ntxent_loss(input: AnyArray, target: ArrayLike, *, temperature: Positive=0.07, denominator: Denominator='negatives', reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def supcon_loss(input: ArrayT, target: ArrayLike, *, temperature: Positive=0.1, skip_anchors_without_positives: Flag=True, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def supcon_loss(input: AnyArray, target: ArrayLike, *, temperature: Positive=0.1, skip_anchors_without_positives: Flag=True, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def triplet_margin_loss(anchor: ArrayT, positive: ArrayLike, negative: ArrayLike, *, margin: NonNegative=1.0, p: Degree=2.0, eps: NonNegative=1e-06, swap: Flag=False, nonzero_mean: Flag=False, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def triplet_margin_loss(anchor: AnyArray, positive: ArrayLike, negative: ArrayLike, *, margin: NonNegative=1.0, p: Degree=2.0, eps: NonNegative=1e-06, swap: Flag=False, nonzero_mean: Flag=False, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def vicreg_loss(input: ArrayT, target: ArrayLike, *, invariance: NonNegative=25.0, variance: NonNegative=25.0, covariance: NonNegative=1.0, eps: Positive=0.0001, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def vicreg_loss(input: AnyArray, target: ArrayLike, *, invariance: NonNegative=25.0, variance: NonNegative=25.0, covariance: NonNegative=1.0, eps: Positive=0.0001, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def crammer_singer_hinge_loss(input: ArrayT, target: ArrayLike, *, margin: NonNegative=1.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def crammer_singer_hinge_loss(input: AnyArray, target: ArrayLike, *, margin: NonNegative=1.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def cross_entropy(input: ArrayT, target: ArrayLike, weight: ArrayLike | None=None, *, ignore_index: ClassId=-100, label_smoothing: Fraction=0.0, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def cross_entropy(input: AnyArray, target: ArrayLike, weight: ArrayLike | None=None, *, ignore_index: ClassId=-100, label_smoothing: Fraction=0.0, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def focal_loss(input: ArrayT, target: ArrayLike, *, alpha: ArrayLike | None=None, gamma: NonNegative=2.0, label_smoothing: Fraction=0.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def focal_loss(input: AnyArray, target: ArrayLike, *, alpha: ArrayLike | None=None, gamma: NonNegative=2.0, label_smoothing: Fraction=0.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def generalized_cross_entropy(input: ArrayT, target: ArrayLike, *, q: Exponent=0.5, from_logits: Flag=True, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def generalized_cross_entropy(input: AnyArray, target: ArrayLike, *, q: Exponent=0.5, from_logits: Flag=True, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def label_smoothing_loss(input: ArrayT, target: ArrayLike, *, smoothing: Fraction=0.1, weight: ArrayLike | None=None, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def label_smoothing_loss(input: AnyArray, target: ArrayLike, *, smoothing: Fraction=0.1, weight: ArrayLike | None=None, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def linear_cross_entropy(input: ArrayT, linear_weight: ArrayLike, target: ArrayLike, *, linear_bias: ArrayLike | None=None, weight: ArrayLike | None=None, ignore_index: ClassId=-100, label_smoothing: Fraction=0.0, softcap: OptionalPositive=None, z_loss: NonNegative=0.0, chunk_size: OptionalCount=None, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def linear_cross_entropy(input: AnyArray, linear_weight: ArrayLike, target: ArrayLike, *, linear_bias: ArrayLike | None=None, weight: ArrayLike | None=None, ignore_index: ClassId=-100, label_smoothing: Fraction=0.0, softcap: OptionalPositive=None, z_loss: NonNegative=0.0, chunk_size: OptionalCount=None, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def multi_margin_loss(input: ArrayT, target: ArrayLike, *, p: Power=1, margin: Finite=1.0, weight: ArrayLike | None=None, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def multi_margin_loss(input: AnyArray, target: ArrayLike, *, p: Power=1, margin: Finite=1.0, weight: ArrayLike | None=None, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def nll_loss(input: ArrayT, target: ArrayLike, weight: ArrayLike | None=None, *, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def nll_loss(input: AnyArray, target: ArrayLike, weight: ArrayLike | None=None, *, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def poly_cross_entropy(input: ArrayT, target: ArrayLike, *, epsilon: Finite=2.0, weight: ArrayLike | None=None, label_smoothing: Fraction=0.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def poly_cross_entropy(input: AnyArray, target: ArrayLike, *, epsilon: Finite=2.0, weight: ArrayLike | None=None, label_smoothing: Fraction=0.0, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def soft_cross_entropy(input: ArrayT, target: ArrayLike, *, temperature: Positive=1.0, weight: ArrayLike | None=None, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def soft_cross_entropy(input: AnyArray, target: ArrayLike, *, temperature: Positive=1.0, weight: ArrayLike | None=None, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def sparsemax_loss(input: ArrayT, target: ArrayLike, *, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def sparsemax_loss(input: AnyArray, target: ArrayLike, *, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def multilabel_margin_loss(input: ArrayT, target: ArrayLike, *, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def multilabel_margin_loss(input: AnyArray, target: ArrayLike, *, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def dpo_loss(chosen: ArrayT, rejected: ArrayLike, ref_chosen: ArrayLike, ref_rejected: ArrayLike, *, beta: Positive=0.1, label_smoothing: Fraction=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def dpo_loss(chosen: AnyArray, rejected: ArrayLike, ref_chosen: ArrayLike, ref_rejected: ArrayLike, *, beta: Positive=0.1, label_smoothing: Fraction=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def listnet_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, axis: Axis=-1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def listnet_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, axis: Axis=-1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def margin_ranking_loss(input1: ArrayT, input2: ArrayLike, target: ArrayLike, *, margin: Finite=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def margin_ranking_loss(input1: AnyArray, input2: ArrayLike, target: ArrayLike, *, margin: Finite=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def orpo_loss(chosen: ArrayT, rejected: ArrayLike, *, beta: Positive=0.1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def orpo_loss(chosen: AnyArray, rejected: ArrayLike, *, beta: Positive=0.1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def simpo_loss(chosen: ArrayT, rejected: ArrayLike, *, beta: Positive=0.1, gamma: Finite=0.5, label_smoothing: Fraction=0.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def simpo_loss(chosen: AnyArray, rejected: ArrayLike, *, beta: Positive=0.1, gamma: Finite=0.5, label_smoothing: Fraction=0.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def barron_loss(input: ArrayT, target: ArrayLike, *, alpha: Shape=1.0, scale: Positive=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def barron_loss(input: AnyArray, target: ArrayLike, *, alpha: Shape=1.0, scale: Positive=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def cauchy_loss(input: ArrayT, target: ArrayLike, *, scale: Positive=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def cauchy_loss(input: AnyArray, target: ArrayLike, *, scale: Positive=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def charbonnier_loss(input: ArrayT, target: ArrayLike, *, scale: Positive=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def charbonnier_loss(input: AnyArray, target: ArrayLike, *, scale: Positive=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def gaussian_nll_loss(input: ArrayT, target: ArrayLike, var: ArrayLike, *, full: Flag=False, eps: Positive=1e-06, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def gaussian_nll_loss(input: AnyArray, target: ArrayLike, var: ArrayLike, *, full: Flag=False, eps: Positive=1e-06, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def geman_mcclure_loss(input: ArrayT, target: ArrayLike, *, scale: Positive=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def geman_mcclure_loss(input: AnyArray, target: ArrayLike, *, scale: Positive=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def huber_loss(input: ArrayT, target: ArrayLike, *, delta: Positive=1.0, weight: ArrayLike | None=None, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def huber_loss(input: AnyArray, target: ArrayLike, *, delta: Positive=1.0, weight: ArrayLike | None=None, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def l1_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def l1_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def l2_loss(input: ArrayT, target: ArrayLike, *, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def l2_loss(input: AnyArray, target: ArrayLike, *, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def log_cosh_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def log_cosh_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def mape_loss(input: ArrayT, target: ArrayLike, *, eps: Positive=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def mape_loss(input: AnyArray, target: ArrayLike, *, eps: Positive=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def mse_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def mse_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def msle_loss(input: ArrayT, target: ArrayLike, *, eps: NonNegative=1e-07, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def msle_loss(input: AnyArray, target: ArrayLike, *, eps: NonNegative=1e-07, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def poisson_nll_loss(input: ArrayT, target: ArrayLike, *, log_input: Flag=True, full: Flag=False, eps: Positive=1e-08, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def poisson_nll_loss(input: AnyArray, target: ArrayLike, *, log_input: Flag=True, full: Flag=False, eps: Positive=1e-08, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def quantile_loss(input: ArrayT, target: ArrayLike, *, tau: Levels=0.5, axis: Axis=-1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def quantile_loss(input: AnyArray, target: ArrayLike, *, tau: Levels=0.5, axis: Axis=-1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def smooth_l1_loss(input: ArrayT, target: ArrayLike, *, beta: NonNegative=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def smooth_l1_loss(input: AnyArray, target: ArrayLike, *, beta: NonNegative=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def welsch_loss(input: ArrayT, target: ArrayLike, *, scale: Positive=1.0, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def welsch_loss(input: AnyArray, target: ArrayLike, *, scale: Positive=1.0, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def wing_loss(input: ArrayT, target: ArrayLike, *, width: Positive=5.0, curvature: Positive=0.5, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def wing_loss(input: AnyArray, target: ArrayLike, *, width: Positive=5.0, curvature: Positive=0.5, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def dice_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def dice_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def dice_ce_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, lambda_dice: NonNegative=1.0, lambda_ce: NonNegative=1.0, label_smoothing: Fraction=0.0, activation: OfLogits='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def dice_ce_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, lambda_dice: NonNegative=1.0, lambda_ce: NonNegative=1.0, label_smoothing: Fraction=0.0, activation: OfLogits='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> ComposedSums: ...
@overload
def dice_focal_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, gamma: NonNegative=2.0, alpha: ArrayLike | None=None, lambda_dice: NonNegative=1.0, lambda_focal: NonNegative=1.0, activation: OfLogits='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def dice_focal_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, gamma: NonNegative=2.0, alpha: ArrayLike | None=None, lambda_dice: NonNegative=1.0, lambda_focal: NonNegative=1.0, activation: OfLogits='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, squared: Flag=False, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> ComposedSums: ...
@overload
def focal_tversky_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, alpha: NonNegative=0.3, beta: NonNegative=0.7, gamma: Positive=0.75, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def focal_tversky_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, alpha: NonNegative=0.3, beta: NonNegative=0.7, gamma: Positive=0.75, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def generalized_dice_loss(input: ArrayT, target: ArrayLike, *, w_type: WeightType='square', activation: Activation='softmax', include_background: Flag=True, batch: Flag=False, smooth_nr: NonNegative=1e-05, smooth_dr: NonNegative=1e-05, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def generalized_dice_loss(input: AnyArray, target: ArrayLike, *, w_type: WeightType='square', activation: Activation='softmax', include_background: Flag=True, batch: Flag=False, smooth_nr: NonNegative=1e-05, smooth_dr: NonNegative=1e-05, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def jaccard_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def jaccard_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def lovasz_hinge_loss(input: ArrayT, target: ArrayLike, *, per_image: Flag=True, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def lovasz_hinge_loss(input: AnyArray, target: ArrayLike, *, per_image: Flag=True, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def lovasz_softmax_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, classes: Averaged='present', per_image: Flag=False, activation: Activation='softmax', ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def lovasz_softmax_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, classes: Averaged='present', per_image: Flag=False, activation: Activation='softmax', ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def mcc_loss(input: ArrayT, target: ArrayLike, *, eps: NonNegative=1e-05, activation: SigmoidOrNone='sigmoid', ignore_index: ClassId=-100, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def mcc_loss(input: AnyArray, target: ArrayLike, *, eps: NonNegative=1e-05, activation: SigmoidOrNone='sigmoid', ignore_index: ClassId=-100, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def ohem_cross_entropy(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, threshold: OptionalFraction=None, min_kept: Count=100000, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def ohem_cross_entropy(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, threshold: OptionalFraction=None, min_kept: Count=100000, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def tversky_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None=None, alpha: NonNegative=0.5, beta: NonNegative=0.5, gamma: Positive=1.0, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def tversky_loss(input: AnyArray, target: ArrayLike, *, weight: ArrayLike | None=None, alpha: NonNegative=0.5, beta: NonNegative=0.5, gamma: Positive=1.0, activation: Activation='softmax', include_background: Flag=False, batch: Flag=False, smooth_nr: NonNegative=1e-07, smooth_dr: NonNegative=1e-07, soft_label: Flag=True, log: Flag=False, empty: EmptyClass='smooth', ignore_index: ClassId=-100, axis: OptionalAxis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
@overload
def unified_focal_loss(input: ArrayT, target: ArrayLike, *, mix: Fraction=0.5, gamma: Fraction=0.5, delta: Fraction=0.7, ignore_index: ClassId=-100, axis: Axis=1, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def unified_focal_loss(input: AnyArray, target: ArrayLike, *, mix: Fraction=0.5, gamma: Fraction=0.5, delta: Fraction=0.7, ignore_index: ClassId=-100, axis: Axis=1, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> ComposedSums: ...
@overload
def ctc_loss(log_probs: ArrayT, targets: ArrayLike, input_lengths: ArrayLike, target_lengths: ArrayLike, *, blank: Count=0, zero_infinity: Flag=False, from_logits: Flag=False, length_normalize: Flag=True, reduction: ToArray = "mean", **options: Unpack[CommonOptions]) -> ArrayT: ...
@overload
def ctc_loss(log_probs: AnyArray, targets: ArrayLike, input_lengths: ArrayLike, target_lengths: ArrayLike, *, blank: Count=0, zero_infinity: Flag=False, from_logits: Flag=False, length_normalize: Flag=True, reduction: Literal["sums"], **options: Unpack[CommonOptions]) -> Sums: ...
