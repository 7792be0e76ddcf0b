"""The shipped weights can be trained on: the network that is built of them answers as the exported one does."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs requirements-training.txt")
pytestmark = pytest.mark.card

WEIGHTS = Path(__file__).resolve().parents[2] / "models" / "detector.onnx"


def unfolded() -> "torch.nn.Module":
    from training.resume_from_onnx import folded_weights, unfold
    from training.train_detector import HERE, start

    torch.manual_seed(1)
    model = start(str(HERE / "yolov8-ui.yaml")).model
    unfold(model, folded_weights(WEIGHTS), [torch.rand(2, 3, 128, 160) for _ in range(2)])
    return model


def test_it_answers_as_the_exported_network() -> None:
    import onnxruntime

    picture = torch.rand(1, 3, 192, 256)
    session = onnxruntime.InferenceSession(str(WEIGHTS), providers=["CPUExecutionProvider"])
    [wanted] = session.run(None, {"images": picture.numpy()})
    with torch.no_grad():
        found = unfolded().eval()(picture)[0].numpy()
    np.testing.assert_allclose(found[:, 4:], wanted[:, 4:], atol=1e-3)
    np.testing.assert_allclose(found[:, :4], wanted[:, :4], atol=0.2)


def test_its_statistics_are_those_of_what_it_saw() -> None:
    """In training the same pictures are normalised by about what the running statistics say."""
    from training.resume_from_onnx import Moments

    moments, values = Moments(), torch.randn(4, 3, 20, 20) * 2 + 5
    for part in values.split(2):
        moments.see(torch.nn.Identity(), (), part)
    torch.testing.assert_close(moments.mean(), values.mean(dim=(0, 2, 3)))
    torch.testing.assert_close(moments.variance(), values.var(dim=(0, 2, 3), correction=0))


def test_weights_of_another_network_are_refused() -> None:
    from training.resume_from_onnx import folded_weights, unfold
    from training.train_detector import HERE, start

    weights = folded_weights(WEIGHTS)
    del weights["model.4.cv1.conv.bias"]
    with pytest.raises(ValueError, match=r"another network: model\.4\.cv1\.conv\.bias"):
        unfold(start(str(HERE / "yolov8-ui.yaml")).model, weights, [])
