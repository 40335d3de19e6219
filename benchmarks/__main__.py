"""``python -m benchmarks NAME …``: every figure that the project claims, as a command on any data."""

from __future__ import annotations

import importlib
import sys

NAMES = {
    "all": "every figure that the documentation tells, each beside the documented one",
    "retrieval": "ranking quality on BEIR directories, beside BM25 and MiniLM",
    "ingest": "documents indexed per second, beside LangChain with Chroma and MiniLM",
    "intent": "intent recognition on labelled messages",
    "encoder": "ranking quality and speed of an encoder alone",
    "understanding": "follow-up rewriting, and what reading a message costs",
    "selection": "which sentence answers, beside BM25 over sentences",
    "ratings": "what customers' ratings do to the ranking, honest and hostile ones",
    "recommend": "what customers did next, beside popularity, item-kNN, EASE and implicit ALS",
    "sentiment": "sentiment on labelled messages",
    "grounding": "how many corrupted answers the fact gate stops",
    "answers": "whether a shop's questions get the right answer, and an honest refusal where it has none",
    "orders": "the order desk on tasks of the τ-bench retail layout, judged by the final database",
    "table": "previewing and loading a large table of questions, and chats meanwhile",
    "turns": "time of a whole turn, beside a search alone of LangChain with Chroma and MiniLM",
    "attack": "what a language model that obeys an attacker can bring about: leaks, links, writes, figures",
    "lint": "precision and recall of the linter on planted faults",
    "experiments": "false alarms of experiments that are looked at daily, and whether their intervals hold",
    "load": "many customers at once over HTTP: first bytes, errors, overhead, answers a second",
    "faults": "what customers notice of a language model whose server hangs, breaks off, refuses or talks nonsense",
    "crash": "the program killed without warning amid chats, changes of orders and loads: what is lost or done twice",
    "restart": "the server started anew while customers chat: who is refused or cut short, and how long they wait",
    "flood": "far more customers at once than can be answered: how soon the others are told, and how it is afterwards",
    "tour": "the pictures of the README's tour, made anew from the real pages",
    "widget": "time from the click on the widget's launcher to a chat that can be typed in, in a real browser",
    "insights": "time to read many reviews: opinions by aspect, topics, needs, changes",
    "aspects": "sentiment by aspect on public aspect sets, beside whole-review sentiment and tf-idf",
    "customers": "segments under re-runs, and probabilities of buying again, on made-up histories",
    "tags": "an owner's tags told for customers without any, beside the most frequent tag and the nearest customers",
    "propensity": "probabilities of coming back on public interactions, beside the base rate",
    "trends": "planted changes found and false alarms raised, over many made-up shops",
    "console": "what each page of the console costs at many conversations",
    "sizing": "how many servers so many conversations an hour take, from what one answer costs here",
    "soak": "whether memory, threads and descriptors stay level while the server works on",
    "start": "time from start to the first answer, and memory",
}


def main(arguments: list[str]) -> int:
    """Runs the benchmark that the first argument names with the others; its exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: python -m benchmarks NAME … [--json]\n")
        print("\n".join(f"  {name:<10} {what}" for name, what in NAMES.items()))
        return 0 if arguments else 2
    name = arguments[0]
    if name not in NAMES:
        print(f"There is no benchmark {name!r}; choose one of {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    benchmark = importlib.import_module(f"benchmarks.{name}")
    return int(benchmark.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
