# Hashes the same pixels as `sagip bench hashing` with the C++ reference's Python binding, and the
# same JPEG files with threatexchange. Told "prepare WIDTH HEIGHT COUNT", then "hash" and "files".
import io, json, pathlib, sys, time
import numpy, pdqhash
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

folder, images, files = pathlib.Path(sys.argv[1]), [], []

def timed(work, things):
    answers, seconds = [], []
    for thing in things:
        began = time.thread_time()
        answer = work(thing)
        seconds.append(time.thread_time() - began)
        answers.append(answer)
    return answers, seconds

def bits(answer):
    vector, quality = answer
    return [numpy.packbits(vector).tobytes().hex(), int(quality)]

for line in sys.stdin:
    word, *rest = line.split()
    if word == "prepare":
        width, height, count = map(int, rest)
        images, files = [], []
        for number in range(count):
            raw = (folder / f"{width}x{height}-{number}.rgb").read_bytes()
            pixels = numpy.frombuffer(raw, numpy.uint8).reshape(height, width, 3)
            images.append(pixels)
            path = folder / f"{width}x{height}-{number}.jpg"
            Image.fromarray(pixels).save(path, quality=90)
            files.append(path.read_bytes())
        print(json.dumps(count), flush=True)
    elif word == "hash":
        answers, seconds = timed(pdqhash.compute, images)
        print(json.dumps({"hashes": [bits(answer) for answer in answers], "seconds": seconds}), flush=True)
    elif word == "dihedral":
        answers = [pdqhash.compute_dihedral(pixels) for pixels in images]
        print(json.dumps([[numpy.packbits(v).tobytes().hex() for v in vs] for vs, _ in answers]), flush=True)
    elif word == "files":
        answers, seconds = timed(pdq_from_bytes, files)
        print(json.dumps({"hashes": [[h, int(q)] for h, q in answers], "seconds": seconds}), flush=True)
