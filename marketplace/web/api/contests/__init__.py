"""Contests and labour competitions for programs: set up, registered for, judged, ranked, shown and certified."""
