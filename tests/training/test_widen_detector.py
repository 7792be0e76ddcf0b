import pytest

torch = pytest.importorskip("torch", reason="widening needs torch")
pytestmark = pytest.mark.card


def test_a_widened_detector_answers_as_the_narrow_one_did() -> None:
    from training.train_detector import HERE, start
    from training.widen_detector import widen

    torch.manual_seed(1)
    narrow, wide = (start(str(HERE / name)).model for name in ("yolov8-ui-narrow.yaml", "yolov8-ui.yaml"))
    for buffer in narrow.buffers():
        if buffer.dtype == torch.float32 and buffer.ndim == 1:
            buffer.uniform_(0.5, 1.5)
    wide.load_state_dict(widen(narrow.state_dict(), wide.state_dict(), torch.Generator().manual_seed(2)))
    picture = torch.rand(1, 3, 96, 128)
    with torch.no_grad():
        [before, after] = (model.eval()(picture)[0] for model in (narrow, wide))
    assert wide.model[0].conv.weight.shape[0] == 2 * narrow.model[0].conv.weight.shape[0]
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-3)


def test_copies_do_not_stay_alike() -> None:
    from training.widen_detector import widened

    result = widened(torch.ones(2, 2, 1, 1), torch.Size((4, 4, 1, 1)), torch.Generator().manual_seed(3))
    assert not torch.equal(result[0], result[1])
    torch.testing.assert_close(result.reshape(4, 2, 2).sum(dim=2), torch.ones(4, 2))
