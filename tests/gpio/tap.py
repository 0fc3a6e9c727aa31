# SPDX-License-Identifier: MIT
"""Results as TAP; a plan is the host's to print, over all guests."""
import sys


class Tap:
    def __init__(self):
        self.failed = 0
        self.number = 0

    def check(self, name, good, *why):
        self.number += 1
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}",
              flush=True)
        if not good:
            self.failed += 1
            for line in why:
                print(f"# {line}", flush=True)

    def equal(self, name, got, wanted):
        self.check(name, got == wanted, f"got    {got!r}", f"wanted {wanted!r}")

    def end(self):
        sys.exit(1 if self.failed else 0)
