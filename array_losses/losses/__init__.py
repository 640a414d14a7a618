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
            "embedding.ntxent": ["NTXentLoss", "ntxent_loss"],
            "multiclass.cross_entropy": ["CrossEntropyLoss", "cross_entropy"],
            "multiclass.focal": ["FocalLoss", "focal_loss"],
            "multiclass.label_smoothing": ["LabelSmoothingLoss", "label_smoothing_loss", "smooth_labels"],
            "multiclass.linear_cross_entropy": ["LinearCrossEntropyLoss", "linear_cross_entropy"],
            "multiclass.nll": ["NLLLoss", "nll_loss"],
            "ranking.listnet": ["ListNetLoss", "listnet_loss"],
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
            "segmentation.generalized_dice": ["GeneralizedDiceLoss", "generalized_dice_loss"],
            "sequence.ctc": ["CTCLoss", "ctc_loss"],
        },
    )

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "BarronLoss",
    "CTCLoss",
    "CauchyLoss",
    "CharbonnierLoss",
    "CrossEntropyLoss",
    "DiceCELoss",
    "DiceLoss",
    "FocalLoss",
    "GaussianNLLLoss",
    "GemanMcClureLoss",
    "GeneralizedBoxIoULoss",
    "GeneralizedDiceLoss",
    "HingeLoss",
    "HuberLoss",
    "L1Loss",
    "L2Loss",
    "LabelSmoothingLoss",
    "LinearCrossEntropyLoss",
    "ListNetLoss",
    "LogCoshLoss",
    "MAPELoss",
    "MSELoss",
    "MSLELoss",
    "MultiBoxLoss",
    "NLLLoss",
    "NTXentLoss",
    "PoissonNLLLoss",
    "QuantileLoss",
    "SSDLoss",
    "SigmoidFocalLoss",
    "SmoothL1Loss",
    "WelschLoss",
    "WingLoss",
    "barron_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "box_iou",
    "cauchy_loss",
    "charbonnier_loss",
    "cross_entropy",
    "ctc_loss",
    "decode_boxes",
    "dice_ce_loss",
    "dice_loss",
    "encode_boxes",
    "focal_loss",
    "gaussian_nll_loss",
    "geman_mcclure_loss",
    "generalized_box_iou_loss",
    "generalized_dice_loss",
    "hard_negative_mask",
    "hinge_loss",
    "huber_loss",
    "l1_loss",
    "l2_loss",
    "label_smoothing_loss",
    "linear_cross_entropy",
    "listnet_loss",
    "log_cosh_loss",
    "mape_loss",
    "match_boxes",
    "mse_loss",
    "msle_loss",
    "multibox_loss",
    "nll_loss",
    "ntxent_loss",
    "poisson_nll_loss",
    "quantile_loss",
    "sigmoid_focal_loss",
    "smooth_l1_loss",
    "smooth_labels",
    "squared_error",
    "ssd_loss",
    "welsch_loss",
    "wing_loss",
]
