from tests.architecture import tree
from tests.architecture.suites import ON_EVERY_DATABASE, ROOT, THOROUGH


def test_what_is_sorted_by_its_name_is_there():
    """A file that is renamed would fall back to its folder's suite without a word."""
    files = [ROOT / name for name in THOROUGH if name.endswith(".py")]

    assert [path for path in [*files, *ON_EVERY_DATABASE] if not path.is_file()] == []
    assert [path.name for path in ROOT.glob("*/test_ten_thousand_rows.py")]


def test_no_test_leaves_mysql_out_by_itself():
    """Where it is missing its tests fail and say so: a green run would have looked at half."""
    asks = [
        tree.name(path)
        for path in tree.python_files("tests")
        for called, _ in tree.calls(path)
        if called.endswith(".is_installed")
    ]

    assert asks == ["tests/servers/mysql.py"]
