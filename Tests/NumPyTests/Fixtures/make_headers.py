"""Makes `headers/`: headers as NumPy writes them, of arrays too big or too odd to commit whole, and arrays that must be refused.

    python make_headers.py

Needs nothing but NumPy (2.4 was used).
"""

from pathlib import Path

import numpy as np

folder = Path(__file__).parent / "headers"
folder.mkdir(exist_ok=True)
np.save(folder / "fortran.npy", np.asfortranarray(np.zeros((2, 3), np.float32)))
np.save(folder / "big-endian.npy", np.zeros((2, 3), ">f4"))
np.save(folder / "structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<f4")]))
np.save(folder / "integers.npy", np.zeros((2, 3), np.int64))
np.save(folder / "number.npy", np.float32(1))
np.save(folder / "three-axes.npy", np.zeros((1, 2, 3), np.float32))
np.save(folder / "bytes.npy", np.zeros((2, 3), np.int8))
for version in ((2, 0), (3, 0)):
    with open(folder / f"version-{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, np.arange(6, dtype=np.float32).reshape(2, 3), version=version)
