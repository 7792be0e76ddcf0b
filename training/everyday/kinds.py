"""The kinds of everyday change: which operation makes each, on which screens, and what is done to the finished pictures."""

from dataclasses import dataclass

ANY = ("ledger", "shop", "settings", "letters", "guide", "panel")


@dataclass(frozen=True, slots=True)
class EverydayKind:
    """`operation` is a name in operations.js, `after` one in `AFTER` (`training.everyday.pixels`)."""

    category: str
    operation: str = "nothing"
    screens: tuple[str, ...] = ANY
    after: str = ""
    name: str = ""


def kind(category: str, operation: str, *screens: str, after: str = "") -> EverydayKind:
    return EverydayKind(category, operation, screens or ANY, after, operation)


def noise(category: str, after: str, *screens: str) -> EverydayKind:
    return EverydayKind(category, "nothing", screens or ANY, after, category)


KINDS = (
    kind("button_removed", "button_removed"),
    kind("button_hidden", "button_hidden"),
    kind("buttons_swapped", "buttons_swapped"),
    kind("text_greyed", "text_greyed"),
    kind("page_faded", "page_faded"),
    kind("border_hairline", "border_hairline"),
    kind("zebra", "zebra", "ledger", "letters"),
    kind("panel_colour", "panel_colour"),
    kind("state_moved", "state_radio", "shop", "settings"),
    kind("state_moved", "state_tab", "ledger"),
    kind("state_moved", "state_page", "ledger", "panel"),
    kind("state_moved", "state_nav"),
    kind("state_moved", "state_item", "letters"),
    kind("toggled", "state_switch", "settings"),
    kind("toggled", "state_check", "settings", "shop"),
    kind("disabled_control", "disabled_control", "settings", "ledger", "letters"),
    kind("hover_focus", "hover_focus"),
    kind("rows_swapped", "rows_swapped", "ledger"),
    kind("rows_swapped", "items_swapped", "letters"),
    kind("cards_swapped", "cards_swapped", "shop", "panel"),
    kind("table_sorted", "table_reversed", "ledger"),
    kind("table_sorted", "table_sorted", "ledger"),
    kind("list_reordered", "list_reordered", "letters"),
    kind("row_inserted", "row_inserted", "ledger"),
    kind("row_inserted", "item_inserted", "letters"),
    kind("row_removed", "row_removed", "ledger"),
    kind("row_removed", "item_removed", "letters"),
    kind("column_inserted", "column_inserted", "ledger"),
    kind("column_wider", "column_wider", "ledger"),
    kind("scroll_bar", "scroll_bar"),
    kind("theme_switch", "theme_switch"),
    kind("dialog_opened", "dialog_dimmed"),
    kind("dialog_opened", "dialog_lightly"),
    kind("dialog_opened", "dialog_blurred"),
    kind("menu_opened", "menu_opened", "ledger", "settings", "letters", "shop"),
    kind("toast_or_cookie_bar", "toast"),
    kind("toast_or_cookie_bar", "cookie_bar"),
    kind("banner_pushed", "banner_pushed"),
    kind("accordion_opened", "accordion_opened", "guide"),
    kind("sticky_header", "sticky_header"),
    kind("half_pixel_reflow", "half_pixel_reflow"),
    kind("badge_counter", "badge_counter", "letters"),
    kind("clock_ticks", "clock_ticks", "panel"),
    kind("price_changed", "price_changed", "shop", "panel"),
    kind("emoji_changed", "emoji_changed", "guide"),
    kind("font_weight_or_case", "capitals", "ledger", "shop", "letters"),
    kind("font_weight_or_case", "weight", "ledger", "shop", "letters"),
    kind("long_line", "long_line", "guide"),
    kind("typo", "typo", "guide"),
    kind("foreign_text", "foreign_text", "guide"),
    kind("font_fallback", "font_fallback"),
    kind("locale_switch", "locale_switch", "ledger", "letters"),
    kind("picture_swapped", "picture_swapped", "shop", "letters", "guide"),
    kind("picture_swapped", "picture_broken", "shop", "guide"),
    kind("chart_redrawn", "chart_redrawn", "panel"),
    kind("placeholder_vs_value", "placeholder_vs_value", "settings", "ledger"),
    kind("select_option_changed", "select_option_changed", "settings"),
    kind("slider_or_progress", "slider_moved", "settings"),
    kind("slider_or_progress", "progress_changed", "panel", "settings"),
    kind("text_wraps", "text_wraps", "shop", "letters", "settings"),
    kind("dots_recoloured", "dots_recoloured", "panel"),
    kind("rule_came", "rule_came"),
    kind("taller_page", "taller_page"),
    kind("moved", "moved"),
    kind("resized", "resized", "shop", "settings"),
    kind("style_changed", "button_colour"),
    kind("style_changed", "label_colour", "ledger", "shop", "letters", "settings"),
    kind("words_on_picture", "slogan_changed", "poster"),
    kind("multiple", "multiple", *ANY, "poster"),
    EverydayKind("cropped_ground", after="crop_ground", name="cropped_ground"),
    EverydayKind("cropped_content", after="crop_content", name="cropped_content"),
    EverydayKind("header_repeated", after="repeat_header", name="header_repeated"),
    kind("nc_caret", "nc_caret", "settings", "ledger", "shop"),
    kind("nc_half_pixel_line", "nc_half_pixel_line"),
    kind("nc_half_pixel_page", "nc_half_pixel_page"),
    kind("nc_bar_one_pixel", "nc_bar_one_pixel", "panel", "settings", "guide"),
    kind("nc_shadow", "nc_shadow"),
    noise("nc_jpeg_photo", "jpeg_photo", "shop", "guide"),
    noise("nc_jpeg_page", "jpeg_page"),
    noise("nc_webp_page", "webp_page"),
    noise("nc_page_pm2", "two_levels"),
    noise("nc_alpha", "alpha"),
    noise("nc_depth", "depth"),
    noise("nc_dither", "dither"),
    noise("nc_offset", "offset"),
    noise("nc_stitched", "stitched"),
)
