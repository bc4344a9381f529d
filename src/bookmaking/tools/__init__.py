"""Commands of the workshop that make no page: links, the lock, a browser, a server."""
