"""Keccak-256 as Ethereum uses it: the sponge of the competition, not that of FIPS 202."""

RATE = 136
MASK = (1 << 64) - 1
ROUNDS = (
    0x0000000000000001,
    0x0000000000008082,
    0x800000000000808A,
    0x8000000080008000,
    0x000000000000808B,
    0x0000000080000001,
    0x8000000080008081,
    0x8000000000008009,
    0x000000000000008A,
    0x0000000000000088,
    0x0000000080008009,
    0x000000008000000A,
    0x000000008000808B,
    0x800000000000008B,
    0x8000000000008089,
    0x8000000000008003,
    0x8000000000008002,
    0x8000000000000080,
    0x000000000000800A,
    0x800000008000000A,
    0x8000000080008081,
    0x8000000000008080,
    0x0000000080000001,
    0x8000000080008008,
)


def keccak256(data):
    padding = RATE - len(data) % RATE
    tail = b"\x81" if padding == 1 else b"\x01" + b"\x00" * (padding - 2) + b"\x80"
    lanes = [[0] * 5 for _ in range(5)]
    padded = data + tail
    for start in range(0, len(padded), RATE):
        block = padded[start : start + RATE]
        for at in range(RATE // 8):
            lanes[at % 5][at // 5] ^= int.from_bytes(block[8 * at : 8 * at + 8], "little")
        permute(lanes)
    return b"".join(lanes[at][0].to_bytes(8, "little") for at in range(4))


def permute(lanes):
    """Keccak-f[1600]: theta, rho and pi, chi, iota, 24 times."""
    for constant in ROUNDS:
        columns = [a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] for a in lanes]
        for x in range(5):
            mixed = columns[x - 1] ^ turned(columns[(x + 1) % 5], 1)
            lanes[x] = [lane ^ mixed for lane in lanes[x]]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], turned(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5])
        lanes[0][0] ^= constant


def turned(lane, by):
    by %= 64
    return (lane << by | lane >> 64 - by) & MASK
