import sys

from bench.command import main
from bench.options import read

sys.exit(main(read(sys.argv[1:])))
