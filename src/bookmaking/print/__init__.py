"""The book on paper: one PDF of the whole, and one of each chapter.

`contents` says what is where in the book, `document` makes one page of HTML from the built
pages, `printing` has Chromium print it, `finish` adds what a browser cannot know, and `faults`
reads the finished file as a reader's program does and says what is wrong with it.
"""
