fetch('../_downloads/values.csv')
