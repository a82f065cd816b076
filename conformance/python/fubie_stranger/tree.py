"""The tree of RFC 6962, its proofs as RFC 9162 section 2.1.3.2 and 2.1.4.2 check them."""

from .digests import sha256


def leaf_hash(entry, hashed=sha256):
    return hashed(b"\x00" + entry)


def node_hash(left, right, hashed=sha256):
    return hashed(b"\x01" + left + right)


def root_of(leaves, hashed=sha256):
    """Section 2.1: the largest power of two below the size goes to the left."""
    if not leaves:
        return hashed(b"")
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:left], hashed), root_of(leaves[left:], hashed), hashed)


def root_from_inclusion(index, size, leaf, path, hashed=sha256):
    """The root to which the audit path leads, or None if it has not the length it must have."""
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(step, root, hashed)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, step, hashed)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old, old_root, new, new_root, path, hashed=sha256):
    """RFC 9162 section 2.1.4.2, with the tree of size 0 as the start of every tree."""
    if old == 0:
        return not path and old_root == hashed(b"")
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first, hashed), node_hash(step, second, hashed)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step, hashed)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
