"""Sharded tensors on two processes, samples and classes: values and gradients of the plain ones."""

from .processes import two_processes

SCRIPT = """
import sys, warnings
import torch, torch.distributed as dist
import array_losses as al
from torch.distributed.tensor import Replicate, Shard, distribute_tensor, init_device_mesh

warnings.simplefilter("ignore")
rank, store = int(sys.argv[1]), sys.argv[2]
dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
mesh = init_device_mesh("cpu", (2,))
torch.manual_seed(0)
z, ids, p = torch.randn(8, 6), torch.randint(0, 6, (8,)), torch.rand(8, 6)
some = ids.clone()
some[2] = -100
CALLS = (
    (al.cross_entropy, z, ids), (al.cross_entropy, z, some), (al.CrossEntropyLoss([1.0, 2, 3, 4, 5, 6]), z, ids),
    (al.CrossEntropyLoss(label_smoothing=0.1), z, ids), (al.cross_entropy, z, p.softmax(1)), (al.focal_loss, z, ids),
    (al.nll_loss, z, ids), (al.nll_loss, z, some), (al.mse_loss, z, p), (al.huber_loss, z, p),
    (al.binary_cross_entropy_with_logits, z, p), (al.binary_cross_entropy, z.sigmoid(), p),
    (al.sigmoid_focal_loss, z, p),
)
for shard in (Shard(0), Shard(1), Replicate()):
    for loss, input, target in CALLS:
        lies = shard if shard == Shard(0) or target.ndim == 2 else Replicate()
        x = distribute_tensor(input, mesh, [shard]).requires_grad_()
        y = distribute_tensor(target, mesh, [lies])
        found, leaf = loss(x, y), input.clone().requires_grad_()
        wanted = loss(leaf, target)
        torch.testing.assert_close(found.full_tensor(), wanted)
        found.backward()
        wanted.backward()
        torch.testing.assert_close(x.grad.full_tensor(), leaf.grad)
dist.destroy_process_group()
print("checked")
"""


def test_two_processes(tmp_path):
    assert two_processes(SCRIPT, tmp_path) == ["checked\n"] * 2
