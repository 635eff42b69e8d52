"""Contests and labour competitions."""
