"""The product with another reminder mail: all of it by links, but for two templates."""

from pathlib import Path

from bench.paths import LETTERS, ROOT

REPLACED = ("reminder.txt", "reminder.html")


def product_tree(folder: Path, letter: str) -> Path:
    """`letter`: small, the mail of about 2 kB in bench/letters; product, the product's own."""
    if letter == "product":
        return ROOT
    tree = folder / "product"
    link(ROOT / "celery_worker.py", tree)
    for path in sorted((ROOT / "reminder_app").iterdir()):
        if path.name not in ("templates", "__pycache__"):
            link(path, tree / "reminder_app")
    for path in sorted((ROOT / "reminder_app" / "templates").iterdir()):
        if path.name != "mail":
            link(path, tree / "reminder_app" / "templates")
    for path in sorted((ROOT / "reminder_app" / "templates" / "mail").iterdir()):
        source = LETTERS if path.name in REPLACED else path.parent
        link(source / path.name, tree / "reminder_app" / "templates" / "mail")
    return tree


def link(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).symlink_to(path)
