"""Right and wrong use of the public API, for type checkers: a line that they must refuse ends with
the code that mypy has for its error.
"""

from typing import assert_type

import jax
import jax.numpy as jnp
import numpy as np
import torch

import array_losses as al
from array_losses.sums import ComposedSums

x, ids = np.zeros((2, 3), np.float32), np.zeros(2, np.int64)
tensor, tensor_ids = torch.zeros(2, 3), torch.zeros(2, dtype=torch.int64)
array, array_ids = jnp.zeros((2, 3)), jnp.zeros(2, int)

# --- arrays: what comes in comes out, beside host data --------------------------------------------------------------

assert_type(al.mse_loss(tensor, x), torch.Tensor)
assert_type(al.cross_entropy(tensor, tensor_ids, label_smoothing=0.1), torch.Tensor)
assert_type(al.cross_entropy(array, array_ids), jax.Array)
assert_type(al.cross_entropy(array, [0, 1], where=np.ones(2, bool), sample_weight=(1.0, 0.5)), jax.Array)
al.cross_entropy(x, ids, normalizer=1000).item()
al.cross_entropy(x, ids, [1.0, 2.0, 0.5], sample_weight=1, normalizer=np.float32(2))
al.dice_loss(np.zeros((2, 3, 4)), [[0, 1, 1, 2], [0, 0, 0, 0]]).item()
assert_type(al.cross_entropy(input=tensor, target=ids), torch.Tensor)
rows: list[list[float]] = [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]
al.mse_loss(tensor, rows)
assert_type(al.mse_loss(tensor, x, reduction="none"), torch.Tensor)
assert_type(al.mse_loss(tensor, x, reduction="sums"), al.Sums)
assert_type(al.cross_entropy(array, ids, None, ignore_index=0, reduction="sums").zeros(), al.Sums)
assert_type(al.kl_div(tensor, x, reduction="batchmean"), torch.Tensor)
al.dice_ce_loss(torch.zeros(2, 3, 4), torch.zeros(2, 4, dtype=torch.int64), reduction="sums").loss("sum")

assert_type(al.linear_log_probs(tensor, tensor, tensor_ids), torch.Tensor)
assert_type(al.linear_log_probs(array, array, [0, 1], entropy=True), tuple[jax.Array, jax.Array])

al.mse_loss("x", x)  # error: call-overload
al.mse_loss(x, "x")  # error: call-overload
al.mse_loss(x, ["x"])  # error: list-item
al.mse_loss([1.0], x)  # error: call-overload
al.mse_loss(tensor, None)  # error: call-overload
al.mse_loss(tensor)  # error: call-overload
al.mse_loss(x, x, reduction="avg")  # error: call-overload
al.mse_loss(x, x, sample_weigth=1)  # error: call-overload
al.mse_loss(x, x, reduction="sums").item()  # error: attr-defined
al.huber_loss(x, x, delta="1")  # error: call-overload
al.box_iou(tensor, "boxes")  # error: arg-type
al.linear_log_probs(x, x, ids, reduction="mean")  # error: call-overload

al.grad(al.mse_loss)(x, x).tolist()
assert_type(al.diagnose(al.mse_loss, tensor, tensor), al.Diagnosis)
al.value_and_grad(lambda w: np.mean(w**2))(x)
al.compile(al.MSELoss() + al.L1Loss())(x, x)
al.hessian_diagonal(al.MSELoss(reduction="sum"))(x, x)
al.grad("x")  # error: call-overload
boxes = np.zeros((1, 2, 4))
total, parts = al.with_parts(al.ssd_loss)(boxes, np.zeros((1, 2, 3)), boxes, [[1, 0]])
parts["classification"].item()
al.with_parts("ssd_loss")  # error: arg-type

# --- objects --------------------------------------------------------------------------------------------------------

loss = al.CrossEntropyLoss([1.0, 2.0, 0.5], label_smoothing=0.1, reduction="sum")
losses: list[al.Loss] = [loss, loss.replace(label_smoothing=0.2), al.MSELoss()]
classes: list[type[al.Loss]] = [al.CrossEntropyLoss, al.SSDLoss, al.MultiBoxLoss, al.LinearCrossEntropyLoss]
assert_type(loss.replace(label_smoothing=0.2)(tensor, ids), torch.Tensor)
assert_type(loss(tensor, tensor_ids), torch.Tensor)
assert_type(loss(array, [0, 1], where=[True, False], ignore_index=1), jax.Array)
assert_type(loss(tensor, ids, reduction="sums"), al.Sums)
for each in losses[2:]:
    assert_type(each(x, x, reduction="sums"), al.Sums | ComposedSums)
assert_type(al.DiceCELoss(lambda_ce=0.5)(tensor, tensor_ids % 3, reduction="sums"), ComposedSums)
assert_type(al.DiceFocalLoss().replace(gamma=1)(tensor, ids, reduction="sums"), ComposedSums)
assert_type(al.UnifiedFocalLoss()(tensor[:, :2], tensor_ids), torch.Tensor)
loss(input=tensor, target=ids).item()
mixed = 0.7 * al.DiceLoss(smooth_nr=1.0) + 0.3 * loss
assert_type(mixed(tensor, ids), torch.Tensor)
mixed(tensor, ids, reduction="sums").loss()
assert isinstance(loss, al.CrossEntropyLoss)
name: str = al.CrossEntropyLoss.__name__

al.CrossEntropyLoss(label_smothing=0.1)  # error: call-arg
al.CrossEntropyLoss(label_smoothing="0.1")  # error: arg-type
al.CrossEntropyLoss("weight")  # error: arg-type
loss.replace(label_smothing=0.2)  # error: call-arg
al.MSELoss(reduction="avg")  # error: arg-type
al.MSELoss(x)  # error: call-arg
al.SSDLoss(1.0)  # error: call-arg
loss("x", ids)  # error: call-overload
loss(tensor, "x")  # error: call-overload
loss([[0.5, 1.0]], ids)  # error: call-overload
mixed(tensor, "x")  # error: call-overload
al.UnifiedFocalLoss()(x, ids, reduction="sums").totals()  # error: attr-defined
