import pytest

from handlers.language.sizes import find_sizes, join
from handlers.language.spans import best_cover


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1米8乘2米4", {"width_mm": 1800, "height_mm": 2400}),
        ("一米八乘两米四", {"width_mm": 1800, "height_mm": 2400}),
        ("两米半乘三米", {"width_mm": 2500, "height_mm": 3000}),
        ("1800*2400", {"width_mm": 1800, "height_mm": 2400}),
        ("180cm×240cm", {"width_mm": 1800, "height_mm": 2400}),
        ("1.8*2.4", {"width_mm": 1800, "height_mm": 2400}),
        ("高2400乘宽1800", {"width_mm": 1800, "height_mm": 2400}),
        ("宽1800mm高2400mm", {"width_mm": 1800, "height_mm": 2400}),
        ("高2米2", {"height_mm": 2200}),
        ("宽1米85", {"width_mm": 1850}),
    ],
)
def test_reads_millimetres(text, size):
    assert join(span.value for span in best_cover(find_sizes(text))) == size


@pytest.mark.parametrize(
    "text", ["6205*3", "FM20*3", "气缸x2", "M12*80", "1800x2400x120", "高200度", "价格高3000元", "5米油管"]
)
def test_is_no_size(text):
    assert list(find_sizes(text)) == []
