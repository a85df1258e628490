#!/usr/bin/python3
"""The greatest total by scipy's HiGHS, from a DIMACS minimum-cost flow file (reading is not counted)."""
import sys
import time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

tail, head, cap, cost, supply = [], [], [], [], {}
for line in open(sys.argv[1]):
    w = line.split()
    if w[0] == "p":
        nodes = int(w[2])
    elif w[0] == "n":
        supply[int(w[1]) - 1] = int(w[2])
    else:
        tail.append(int(w[1]) - 1), head.append(int(w[2]) - 1), cap.append(int(w[4])), cost.append(int(w[5]))
m = len(cost)
start = time.perf_counter()
arcs = np.arange(m)
matrix = coo_matrix((np.r_[np.ones(m), -np.ones(m)], (np.r_[tail, head], np.r_[arcs, arcs])), shape=(nodes, m)).tocsr()
b = np.zeros(nodes)
for v, s in supply.items():
    b[v] = s
r = linprog(cost, A_eq=matrix, b_eq=b, bounds=np.c_[np.zeros(m), cap], method="highs")
print(f"{'scipy linprog (HiGHS)':28} {time.perf_counter() - start:8.3f} s   total {round(-r.fun)}")
