import ast

from tests.architecture.tree import APP, functions, name, python_files, scripts, templates, tree

FILE_LINES = 300
FUNCTION_LINES = 40
# Not the migrations: a revision lists tables, is written once, and read by a database.
PRODUCT = ("reminder_app", "bin")


def test_files_are_small():
    files = [*python_files(*PRODUCT), *templates(), *scripts()]
    lines = {name(path): path.read_text(encoding="utf-8").count("\n") for path in files}

    assert {path: n for path, n in lines.items() if n > FILE_LINES} == {}


def test_functions_are_small():
    sizes = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files(*PRODUCT, "tests")
        for node in functions(path)
    }

    assert {place: n for place, n in sizes.items() if n > FUNCTION_LINES} == {}


def test_imports_stand_at_the_top_or_say_why_not():
    inner = [
        f"{name(path)}:{node.lineno}"
        for path in python_files("reminder_app")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "# noqa: PLC0415 - " not in path.read_text().splitlines()[node.lineno - 1]
    ]

    assert inner == []


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in python_files("reminder_app")}

    assert [name(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_packages_have_no_code_in_their_init_but_names():
    """What an __init__ does happens to everybody who imports anything below it."""
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    doing = [
        name(path)
        for path in APP.rglob("__init__.py")
        if not all(isinstance(node, allowed) for node in tree(path).body)
    ]

    assert doing == []
