"""Does a retraining that is killed at random points end as an uninterrupted one does?"""
