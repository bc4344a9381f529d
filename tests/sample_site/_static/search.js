document.title = 'Search'
