"""For the environment that has pyCANON: tables as JSON in, their k, l and t as JSON out."""

import json
import sys

if __name__ == "__main__":
    import pandas
    from pycanon.anonymity import k_anonymity, l_diversity, t_closeness

    told = []
    for table in json.load(sys.stdin):
        frame = pandas.DataFrame(table["rows"], columns=table["names"])
        quasi, sensitive = table["names"][:-1], table["names"][-1:]
        told.append(
            [
                int(k_anonymity(frame, quasi)),
                int(l_diversity(frame, quasi, sensitive)),
                float(t_closeness(frame, quasi, sensitive)),
            ]
        )
    json.dump(told, sys.stdout)
