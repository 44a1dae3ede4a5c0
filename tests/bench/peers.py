"""Asks one peer for one figure, and prints what it was and, after a tab, the seconds that it took.

Reading the labels and importing the library do not count.
"""
import json
import sys
import time

peer, path = sys.argv[1:]
units = {}
with open(path) as file:
    for record in json.load(file):
        units.setdefault(record["unit"], []).append(record)
one, other = ([pair[coder]["severity"] for pair in units.values()] for coder in (0, 1))

if peer == "sklearn":
    from sklearn.metrics import cohen_kappa_score

    what, run = "scikit-learn, kappa", lambda: cohen_kappa_score(one, other)
elif peer == "irrCAC":
    import pandas
    from irrCAC.raw import CAC

    table = pandas.DataFrame({"one": one, "other": other})
    what, run = "irrCAC, AC1", lambda: CAC(table).gwet()
elif peer == "krippendorff":
    import krippendorff
    import numpy

    codes = sorted(set(one) | set(other))
    numbers = numpy.array([[codes.index(code) for code in row] for row in (one, other)], dtype=float)
    what, run = "krippendorff, alpha", lambda: krippendorff.alpha(numbers, level_of_measurement="nominal")
else:
    from nltk.metrics import masi_distance
    from nltk.metrics.agreement import AnnotationTask

    rows = [
        (record["coder"], unit, frozenset(record["symptom"])) for unit, pair in units.items() for record in pair
    ]
    what, run = "nltk, alpha with MASI", lambda: AnnotationTask(rows, distance=masi_distance).alpha()

started = time.perf_counter()
run()
print(f"{what}\t{time.perf_counter() - started}")
