"""Labelled rows: a team's files and data sets of headlines, sentences or whole articles, and a document as such a row."""
