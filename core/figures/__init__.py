"""Numbers in, figure out: scenes for the live figures of the browser, and Plotly figures as plain dicts.

Rule: a figure derives nothing. It is given programs, points and words, and knows only how they look.
"""
