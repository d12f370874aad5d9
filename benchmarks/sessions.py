"""Two browsers with different functions, interleaved: what either saw of the other. Chromium.

python -m benchmarks.sessions [reruns of both together, default 200]
"""

import sys
from time import perf_counter

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, _executable, serve
from tests.browser.test_sessions import interleave, opened


def main(reruns: int) -> int:
    with sync_playwright() as playwright, serve() as address:
        browser = playwright.chromium.launch(executable_path=_executable(playwright), args=FLAGS)

        def open_page(path: str, base: str):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(base + path)
            return page

        first, second = (opened(open_page, address, mine) for mine in (7, 8))
        start = perf_counter()
        seen = interleave(first, second, reruns)
        print(f"{reruns} interleaved reruns in {perf_counter() - start:.0f} s: {len(seen)} foreign values")
        for line in seen[:10]:
            print("  ", line)
        browser.close()
        return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
