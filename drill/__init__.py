"""The drill: kills and spoils everything the product stands on, and then checks the books. See docs/drill.md."""
