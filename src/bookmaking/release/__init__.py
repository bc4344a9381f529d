"""What leaves the repository: releases, and files to take away."""
