"""What leaves the repository: files to take away, the wheel, releases, archives and deposits."""
