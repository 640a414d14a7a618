"""Every loss, loaded on first use. Written by `python .ci/generate.py`, with a stub for type checkers."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:  # where an editor that has read the stub finds docstrings and sources
    from .binary.asymmetric import AsymmetricLoss, asymmetric_loss
    from .binary.bce import BCELoss, binary_cross_entropy
    from .binary.bce_with_logits import BCEWithLogitsLoss, binary_cross_entropy_with_logits
    from .binary.hinge import HingeLoss, hinge_loss
    from .binary.multilabel_soft_margin import MultiLabelSoftMarginLoss, multilabel_soft_margin_loss
    from .binary.sigmoid_focal import SigmoidFocalLoss, sigmoid_focal_loss
    from .binary.soft_margin import SoftMarginLoss, soft_margin_loss
    from .binary.squared_hinge import SquaredHingeLoss, squared_hinge_loss
    from .detection.anchors import box_convert, default_boxes
    from .detection.box_iou_loss import BoxIoULoss, box_iou_loss
    from .detection.boxes import box_iou, decode_boxes, encode_boxes
    from .detection.complete_box_iou import CompleteBoxIoULoss, complete_box_iou_loss
    from .detection.distance_box_iou import DistanceBoxIoULoss, distance_box_iou_loss
    from .detection.distribution_focal import DistributionFocalLoss, distribution_focal_loss
    from .detection.gaussian_focal import GaussianFocalLoss, gaussian_focal_loss
    from .detection.generalized_box_iou import GeneralizedBoxIoULoss, generalized_box_iou_loss
    from .detection.ground_truth import pad_ground_truth
    from .detection.matching import hard_negative_mask, match_boxes
    from .detection.multibox import MultiBoxLoss, multibox_loss
    from .detection.quality_focal import QualityFocalLoss, quality_focal_loss
    from .detection.ssd import SSDLoss, ssd_loss
    from .detection.varifocal import VarifocalLoss, varifocal_loss
    from .distribution.js import JSDivLoss, js_div
    from .distribution.kl import KLDivLoss, kl_div
    from .distribution.total_variation import TotalVariationLoss, total_variation_distance
    from .embedding.barlow_twins import BarlowTwinsLoss, barlow_twins_loss
    from .embedding.circle import CircleLoss, circle_loss
    from .embedding.cosine_distance import CosineDistanceLoss, cosine_distance
    from .embedding.cosine_embedding import CosineEmbeddingLoss, cosine_embedding_loss
    from .embedding.hinge_embedding import HingeEmbeddingLoss, hinge_embedding_loss
    from .embedding.info_nce import InfoNCELoss, info_nce
    from .embedding.margin_logits import arcface_logits, cosface_logits
    from .embedding.multi_similarity import MultiSimilarityLoss, multi_similarity_loss
    from .embedding.ntxent import NTXentLoss, ntxent_loss
    from .embedding.supcon import SupConLoss, supcon_loss
    from .embedding.triplet_margin import TripletMarginLoss, triplet_margin_loss
    from .embedding.vicreg import VICRegLoss, vicreg_loss
    from .multiclass.crammer_singer_hinge import CrammerSingerHingeLoss, crammer_singer_hinge_loss
    from .multiclass.cross_entropy import CrossEntropyLoss, cross_entropy
    from .multiclass.fenchel_young import fenchel_young_loss
    from .multiclass.focal import FocalLoss, focal_loss
    from .multiclass.generalized_cross_entropy import GeneralizedCrossEntropyLoss, generalized_cross_entropy
    from .multiclass.label_smoothing import LabelSmoothingLoss, label_smoothing_loss, smooth_labels
    from .multiclass.linear_cross_entropy import LinearCrossEntropyLoss, linear_cross_entropy
    from .multiclass.linear_log_probs import linear_log_probs
    from .multiclass.multi_margin import MultiMarginLoss, multi_margin_loss
    from .multiclass.nll import NLLLoss, nll_loss
    from .multiclass.poly_cross_entropy import PolyCrossEntropyLoss, poly_cross_entropy
    from .multiclass.soft_cross_entropy import SoftCrossEntropyLoss, soft_cross_entropy
    from .multiclass.sparsemax import SparsemaxLoss, sparsemax_loss
    from .multilabel.multilabel_margin import MultiLabelMarginLoss, multilabel_margin_loss
    from .ranking.dpo import DPOLoss, dpo_loss
    from .ranking.listnet import ListNetLoss, listnet_loss
    from .ranking.margin_ranking import MarginRankingLoss, margin_ranking_loss
    from .ranking.orpo import ORPOLoss, orpo_loss
    from .ranking.simpo import SimPOLoss, simpo_loss
    from .regression.barron import BarronLoss, barron_loss
    from .regression.cauchy import CauchyLoss, cauchy_loss
    from .regression.charbonnier import CharbonnierLoss, charbonnier_loss
    from .regression.gaussian_nll import GaussianNLLLoss, gaussian_nll_loss
    from .regression.geman_mcclure import GemanMcClureLoss, geman_mcclure_loss
    from .regression.huber import HuberLoss, huber_loss
    from .regression.l1 import L1Loss, l1_loss
    from .regression.l2 import L2Loss, l2_loss
    from .regression.log_cosh import LogCoshLoss, log_cosh_loss
    from .regression.mape import MAPELoss, mape_loss
    from .regression.mse import MSELoss, mse_loss, squared_error
    from .regression.msle import MSLELoss, msle_loss
    from .regression.poisson_nll import PoissonNLLLoss, poisson_nll_loss
    from .regression.quantile import QuantileLoss, quantile_loss
    from .regression.smooth_l1 import SmoothL1Loss, smooth_l1_loss
    from .regression.welsch import WelschLoss, welsch_loss
    from .regression.wing import WingLoss, wing_loss
    from .segmentation.dice import DiceLoss, dice_loss
    from .segmentation.dice_ce import DiceCELoss, dice_ce_loss
    from .segmentation.dice_focal import DiceFocalLoss, dice_focal_loss
    from .segmentation.focal_tversky import FocalTverskyLoss, focal_tversky_loss
    from .segmentation.generalized_dice import GeneralizedDiceLoss, generalized_dice_loss
    from .segmentation.jaccard import JaccardLoss, jaccard_loss
    from .segmentation.lovasz_hinge import LovaszHingeLoss, lovasz_hinge_loss
    from .segmentation.lovasz_softmax import LovaszSoftmaxLoss, lovasz_softmax_loss
    from .segmentation.mcc import MCCLoss, mcc_loss
    from .segmentation.ohem_cross_entropy import OHEMCrossEntropyLoss, ohem_cross_entropy
    from .segmentation.tversky import TverskyLoss, tversky_loss
    from .segmentation.unified_focal import UnifiedFocalLoss, unified_focal_loss
    from .sequence.ctc import CTCLoss, ctc_loss


NAMES = {
    "binary.asymmetric": ["AsymmetricLoss", "asymmetric_loss"],
    "binary.bce": ["BCELoss", "binary_cross_entropy"],
    "binary.bce_with_logits": ["BCEWithLogitsLoss", "binary_cross_entropy_with_logits"],
    "binary.hinge": ["HingeLoss", "hinge_loss"],
    "binary.multilabel_soft_margin": ["MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss"],
    "binary.sigmoid_focal": ["SigmoidFocalLoss", "sigmoid_focal_loss"],
    "binary.soft_margin": ["SoftMarginLoss", "soft_margin_loss"],
    "binary.squared_hinge": ["SquaredHingeLoss", "squared_hinge_loss"],
    "detection.anchors": ["box_convert", "default_boxes"],
    "detection.box_iou_loss": ["BoxIoULoss", "box_iou_loss"],
    "detection.boxes": ["box_iou", "decode_boxes", "encode_boxes"],
    "detection.complete_box_iou": ["CompleteBoxIoULoss", "complete_box_iou_loss"],
    "detection.distance_box_iou": ["DistanceBoxIoULoss", "distance_box_iou_loss"],
    "detection.distribution_focal": ["DistributionFocalLoss", "distribution_focal_loss"],
    "detection.gaussian_focal": ["GaussianFocalLoss", "gaussian_focal_loss"],
    "detection.generalized_box_iou": ["GeneralizedBoxIoULoss", "generalized_box_iou_loss"],
    "detection.ground_truth": ["pad_ground_truth"],
    "detection.matching": ["hard_negative_mask", "match_boxes"],
    "detection.multibox": ["MultiBoxLoss", "multibox_loss"],
    "detection.quality_focal": ["QualityFocalLoss", "quality_focal_loss"],
    "detection.ssd": ["SSDLoss", "ssd_loss"],
    "detection.varifocal": ["VarifocalLoss", "varifocal_loss"],
    "distribution.js": ["JSDivLoss", "js_div"],
    "distribution.kl": ["KLDivLoss", "kl_div"],
    "distribution.total_variation": ["TotalVariationLoss", "total_variation_distance"],
    "embedding.barlow_twins": ["BarlowTwinsLoss", "barlow_twins_loss"],
    "embedding.circle": ["CircleLoss", "circle_loss"],
    "embedding.cosine_distance": ["CosineDistanceLoss", "cosine_distance"],
    "embedding.cosine_embedding": ["CosineEmbeddingLoss", "cosine_embedding_loss"],
    "embedding.hinge_embedding": ["HingeEmbeddingLoss", "hinge_embedding_loss"],
    "embedding.info_nce": ["InfoNCELoss", "info_nce"],
    "embedding.margin_logits": ["arcface_logits", "cosface_logits"],
    "embedding.multi_similarity": ["MultiSimilarityLoss", "multi_similarity_loss"],
    "embedding.ntxent": ["NTXentLoss", "ntxent_loss"],
    "embedding.supcon": ["SupConLoss", "supcon_loss"],
    "embedding.triplet_margin": ["TripletMarginLoss", "triplet_margin_loss"],
    "embedding.vicreg": ["VICRegLoss", "vicreg_loss"],
    "multiclass.crammer_singer_hinge": ["CrammerSingerHingeLoss", "crammer_singer_hinge_loss"],
    "multiclass.cross_entropy": ["CrossEntropyLoss", "cross_entropy"],
    "multiclass.fenchel_young": ["fenchel_young_loss"],
    "multiclass.focal": ["FocalLoss", "focal_loss"],
    "multiclass.generalized_cross_entropy": ["GeneralizedCrossEntropyLoss", "generalized_cross_entropy"],
    "multiclass.label_smoothing": ["LabelSmoothingLoss", "label_smoothing_loss", "smooth_labels"],
    "multiclass.linear_cross_entropy": ["LinearCrossEntropyLoss", "linear_cross_entropy"],
    "multiclass.linear_log_probs": ["linear_log_probs"],
    "multiclass.multi_margin": ["MultiMarginLoss", "multi_margin_loss"],
    "multiclass.nll": ["NLLLoss", "nll_loss"],
    "multiclass.poly_cross_entropy": ["PolyCrossEntropyLoss", "poly_cross_entropy"],
    "multiclass.soft_cross_entropy": ["SoftCrossEntropyLoss", "soft_cross_entropy"],
    "multiclass.sparsemax": ["SparsemaxLoss", "sparsemax_loss"],
    "multilabel.multilabel_margin": ["MultiLabelMarginLoss", "multilabel_margin_loss"],
    "ranking.dpo": ["DPOLoss", "dpo_loss"],
    "ranking.listnet": ["ListNetLoss", "listnet_loss"],
    "ranking.margin_ranking": ["MarginRankingLoss", "margin_ranking_loss"],
    "ranking.orpo": ["ORPOLoss", "orpo_loss"],
    "ranking.simpo": ["SimPOLoss", "simpo_loss"],
    "regression.barron": ["BarronLoss", "barron_loss"],
    "regression.cauchy": ["CauchyLoss", "cauchy_loss"],
    "regression.charbonnier": ["CharbonnierLoss", "charbonnier_loss"],
    "regression.gaussian_nll": ["GaussianNLLLoss", "gaussian_nll_loss"],
    "regression.geman_mcclure": ["GemanMcClureLoss", "geman_mcclure_loss"],
    "regression.huber": ["HuberLoss", "huber_loss"],
    "regression.l1": ["L1Loss", "l1_loss"],
    "regression.l2": ["L2Loss", "l2_loss"],
    "regression.log_cosh": ["LogCoshLoss", "log_cosh_loss"],
    "regression.mape": ["MAPELoss", "mape_loss"],
    "regression.mse": ["MSELoss", "mse_loss", "squared_error"],
    "regression.msle": ["MSLELoss", "msle_loss"],
    "regression.poisson_nll": ["PoissonNLLLoss", "poisson_nll_loss"],
    "regression.quantile": ["QuantileLoss", "quantile_loss"],
    "regression.smooth_l1": ["SmoothL1Loss", "smooth_l1_loss"],
    "regression.welsch": ["WelschLoss", "welsch_loss"],
    "regression.wing": ["WingLoss", "wing_loss"],
    "segmentation.dice": ["DiceLoss", "dice_loss"],
    "segmentation.dice_ce": ["DiceCELoss", "dice_ce_loss"],
    "segmentation.dice_focal": ["DiceFocalLoss", "dice_focal_loss"],
    "segmentation.focal_tversky": ["FocalTverskyLoss", "focal_tversky_loss"],
    "segmentation.generalized_dice": ["GeneralizedDiceLoss", "generalized_dice_loss"],
    "segmentation.jaccard": ["JaccardLoss", "jaccard_loss"],
    "segmentation.lovasz_hinge": ["LovaszHingeLoss", "lovasz_hinge_loss"],
    "segmentation.lovasz_softmax": ["LovaszSoftmaxLoss", "lovasz_softmax_loss"],
    "segmentation.mcc": ["MCCLoss", "mcc_loss"],
    "segmentation.ohem_cross_entropy": ["OHEMCrossEntropyLoss", "ohem_cross_entropy"],
    "segmentation.tversky": ["TverskyLoss", "tversky_loss"],
    "segmentation.unified_focal": ["UnifiedFocalLoss", "unified_focal_loss"],
    "sequence.ctc": ["CTCLoss", "ctc_loss"],
}

__getattr__, __dir__ = attach(__name__, NAMES)
__all__ = sorted(name for names in NAMES.values() for name in names)
