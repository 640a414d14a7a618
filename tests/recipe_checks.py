"""What is to be seen in the names that two scripts leave, a recipe and the same with the framework's own loss."""

import numpy as np

import array_losses as al

SMOOTH = "al.CrossEntropyLoss(label_smoothing=0.1)"


def nothing(ours, theirs):
    """No more than the scores to compare."""


def validated(ours, theirs):
    """The loss of all validation data is the mean of the losses of batches, weighed by their sizes."""
    losses = [float(each["trainer"].callback_metrics["val_loss"]) for each in (ours, theirs)]
    np.testing.assert_allclose(*losses, rtol=1e-5)
    wanted = al.cross_entropy(ours["scores"].detach(), ours["torch"].from_numpy(ours["y_new"]), label_smoothing=0.1)
    np.testing.assert_allclose(losses[0], float(wanted), rtol=1e-5)


def accumulated(ours, theirs):
    """Steps of accumulation are one of the large batch, of rows that count differently, as in a model's own loss."""
    torch, loss = ours["torch"], ours["next_token_loss"]
    start, wanted = (one_step(ours, 1, None, steps) for steps in (0, 1))
    for parts in (1, 2, 4):
        torch.testing.assert_close(one_step(ours, parts, loss), wanted, atol=1e-6, rtol=1e-5)
    assert (wanted - start).abs().max() > 1e-3

    def of_each(outputs, labels, num_items_in_batch=None):
        return loss(outputs, labels)

    means, summed = (one_step(ours, 2, of_each, scaled=scaled) - start for scaled in (False, None))
    torch.testing.assert_close(summed, 2 * means, atol=1e-6, rtol=1e-4)
    assert (means - (wanted - start)).abs().max() > 1e-3


def one_step(ours, parts, loss, steps=1, scaled=None):
    """The last layer of a language model after one step of `Trainer`, of four rows of pixels in so many parts."""
    from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

    torch = ours["torch"]
    pixels = torch.from_numpy((ours["x"][:4, 16:24] * 16).astype("int64"))
    rows = [
        {"input_ids": each, "labels": each.where(torch.arange(8) < n, -100)}
        for each, n in zip(pixels, (8, 6, 3, 2), strict=True)
    ]
    torch.manual_seed(0)
    sizes = {"vocab_size": 17, "hidden_size": 16, "intermediate_size": 16, "max_position_embeddings": 8}
    model = LlamaForCausalLM(LlamaConfig(**sizes, num_hidden_layers=1, num_attention_heads=2))
    words = {"per_device_train_batch_size": 4 // parts, "gradient_accumulation_steps": parts, "max_grad_norm": 0}
    words |= {"max_steps": 1, "learning_rate": 1.0, "optim": "sgd", "use_cpu": True}
    words |= {"save_strategy": "no", "report_to": "none", "disable_tqdm": True}
    trainer = Trainer(model, TrainingArguments("rows", **words), train_dataset=rows, compute_loss_func=loss)
    trainer.loss_is_scaled_for_ga = scaled
    if steps:
        trainer.train()
    return model.lm_head.weight.detach().clone()


def searched(ours, theirs):
    """The grid's candidates are the losses; what it trained with is the better one, and is a module's parameter."""
    results = ours["search"].cv_results_
    assert [each["criterion__loss"] for each in results["params"]] == ours["losses"]
    assert ours["search"].best_params_ == {"criterion__loss": ours["losses"][np.argmax(results["mean_test_score"])]}
    assert ours["search"].best_estimator_.criterion_.loss == ours["search"].best_params_["criterion__loss"]
    assert len(set(results["mean_test_score"])) == 2
    np.testing.assert_allclose(ours["scores"].sum(axis=1), 1, rtol=1e-5)


def curves(ours, theirs):
    np.testing.assert_allclose(ours["curve"], theirs["curve"], rtol=1e-4)
    assert ours["curve"][-1] < 0.5 * ours["curve"][0]


def summed(ours, theirs):
    curves(ours, theirs)
    np.testing.assert_allclose(ours["whole"], theirs["whole"], rtol=1e-5)
    compiled = ours["step"]._cache_size()
    ours["step"](eval(SMOOTH, ours), *(ours[name] for name in ("parameters", "state", "x", "y")))
    assert ours["step"]._cache_size() == compiled == 1


def drawn(ours, theirs):
    """The pixels of both, nearer to the digits than their means are."""
    np.testing.assert_allclose(ours["pixels"], theirs["pixels"], atol=1e-5)
    wanted, means = ours["x_new"][:, 24:32], ours["x"][:, 24:32].mean(axis=0)
    assert np.mean((ours["pixels"] - wanted) ** 2) < 0.6 * np.mean((means - wanted) ** 2)
