# Searches the same hashes as `sagip bench matching` with faiss, as hasher-matcher-actioner sets it up:
# a multi-index hash of 16 bands of 16 bits with one bit flipped, read back as its server does, one
# thread. Told "build N", then "query COUNT RADIUS", "flat COUNT RADIUS".
import json, pathlib, sys, time
import faiss, numpy

faiss.omp_set_num_threads(1)
folder, index = pathlib.Path(sys.argv[1]), None

def load(name):
    return numpy.fromfile(folder / name, numpy.uint8).reshape(-1, 32)

def search(index, count, radius):
    queries = load("queries")[:count]
    began = time.process_time()
    # faiss counts what is nearer than the radius.
    limits, distances, ids = index.range_search(queries, radius + 1)
    seconds = time.process_time() - began
    return {"seconds": seconds, "matches": int(limits[-1])}

for line in sys.stdin:
    word, *numbers = line.split()
    numbers = [int(number) for number in numbers]
    if word == "build":
        began = time.process_time()
        built = faiss.IndexBinaryMultiHash(256, 16, 16)
        built.nflip = 1
        built.add(load("hashes"))
        answer = {"build_seconds": time.process_time() - began}
        faiss.write_index_binary(built, str(folder / "faiss"))
        del built
        index = faiss.read_index_binary(str(folder / "faiss"))
        (folder / "faiss").unlink()
    elif word == "query":
        answer = search(index, *numbers)
    elif word == "flat":
        flat = faiss.IndexBinaryFlat(256)
        flat.add(load("hashes"))
        answer = search(flat, *numbers)
    print(json.dumps(answer), flush=True)
