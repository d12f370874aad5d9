"""Formulas in real columns: of the forms of one statement one is shown, and a wide one only where it fits."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
LONG = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
ROOMS = """() => [...document.querySelectorAll('[class*="st-key-room_"]')].map((room) => {
  const forms = [...room.querySelectorAll('[class*="_needs_"]')].filter((form) => form.parentElement.closest('[class*="st-key-room_"]') === room);
  const seen = forms.filter((form) => form.offsetParent !== null);
  const cut = seen.filter((form) => !/_needs_0_/.test(form.className))
    .flatMap((form) => [...form.querySelectorAll('.katex-display')]).filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1);
  return {name: room.className.match(/st-key-(room_\\w+)/)[1], shown: seen.length, cut: cut.length, hidden: room.offsetParent === null};
})"""


@pytest.mark.parametrize("address", ["", "jacobian", "hessian"])
def test_one_form_is_shown_and_it_fits(open_page: Open, address: str) -> None:
    page = open_page(f"/{address}?f={quote(LONG)}", width=360)
    expect(page.locator('[class*="st-key-room_"] .katex:visible').first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    for width in (360, 768, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        rooms = [room for room in page.evaluate(ROOMS) if not room["hidden"]]
        assert rooms and [(width, room) for room in rooms if room["shown"] != 1 or room["cut"]] == []


def test_a_wide_matrix_is_written_entry_by_entry_on_a_phone(open_page: Open) -> None:
    page = open_page(f"/hessian?f={quote(LONG)}", width=360)
    hessian = page.locator(".st-key-room_hessian")
    expect(hessian.get_by_text("entry by entry").first).to_be_visible(timeout=30_000)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(hessian.get_by_text("entry by entry").first).to_be_hidden()
