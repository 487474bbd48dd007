from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "bench"
LETTERS = ROOT / "bench" / "letters"
# The peers' own environment: Django and the product need not agree on versions.
PEERS_VENV = CACHE / "venv"
PEERS_PYTHON = PEERS_VENV / "bin" / "python"
POSTFIX = CACHE / "postfix"
