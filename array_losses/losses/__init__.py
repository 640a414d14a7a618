"""Every loss, loaded on first use. Written by `python .ci/generate.py`."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .binary.bce import BCELoss, binary_cross_entropy
    from .binary.bce_with_logits import BCEWithLogitsLoss, binary_cross_entropy_with_logits
    from .binary.hinge import HingeLoss, hinge_loss
    from .binary.sigmoid_focal import SigmoidFocalLoss, sigmoid_focal_loss
    from .detection.boxes import box_iou, decode_boxes, encode_boxes
    from .detection.generalized_box_iou import GeneralizedBoxIoULoss, generalized_box_iou_loss
    from .detection.matching import hard_negative_mask, match_boxes
    from .detection.multibox import MultiBoxLoss, multibox_loss
    from .detection.ssd import SSDLoss, ssd_loss
    from .embedding.barlow_twins import BarlowTwinsLoss, barlow_twins_loss
    from .embedding.circle import CircleLoss, circle_loss
    from .embedding.cosine_distance import CosineDistanceLoss, cosine_distance
    from .embedding.cosine_embedding import CosineEmbeddingLoss, cosine_embedding_loss
    from .embedding.info_nce import InfoNCELoss, info_nce
    from .embedding.margin_logits import arcface_logits, cosface_logits
    from .embedding.multi_similarity import MultiSimilarityLoss, multi_similarity_loss
    from .embedding.ntxent import NTXentLoss, ntxent_loss
    from .embedding.supcon import SupConLoss, supcon_loss
    from .embedding.triplet_margin import TripletMarginLoss, triplet_margin_loss
    from .embedding.vicreg import VICRegLoss, vicreg_loss
    from .multiclass.cross_entropy import CrossEntropyLoss, cross_entropy
    from .multiclass.focal import FocalLoss, focal_loss
    from .multiclass.label_smoothing import LabelSmoothingLoss, label_smoothing_loss, smooth_labels
    from .multiclass.linear_cross_entropy import LinearCrossEntropyLoss, linear_cross_entropy
    from .multiclass.nll import NLLLoss, nll_loss
    from .ranking.listnet import ListNetLoss, listnet_loss
    from .regression.huber import HuberLoss, huber_loss
    from .regression.l1 import L1Loss, l1_loss
    from .regression.log_cosh import LogCoshLoss, log_cosh_loss
    from .regression.mse import MSELoss, mse_loss, squared_error
    from .regression.quantile import QuantileLoss, quantile_loss
    from .regression.smooth_l1 import SmoothL1Loss, smooth_l1_loss
    from .segmentation.dice import DiceLoss, dice_loss
    from .segmentation.dice_ce import DiceCELoss, dice_ce_loss
    from .segmentation.generalized_dice import GeneralizedDiceLoss, generalized_dice_loss
    from .sequence.ctc import CTCLoss, ctc_loss
else:
    __getattr__, __dir__ = attach(
        __name__,
        {
            "binary.bce": ["BCELoss", "binary_cross_entropy"],
            "binary.bce_with_logits": ["BCEWithLogitsLoss", "binary_cross_entropy_with_logits"],
            "binary.hinge": ["HingeLoss", "hinge_loss"],
            "binary.sigmoid_focal": ["SigmoidFocalLoss", "sigmoid_focal_loss"],
            "detection.boxes": ["box_iou", "decode_boxes", "encode_boxes"],
            "detection.generalized_box_iou": ["GeneralizedBoxIoULoss", "generalized_box_iou_loss"],
            "detection.matching": ["hard_negative_mask", "match_boxes"],
            "detection.multibox": ["MultiBoxLoss", "multibox_loss"],
            "detection.ssd": ["SSDLoss", "ssd_loss"],
            "embedding.barlow_twins": ["BarlowTwinsLoss", "barlow_twins_loss"],
            "embedding.circle": ["CircleLoss", "circle_loss"],
            "embedding.cosine_distance": ["CosineDistanceLoss", "cosine_distance"],
            "embedding.cosine_embedding": ["CosineEmbeddingLoss", "cosine_embedding_loss"],
            "embedding.info_nce": ["InfoNCELoss", "info_nce"],
            "embedding.margin_logits": ["arcface_logits", "cosface_logits"],
            "embedding.multi_similarity": ["MultiSimilarityLoss", "multi_similarity_loss"],
            "embedding.ntxent": ["NTXentLoss", "ntxent_loss"],
            "embedding.supcon": ["SupConLoss", "supcon_loss"],
            "embedding.triplet_margin": ["TripletMarginLoss", "triplet_margin_loss"],
            "embedding.vicreg": ["VICRegLoss", "vicreg_loss"],
            "multiclass.cross_entropy": ["CrossEntropyLoss", "cross_entropy"],
            "multiclass.focal": ["FocalLoss", "focal_loss"],
            "multiclass.label_smoothing": ["LabelSmoothingLoss", "label_smoothing_loss", "smooth_labels"],
            "multiclass.linear_cross_entropy": ["LinearCrossEntropyLoss", "linear_cross_entropy"],
            "multiclass.nll": ["NLLLoss", "nll_loss"],
            "ranking.listnet": ["ListNetLoss", "listnet_loss"],
            "regression.huber": ["HuberLoss", "huber_loss"],
            "regression.l1": ["L1Loss", "l1_loss"],
            "regression.log_cosh": ["LogCoshLoss", "log_cosh_loss"],
            "regression.mse": ["MSELoss", "mse_loss", "squared_error"],
            "regression.quantile": ["QuantileLoss", "quantile_loss"],
            "regression.smooth_l1": ["SmoothL1Loss", "smooth_l1_loss"],
            "segmentation.dice": ["DiceLoss", "dice_loss"],
            "segmentation.dice_ce": ["DiceCELoss", "dice_ce_loss"],
            "segmentation.generalized_dice": ["GeneralizedDiceLoss", "generalized_dice_loss"],
            "sequence.ctc": ["CTCLoss", "ctc_loss"],
        },
    )

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "BarlowTwinsLoss",
    "CTCLoss",
    "CircleLoss",
    "CosineDistanceLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "DiceCELoss",
    "DiceLoss",
    "FocalLoss",
    "GeneralizedBoxIoULoss",
    "GeneralizedDiceLoss",
    "HingeLoss",
    "HuberLoss",
    "InfoNCELoss",
    "L1Loss",
    "LabelSmoothingLoss",
    "LinearCrossEntropyLoss",
    "ListNetLoss",
    "LogCoshLoss",
    "MSELoss",
    "MultiBoxLoss",
    "MultiSimilarityLoss",
    "NLLLoss",
    "NTXentLoss",
    "QuantileLoss",
    "SSDLoss",
    "SigmoidFocalLoss",
    "SmoothL1Loss",
    "SupConLoss",
    "TripletMarginLoss",
    "VICRegLoss",
    "arcface_logits",
    "barlow_twins_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "box_iou",
    "circle_loss",
    "cosface_logits",
    "cosine_distance",
    "cosine_embedding_loss",
    "cross_entropy",
    "ctc_loss",
    "decode_boxes",
    "dice_ce_loss",
    "dice_loss",
    "encode_boxes",
    "focal_loss",
    "generalized_box_iou_loss",
    "generalized_dice_loss",
    "hard_negative_mask",
    "hinge_loss",
    "huber_loss",
    "info_nce",
    "l1_loss",
    "label_smoothing_loss",
    "linear_cross_entropy",
    "listnet_loss",
    "log_cosh_loss",
    "match_boxes",
    "mse_loss",
    "multi_similarity_loss",
    "multibox_loss",
    "nll_loss",
    "ntxent_loss",
    "quantile_loss",
    "sigmoid_focal_loss",
    "smooth_l1_loss",
    "smooth_labels",
    "squared_error",
    "ssd_loss",
    "supcon_loss",
    "triplet_margin_loss",
    "vicreg_loss",
]
