import sys

from tests.start.product import ROOT

# The commands in bin/ find their modules in the same way.
sys.path.insert(0, str(ROOT / "bin" / "lib"))
