"""The book on paper: one PDF of the whole, and one of each chapter.

`contents` says what is where in the book, `document` makes one page of HTML from the built pages,
`printing` has Chromium print it, and `finish` adds what a browser cannot know.
"""
