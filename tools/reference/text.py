"""Texts as other libraries see them: scikit-learn's TF-IDF and t-SNE, NLTK's and sacrebleu's BLEU, and a tokenizer trained by Hugging Face's own program.

Usage: python3 tools/reference/text.py tfidf    (Python with scikit-learn)
       python3 tools/reference/text.py others   (Python with nltk and tokenizers)
       python3 tools/reference/text.py sacrebleu   (Python with sacrebleu)
       python3 tools/reference/text.py tsne   (Python with scikit-learn)
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PATH = ROOT / "test/reference/text.json"
DOCUMENTS = [
    "the cat sat on the mat".split(),
    "the dog sat on the log and the dog slept".split(),
    "a cat and a dog are animals".split(),
    "animals sleep".split(),
]
FURTHER = ["the cat and the unicorn sleep".split(), "nothing known".split()]
TRANSLATIONS = [
    ("the cat is on the mat".split(), ["the cat sat on the mat".split(), "there is a cat on the mat".split()]),
    ("it is a guide to action which ensures that the army always obeys".split(), ["it is a guide to action that ensures that the army will forever heed".split()]),
    ("short one here now".split(), ["a short one is here right now".split()]),
]
TEXT = "low lower lowest new newer newest wide wider widest the lower the newer the wider is what is newest"
SAMPLES = ["the lowest is new", "wider than new", "Unknown wörds!", "  spaces   between  "]


def tfidf():
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = {}
    for name, options in {"plain": {}, "sublinear": {"sublinear_tf": True}, "cut": {"min_df": 2, "max_df": 0.5}}.items():
        model = TfidfVectorizer(analyzer=lambda tokens: tokens, **options)
        rows = model.fit_transform(DOCUMENTS).toarray()
        made[name] = {
            "words": model.get_feature_names_out().tolist(),
            "rows": rows.tolist(),
            "further": model.transform(FURTHER).toarray().tolist(),
        }
    return {"documents": DOCUMENTS, "further": FURTHER, "tfidf": made}


def others():
    from nltk.translate.bleu_score import corpus_bleu
    from tokenizers import Tokenizer, models, pre_tokenizers, decoders, trainers, processors

    answers = [answer for answer, _ in TRANSLATIONS]
    references = [references for _, references in TRANSLATIONS]
    weights = {n: tuple([1 / n] * n) for n in (1, 2, 3, 4)}
    bleu = {n: corpus_bleu(references, answers, weights=weights[n]) for n in weights}

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([TEXT], trainers.BpeTrainer(vocab_size=300, special_tokens=["<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    start, end = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", start), ("</s>", end)])
    tokenizer.save(str(ROOT / "test/reference/files/tokenizer.json"))
    samples = []
    for text in SAMPLES:
        found = tokenizer.encode(text)
        samples.append({"text": text, "ids": found.ids, "tokens": found.tokens, "decoded": tokenizer.decode(found.ids)})
    return {"bleu": {"answers": answers, "references": references, "scores": bleu}, "tokenizer": samples}


def sacrebleu():
    from itertools import zip_longest

    from sacrebleu.metrics import BLEU

    answers = [" ".join(answer) for answer, _ in TRANSLATIONS]
    references = [[" ".join(one) for one in each] for _, each in TRANSLATIONS]
    # sacrebleu wants all first references, then all second ones, and so on; in hundredths, and smoothed unless told otherwise.
    streams = [list(stream) for stream in zip_longest(*references)]
    score = lambda n: BLEU(tokenize="none", smooth_method="none", max_ngram_order=n).corpus_score(answers, streams).score / 100
    return {"sacrebleu": {n: score(n) for n in (1, 2, 3, 4)}}


def tsne():
    """The chances of t-SNE, and how far its map of the iris flowers is from them."""
    import numpy as np
    from scipy.spatial.distance import squareform
    from sklearn.datasets import load_iris
    from sklearn.manifold import TSNE, _t_sne
    from sklearn.metrics import pairwise_distances

    vectors = np.random.default_rng(0).normal(size=(12, 3)).astype(np.float32)
    squares = pairwise_distances(vectors.astype(np.float64), squared=True)
    chances = {p: squareform(_t_sne._joint_probabilities(squares, p, 0)).tolist() for p in (2, 5)}
    flowers = load_iris().data
    settings = {"perplexity": 30, "method": "exact", "init": "random", "learning_rate": "auto", "n_iter": 500}
    divergences = [TSNE(random_state=seed, **settings).fit(flowers).kl_divergence_ for seed in range(5)]
    return {"tsne": {"vectors": vectors.tolist(), "chances": chances, "iris": divergences}}


made = json.loads(PATH.read_text()) if PATH.exists() else {}
made.update({"tfidf": tfidf, "others": others, "sacrebleu": sacrebleu, "tsne": tsne}[sys.argv[1]]())
PATH.write_text(json.dumps(made, ensure_ascii=False) + "\n")
