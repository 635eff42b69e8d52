"""Labour competitions: units registered in them, evaluated before, during and after, graded, made showcases."""
