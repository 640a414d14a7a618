"""Every loss, as type checkers see them. Written by `python .ci/generate.py`."""

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
