from collections.abc import Iterator

import pytest

from tests.faults.product import Product, running


@pytest.fixture
def product(tmp_path) -> Iterator[Product]:
    """Real servers, and an application on them; parts are started by the test."""
    with running(tmp_path) as product:
        yield product
