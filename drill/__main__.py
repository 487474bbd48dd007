import sys

from drill.command import main
from drill.options import read

sys.exit(main(read(sys.argv[1:])))
