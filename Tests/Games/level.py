"""A level's own lines, for those who teach and judge: how far one could walk in each direction, and what would open.

The formats are Doom's (the Unofficial Doom Specs 1.666, chapters 4 and 8): a WAD's directory, and a level's THINGS,
LINEDEFS, SIDEDEFS, VERTEXES and SECTORS.
"""
import struct

import numpy as np

# Specials of lines that one pushes: doors that need no key, and switches and lifts. Not the exit (11 and 51).
PUSHED = {1, 31, 117, 118, 7, 9, 14, 15, 18, 20, 21, 23, 29, 41, 42, 43, 45, 49, 50, 55, 60, 61, 62, 63, 64, 65, 66, 67,
          68, 69, 70, 71, 101, 102, 103, 111, 112, 113, 114, 115, 116, 122, 123, 127, 131, 132, 138, 139, 140}
LOCKED = {26, 27, 28, 32, 33, 34, 99, 133, 134, 135, 136, 137}
STEP, BODY, EYE = 24, 56, 41  # map units: what one steps up, one's height, and one's eye above the floor


def lumps(path):
    data = path.read_bytes()
    count, at = struct.unpack_from("<ii", data, 4)
    for index in range(count):
        start, size, name = struct.unpack_from("<ii8s", data, at + 16 * index)
        yield name.rstrip(b"\0").decode("latin1"), data[start:start + size]


class Level:
    def __init__(self, path, name):
        found = list(lumps(path))
        first = [index for index, lump in enumerate(found) if lump[0] == name][0]
        parts = dict(found[first + 1:first + 11])
        self.things = [thing[:4] for thing in struct.iter_unpack("<hhHHH", parts["THINGS"])]
        vertices = np.frombuffer(parts["VERTEXES"], "<i2").reshape(-1, 2).astype(float)
        sectors = list(struct.iter_unpack("<hh8s8shHH", parts["SECTORS"]))
        sides = [side[5] for side in struct.iter_unpack("<hh8s8s8sH", parts["SIDEDEFS"])]
        lines = np.frombuffer(parts["LINEDEFS"], "<u2").reshape(-1, 7).astype(int)
        self.a, self.b = vertices[lines[:, 0]], vertices[lines[:, 1]]
        self.flags, self.special = lines[:, 2], lines[:, 3]
        # Sector of each side, -1 where there is none.
        self.front = np.array([sides[side] if side < len(sides) else -1 for side in lines[:, 5]])
        self.back = np.array([sides[side] if side < len(sides) else -1 for side in lines[:, 6]])
        self.floor = np.array([sector[0] for sector in sectors], float)
        self.ceiling = np.array([sector[1] for sector in sectors], float)

    def crossings(self, x, y, dx, dy):
        """Lines that a ray meets, nearest first: index, distance in lengths of (dx, dy), sector before and behind."""
        ex, ey = (self.b - self.a).T
        px, py = self.a[:, 0] - x, self.a[:, 1] - y
        across = dx * ey - dy * ex
        with np.errstate(divide="ignore", invalid="ignore"):
            along, share = (px * ey - py * ex) / across, (px * dy - py * dx) / across
        met = np.flatnonzero((across != 0) & (along > 1e-6) & (share >= 0) & (share <= 1))
        for line in met[np.argsort(along[met])]:
            # The right side of a line is its front.
            sides = (self.front[line], self.back[line])
            yield (line, along[line], *(sides if across[line] < 0 else sides[::-1]))

    def sector(self, x, y):
        return next((before for _, _, before, _ in self.crossings(x, y, 1.0, 0.0003)), -1)

    def look(self, x, y, z, dx, dy, reach=1200.0):
        """How far one could walk, and the nearest thing to push in sight, as (distance, whether it needs a key)."""
        way, pushed, low, high = None, None, -np.inf, np.inf
        for line, distance, before, behind in self.crossings(x, y, dx, dy):
            if distance > reach or before < 0:
                break
            low = max(low, (self.floor[before] - z - EYE) / distance)
            high = min(high, (self.ceiling[before] - z - EYE) / distance)
            if low >= high:
                break
            solid = behind < 0
            step = 0 if solid else self.floor[behind] - self.floor[before]
            gap = 0 if solid else min(self.ceiling[behind], self.ceiling[before]) - max(
                self.floor[behind], self.floor[before])
            stops = solid or self.flags[line] & 1 or step > STEP or gap < BODY
            if stops and way is None:
                way = distance
            special = self.special[line]
            if pushed is None and stops and special in PUSHED | LOCKED:
                pushed = distance, special in LOCKED
            if solid or gap <= 0:
                break
        return (way or reach), pushed
