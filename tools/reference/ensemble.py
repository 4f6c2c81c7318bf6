"""Trees and ensembles of scikit-learn where nothing is drawn."""

import json

import numpy as np
from sklearn import datasets
from sklearn.ensemble import AdaBoostClassifier, GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from common import ROOT

SETS = {name: getattr(datasets, f"load_{name}")() for name in ("iris", "breast_cancer", "diabetes")}


def rounded(values):
    return [float(f"{v:.12g}") for v in np.asarray(values, dtype=np.float64).reshape(-1)]


def learn(model, name):
    found = SETS[name]
    # The numbers as float32 has them, in double precision: of a float32 array scikit-learn computes in single.
    x = found.data.astype(np.float32).astype(np.float64)
    return model.fit(x, found.target), x


def same(make, name, answer):
    """A model that comes out the same in whichever order features are tried: equal splits would be decided by that."""
    found = [answer(*learn(make(seed), name)) for seed in range(6)]
    assert all(np.allclose(found[0], other, atol=1e-9) for other in found), (make(0), [np.abs(found[0] - other).max() for other in found])
    return learn(make(0), name)


def probability(model, x):
    return model.predict_proba(x)


def number(model, x):
    return model.predict(x)


def main():
    made = {}
    for depth in (1, 2):
        tree, x = same(lambda seed: DecisionTreeClassifier(max_depth=depth, min_samples_leaf=25, random_state=seed), "breast_cancer", probability)
        made[f"tree{depth}"] = {"proba": rounded(tree.predict_proba(x)[:, 1]), "feature": int(tree.tree_.feature[0]),
                                "threshold": float(tree.tree_.threshold[0]), "importances": rounded(tree.feature_importances_)}
    tree, x = same(lambda seed: DecisionTreeRegressor(max_depth=4, min_samples_leaf=5, random_state=seed), "diabetes", number)
    made["regressionTree"] = {"values": rounded(tree.predict(x)), "leaves": int(tree.get_n_leaves())}
    boost, x = learn(AdaBoostClassifier(DecisionTreeClassifier(max_depth=1, random_state=0), n_estimators=20, algorithm="SAMME", random_state=0), "breast_cancer")
    made["adaBoost"] = {"classes": boost.predict(x).tolist(), "votes": rounded(boost.estimator_weights_),
                        "staged": rounded(list(boost.staged_score(x, SETS["breast_cancer"].target)))}
    boost, x = same(lambda seed: GradientBoostingClassifier(n_estimators=8, max_depth=2, min_samples_leaf=25, criterion="squared_error", random_state=seed), "breast_cancer", probability)
    made["boostTwo"] = {"proba": rounded(boost.predict_proba(x)[:, 1])}
    boost, x = same(lambda seed: GradientBoostingClassifier(n_estimators=5, max_depth=1, criterion="squared_error", random_state=seed), "iris", probability)
    made["boostThree"] = {"proba": rounded(boost.predict_proba(x))}
    boost, x = same(lambda seed: GradientBoostingRegressor(n_estimators=15, max_depth=3, min_samples_leaf=5, criterion="squared_error", random_state=seed), "diabetes", number)
    made["boostNumbers"] = {"values": rounded(boost.predict(x))}
    line, x = learn(LogisticRegression(tol=1e-12, max_iter=100000, solver="newton-cg"), "iris")
    made["logistic"] = {"proba": rounded(line.predict_proba(x))}
    (ROOT / "test/reference/ensemble.json").write_text(json.dumps(made, separators=(",", ":")) + "\n")
    print("ensemble.json:", len(made), "models")


if __name__ == "__main__":
    main()
