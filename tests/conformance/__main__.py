"""Write the page to the standard output."""

import sys

from tests.conformance.collect import proofs
from tests.conformance.not_yet import NOT_YET
from tests.conformance.page import page

if __name__ == "__main__":
    sys.stdout.write(page(proofs(), NOT_YET))
