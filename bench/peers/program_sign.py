"""A program on the command line signs each file of a list; one line for each: CPU milliseconds.

The process that is started for each file is in the figure, for there is no other way to call it.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

pkcs12, names, out, seconds, program = sys.argv[1:6]
folder = os.path.dirname(pkcs12)
key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
store = tempfile.mkdtemp(dir=folder)
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def words(name):
    if program == "podofosign":
        place = ["-in", name, "-out", out, "-cert", certificate, "-pkey", key]
        return ["podofosign", *place, "-digest", "SHA256"]
    store_words = ["-add-signature", "-nssdir", store, "-nick", "bench", "-digest", "SHA256"]
    return ["pdfsig", *store_words, name, out]


if program == "pdfsig":
    made = ["certutil", "-N", "-d", f"sql:{store}", "--empty-password"]
    subprocess.run(made, check=True, **quiet)
    taken = ["pk12util", "-i", pkcs12, "-d", f"sql:{store}", "-W", "bench", "-K", ""]
    subprocess.run(taken, check=True, **quiet)
    shown = ["certutil", "-L", "-d", f"sql:{store}"]
    listed = subprocess.run(shown, capture_output=True, text=True)
    nick = listed.stdout.strip().split("\n")[-1].rsplit("  ", 1)[0].strip()
    named = ["certutil", "--rename", "-n", nick, "--new-n", "bench", "-d", f"sql:{store}"]
    subprocess.run(named, check=True, **quiet)

children = resource.RUSAGE_CHILDREN
until = time.monotonic() + float(seconds)
for name in open(names).read().split("\n"):
    if not name:
        continue
    if os.path.exists(out):
        os.remove(out)
    before = resource.getrusage(children)
    subprocess.run(words(name), check=True, **quiet)
    after = resource.getrusage(children)
    if not os.path.exists(out) or os.path.getsize(out) <= os.path.getsize(name):
        sys.exit(f"{program} has signed nothing")
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(1000 * spent)
    if time.monotonic() > until:
        break
print(f"VmHWM:\t{resource.getrusage(children).ru_maxrss} kB")
