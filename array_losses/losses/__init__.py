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
    from .embedding.ntxent import NTXentLoss, ntxent_loss
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
    from .segmentation.dice_focal import DiceFocalLoss, dice_focal_loss
    from .segmentation.focal_tversky import FocalTverskyLoss, focal_tversky_loss
    from .segmentation.generalized_dice import GeneralizedDiceLoss, generalized_dice_loss
    from .segmentation.jaccard import JaccardLoss, jaccard_loss
    from .segmentation.lovasz_hinge import LovaszHingeLoss, lovasz_hinge_loss
    from .segmentation.lovasz_softmax import LovaszSoftmaxLoss, lovasz_softmax_loss
    from .segmentation.mcc import MCCLoss, mcc_loss
    from .segmentation.tversky import TverskyLoss, tversky_loss
    from .segmentation.unified_focal import UnifiedFocalLoss, unified_focal_loss
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
            "embedding.ntxent": ["NTXentLoss", "ntxent_loss"],
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
            "segmentation.dice_focal": ["DiceFocalLoss", "dice_focal_loss"],
            "segmentation.focal_tversky": ["FocalTverskyLoss", "focal_tversky_loss"],
            "segmentation.generalized_dice": ["GeneralizedDiceLoss", "generalized_dice_loss"],
            "segmentation.jaccard": ["JaccardLoss", "jaccard_loss"],
            "segmentation.lovasz_hinge": ["LovaszHingeLoss", "lovasz_hinge_loss"],
            "segmentation.lovasz_softmax": ["LovaszSoftmaxLoss", "lovasz_softmax_loss"],
            "segmentation.mcc": ["MCCLoss", "mcc_loss"],
            "segmentation.tversky": ["TverskyLoss", "tversky_loss"],
            "segmentation.unified_focal": ["UnifiedFocalLoss", "unified_focal_loss"],
            "sequence.ctc": ["CTCLoss", "ctc_loss"],
        },
    )

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CrossEntropyLoss",
    "DiceCELoss",
    "DiceFocalLoss",
    "DiceLoss",
    "FocalLoss",
    "FocalTverskyLoss",
    "GeneralizedBoxIoULoss",
    "GeneralizedDiceLoss",
    "HingeLoss",
    "HuberLoss",
    "JaccardLoss",
    "L1Loss",
    "LabelSmoothingLoss",
    "LinearCrossEntropyLoss",
    "ListNetLoss",
    "LogCoshLoss",
    "LovaszHingeLoss",
    "LovaszSoftmaxLoss",
    "MCCLoss",
    "MSELoss",
    "MultiBoxLoss",
    "NLLLoss",
    "NTXentLoss",
    "QuantileLoss",
    "SSDLoss",
    "SigmoidFocalLoss",
    "SmoothL1Loss",
    "TverskyLoss",
    "UnifiedFocalLoss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "box_iou",
    "cross_entropy",
    "ctc_loss",
    "decode_boxes",
    "dice_ce_loss",
    "dice_focal_loss",
    "dice_loss",
    "encode_boxes",
    "focal_loss",
    "focal_tversky_loss",
    "generalized_box_iou_loss",
    "generalized_dice_loss",
    "hard_negative_mask",
    "hinge_loss",
    "huber_loss",
    "jaccard_loss",
    "l1_loss",
    "label_smoothing_loss",
    "linear_cross_entropy",
    "listnet_loss",
    "log_cosh_loss",
    "lovasz_hinge_loss",
    "lovasz_softmax_loss",
    "match_boxes",
    "mcc_loss",
    "mse_loss",
    "multibox_loss",
    "nll_loss",
    "ntxent_loss",
    "quantile_loss",
    "sigmoid_focal_loss",
    "smooth_l1_loss",
    "smooth_labels",
    "squared_error",
    "ssd_loss",
    "tversky_loss",
    "unified_focal_loss",
]
