"""Pages that never existed, endlessly varied and the same for the same seed."""

from training.pages.site import Page, make_dense_page, make_desktop_page, make_page

__all__ = ["Page", "make_dense_page", "make_desktop_page", "make_page"]
