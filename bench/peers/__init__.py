"""What the engine is measured against. It runs in an environment of its own: see requirements.txt."""
