"""Sharded JAX arrays, samples and classes, on explicit and automatic meshes of four devices."""

import os
import subprocess
import sys

SCRIPT = """
import jax, jax.numpy as jnp, numpy as np
import array_losses as al
from jax.sharding import AxisType, NamedSharding, PartitionSpec as P

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 4, 6)).astype(np.float32), rng.integers(0, 4, (8, 6)).astype(np.int32)
q = np.moveaxis(rng.dirichlet(np.ones(4), (8, 6)), -1, 1).astype(np.float32)
weights = [1.0, 2.0, 3.0, 4.0]
CALLS = {
    "cross_entropy": (al.cross_entropy, y), "focal": (al.FocalLoss(alpha=weights), y), "nll": (al.nll_loss, y),
    "label smoothing": (al.CrossEntropyLoss(weights, label_smoothing=0.1), y), "soft": (al.cross_entropy, q),
    "ignored": (al.CrossEntropyLoss(ignore_index=2), y), "dice": (al.DiceLoss(weight=weights), y),
    "pooled dice": (al.DiceLoss(batch=True), y), "mse": (al.mse_loss, q), "logits": (al.BCEWithLogitsLoss(), q),
}
for kind in (AxisType.Explicit, AxisType.Auto):
    mesh = jax.make_mesh((2, 2), ("b", "c"), axis_types=(kind, kind))
    explicit = kind == AxisType.Explicit
    for spec in (P("b", "c", None), P("b", None, None), P(None, "c", None)) if explicit else (P("b", "c", None),):
        with jax.set_mesh(mesh):
            X = jax.device_put(x, NamedSharding(mesh, spec))
            for name, (loss, target) in CALLS.items():
                if spec != P("b", "c", None) and name not in ("cross_entropy", "label smoothing", "dice"):
                    continue
                own = spec if target.ndim == 3 else P(spec[0], None)
                Y = jax.device_put(target, NamedSharding(mesh, own))
                plain = jnp.asarray(x), jnp.asarray(target)
                value, slope = jax.jit(jax.value_and_grad(loss))(X, Y)
                np.testing.assert_allclose(value, loss(*plain), rtol=1e-5, err_msg=f"{name} {spec}")
                np.testing.assert_allclose(slope, jax.grad(loss)(*plain), rtol=1e-4, atol=1e-7, err_msg=name)
                if explicit and name in ("cross_entropy", "dice"):
                    np.testing.assert_allclose(loss(X, Y), loss(*plain), rtol=1e-5, err_msg=f"{name}, eager")
print("checked")
"""


def test_sharded_samples_and_classes():
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "checked\n", done.stderr[-2000:]
