"""pyHanko signs each file of a list by its documented call; one line for each: CPU milliseconds."""
import io
import sys
import time

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

pkcs12, names, out, seconds = sys.argv[1:5]
signer = signers.SimpleSigner.load_pkcs12(pkcs12, passphrase=b"bench")
until = time.monotonic() + float(seconds)
for name in open(names).read().split("\n"):
    if not name:
        continue
    before = time.process_time()
    with open(name, "rb") as file:
        writer = IncrementalPdfFileWriter(io.BytesIO(file.read()))
    wish = signers.PdfSignatureMetadata(field_name="borrower")
    signed = signers.sign_pdf(writer, wish, signer=signer)
    with open(out, "wb") as file:
        file.write(signed.getbuffer())
    print(1000 * (time.process_time() - before))
    if time.monotonic() > until:
        break
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
