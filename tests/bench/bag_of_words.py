"""Two detectors of pushback to compare with: a list of keywords, and a bag of words fitted to judged turns.

    pip install scikit-learn
    python3 tests/bench/bag_of_words.py JUDGED.jsonl

prints the columns of `pushback detect --fit JUDGED.jsonl`, for the same turns, each repository scored by a model that was
fitted without it. The bag of words is what a few lines of scikit-learn give: words of the turn, there or not, and a
logistic regression.
"""

import json
import sys

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import GroupKFold

KEYWORDS = (
    "no, nope wrong incorrect broken error bug issue fail failed again still instead revert undo stop don't "
    "not_working doesn't_work does_not_work didn't_work why_did_you that's_not not_what fix"
).split()


def turns(path):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if not row["text"].startswith("[Request interrupted by user")]
    texts = [row["text"] for row in rows]
    pushback = np.array([row["pushback"] for row in rows])
    groups = [row.get("repository") or row["file"].split("/")[1] for row in rows]
    return texts, pushback, groups


def held_out(texts, pushback, groups):
    """Gives the chance of each turn by a model that was fitted on other repositories."""
    words = CountVectorizer(binary=True, min_df=2)
    chances = np.zeros(len(texts))
    parts = GroupKFold(n_splits=min(10, len(set(groups))))
    for fitted, held in parts.split(texts, pushback, groups):
        seen = words.fit_transform([texts[at] for at in fitted])
        model = LogisticRegression(C=0.3, max_iter=2000).fit(seen, pushback[fitted])
        chances[held] = model.predict_proba(words.transform([texts[at] for at in held]))[:, 1]
    return chances


def calibration_error(pushback, chances):
    bins = np.minimum((chances * 10).astype(int), 9)
    gaps = [abs(chances[bins == own].sum() - pushback[bins == own].sum()) for own in range(10)]
    return sum(gaps) / len(pushback)


def row(name, pushback, scores):
    precision, recall, _ = precision_recall_curve(pushback, scores)
    at = [precision[recall >= share].max() for share in (0.80, 0.90, 0.95)]
    best = (2 * precision * recall / np.maximum(precision + recall, 1e-12)).max()
    figures = [average_precision_score(pushback, scores), *at, best, calibration_error(pushback, scores)]
    print(f"{name:<31}", "  ".join(f"{figure:.3f}" for figure in figures))


def main():
    texts, pushback, groups = turns(sys.argv[1])
    words = [word.replace("_", " ") for word in KEYWORDS]
    marked = np.array([any(word in text.lower() for word in words) for text in texts])
    print(f"{len(texts)} turns, {pushback.sum()} push back")
    print("                                average precision, precision at recall .80 .90 .95, best F1, calibration error")
    print(f"a list of keywords: precision {pushback[marked].mean():.3f} at recall {marked[pushback].mean():.3f}")
    row("a bag of words (scikit-learn)", pushback, held_out(texts, pushback, groups))


if __name__ == "__main__":
    main()
