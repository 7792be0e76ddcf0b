import pytest

torch = pytest.importorskip("torch", reason="blending needs torch")
pytestmark = pytest.mark.card


def test_blended_weights_lie_between_both() -> None:
    from training.blend_detector import blend

    first = {"weight": torch.zeros(3), "batches": torch.tensor(1)}
    second = {"weight": torch.full((3,), 4.0), "batches": torch.tensor(9)}
    found = blend(first, second, 0.25)
    assert found["weight"].tolist() == [1.0, 1.0, 1.0]
    assert int(found["batches"]) == 9
