"""Engines: where shards are scored. Each maps shards to scored ones, in any order, with a bounded number in flight."""
