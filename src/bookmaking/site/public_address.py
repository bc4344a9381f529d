"""The public address of the site and of its pages, once ``_config.yml`` names one."""


def address_of(config) -> str:
    """Return the address of the site with a slash at its end, or "" while it is not known."""
    return f"{config.html_baseurl.rstrip('/')}/" if config.html_baseurl else ""


def of_page(app, page: str, fragment: str = "") -> str:
    """Return the public address of a page, or of a place on it; "" while the site has none."""
    site = address_of(app.config)
    return f"{site}{app.builder.get_target_uri(page)}{fragment}" if site else ""
