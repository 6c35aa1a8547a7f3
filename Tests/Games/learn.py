#!/usr/bin/env python3
"""Teaches the network that says what is in a picture of Freedoom: enemies, what opens, and how far one can walk.

    Tests/Games/learn.py            pictures of all levels but those of the judge, then the weights: half an hour

ViZDoom puts the player anywhere in a level; its labels say where monsters are, and the level's own lines say the rest.
Each picture is looked at in 40 columns. Levels E1M1 to E1M5, which the judge plays, are never seen; E2M1, E3M1, E4M1,
MAP07 and MAP20 are kept for the figures that are printed. Writes `assets/games/doom-recogniser.weights`.
"""
import argparse
import base64
import json
import math
import multiprocessing
import pathlib
import random
import subprocess
import sys

from freedoom import HOME, ROOT, inside_venv, new_game, truth, wad

if __name__ == "__main__":
    inside_venv()  # What follows needs numpy.

from level import BODY, PUSHED, Level

OUT = ROOT / "assets" / "games" / "doom-recogniser.weights"
JUDGED = [f"E1M{number}" for number in range(1, 6)]
KEPT = ["E2M1", "E3M1", "E4M1", "MAP07", "MAP20"]
LEVELS = [f"E{episode}M{number}" for episode in range(1, 5) for number in range(1, 10)]
LEVELS = [name for name in LEVELS + [f"MAP{number:02}" for number in range(1, 33)] if name not in JUDGED]
COLUMNS, WIDTH, HEIGHT = 40, 160, 100  # of the picture as the network has it: a quarter of 640 x 400
# How far one can walk, in bins: from 24 map units, each a quarter more than the one before.
BINS, NEAREST, GROWTH = 16, 24.0, 1.25
NEAR_DOOR, FAR_DOOR = 512, 900
# Of each convolution: channels in and out, kernel and stride (height, width).
LAYERS = [(3, 16, (5, 5), (2, 2)), (16, 24, (3, 3), (2, 2)), (24, 32, (3, 3), (2, 1)), (32, 40, (3, 3), (2, 1)),
          (40, 48, (7, 3), (1, 1)), (48, 48, (1, 5), (1, 1)), (48, 2 + BINS, (1, 1), (1, 1))]
UNSURE = -1
WEAPONS = [None, None, "shotgun", "chaingun", "rocketlauncher", "chainsaw"]
MONSTERS = {3004, 9, 3001, 3002, 58, 3006, 3005, 3003, 69, 68, 71, 66, 67, 64, 65, 84, 16, 7}


def places(level, dice):
    """Places to stand and directions (degrees, 0 is east) to look: before what is pushed, near monsters, anywhere."""
    doors = [line for line in range(len(level.a)) if level.special[line] in PUSHED]
    monsters = [thing for thing in level.things if thing[3] in MONSTERS]
    while True:
        kind = dice.random()
        if kind < 0.3 and doors or kind < 0.6 and not monsters:
            line = dice.choice(doors or range(len(level.a)))
            share, away = dice.random(), dice.uniform(20, 120) * dice.choice([1, 1, 2, 4])
            at, to = level.a[line], level.b[line]
            x, y = at + share * (to - at)
            across = math.atan2(to[0] - at[0], at[1] - to[1]) + math.pi + dice.uniform(-1, 1)
            x, y = x + away * math.cos(across), y + away * math.sin(across)
            angle = math.degrees(across) + 180 + dice.gauss(0, 25)
        elif kind < 0.6:
            thing = dice.choice(monsters)
            away, direction = dice.uniform(60, 500), dice.uniform(0, 2 * math.pi)
            x, y = thing[0] + away * math.cos(direction), thing[1] + away * math.sin(direction)
            angle = math.degrees(direction) + 180 + dice.gauss(0, 25)
        else:
            line = dice.randrange(len(level.a))
            x, y = level.a[line] + dice.random() * (level.b[line] - level.a[line])
            x, y = x + dice.gauss(0, 100), y + dice.gauss(0, 100)
            angle = dice.choice([0, 90, 180, 270, dice.uniform(0, 360)]) + dice.gauss(0, 5)
        sector = level.sector(x, y)
        if sector >= 0 and level.ceiling[sector] - level.floor[sector] >= BODY:
            yield x, y, angle


def columns(level, now, z, labels, buffer):
    """What is to be said of each column: enemy (1, 0), something to push (1, 0), bin of the way; -1 is unsure."""
    enemies, doors, ways = [0] * COLUMNS, [0] * COLUMNS, [0] * COLUMNS
    strip = 640 // COLUMNS
    heading = math.radians(now["angle"])
    for label in labels:
        if label.object_category != "Monster":
            continue
        mine = buffer[:400, max(0, label.x):label.x + label.width] == label.value
        for column in range(COLUMNS):
            first = max(0, column * strip - max(0, label.x))
            pixels = int(mine[:, first:max(first, (column + 1) * strip - max(0, label.x))].sum())
            if pixels >= 24:
                enemies[column] = 1
            elif pixels > 0 and enemies[column] == 0:
                enemies[column] = UNSURE
    for column in range(COLUMNS):
        right = ((column + 0.5) * strip - 320) / 320
        # Lengths are depths: distances along the line of sight of the picture's middle.
        dx = math.cos(heading) + right * math.sin(heading)
        dy = math.sin(heading) - right * math.cos(heading)
        way, pushed = level.look(now["x"], now["y"], z, dx, dy)
        ways[column] = min(BINS - 1, max(0, int(math.log(max(way, 1) / NEAREST) / math.log(GROWTH)) + 1))
        if pushed:
            distance, locked = pushed
            doors[column] = UNSURE if locked or distance > NEAR_DOOR else 1
            if distance > FAR_DOOR:
                doors[column] = 0
    return enemies, doors, ways


def collect(task):
    """So many pictures of a level, and what is to be said of them, in a file."""
    name, count = task
    out = HOME / "pictures" / f"{name}.npz"
    if out.exists():
        return
    import numpy as np

    dice = random.Random(name)
    level = Level(wad(name), name)
    game = new_game(name, dice.randrange(10_000), skill=dice.choice([3, 4]), labels=True)
    pictures, said = [], []
    for tried, (x, y, angle) in enumerate(places(level, dice)):
        if len(pictures) == count or tried > 6 * count:
            break
        if game.is_episode_finished() or tried % 60 == 0:
            game.new_episode()
            if weapon := dice.choice(WEAPONS):
                game.send_game_command(f"give {weapon}")
            game.make_action([0] * 10, 35)
        game.send_game_command(f"warp {round(x)} {round(y)}")
        game.make_action([0] * 10, 2)
        if game.is_episode_finished():
            continue
        turn = truth(game.get_state())["angle"] - angle
        game.make_action([0] * 9 + [(turn + 180) % 360 - 180], 1)
        firing = dice.random() < 0.1
        game.make_action([0] * 6 + [firing] + [0] * 3, dice.choice([2, 3]))
        if game.is_episode_finished():
            continue
        state = game.get_state()
        now = truth(state)
        if math.hypot(now["x"] - round(x), now["y"] - round(y)) > 8:
            continue
        z = float(state.game_variables[-1])
        world = state.screen_buffer[:400].astype(np.uint16)
        pictures.append((world.reshape(HEIGHT, 4, WIDTH, 4, 3).sum((1, 3)) // 16).astype(np.uint8))
        said.append(columns(level, now, z, state.labels, state.labels_buffer))
    game.close()
    out.parent.mkdir(exist_ok=True)
    np.savez(out, pictures=np.array(pictures), said=np.array(said, np.int8))
    print(f"{name}: {len(pictures)} pictures of {tried} places", flush=True)


def network():
    """Convolutions that narrow the height before the width, so that at the end each column has seen its whole height.
    What is normalised between them while it learns becomes part of the weights, see `write`."""
    import torch.nn as nn

    layers = []
    for ins, outs, kernel, stride in LAYERS[:-1]:
        padding = [side // 2 if side < 7 else 0 for side in kernel]
        layers += [nn.Conv2d(ins, outs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(LAYERS[-1][0], LAYERS[-1][1], 1))


def load(names):
    import numpy as np
    import torch

    files = [np.load(HOME / "pictures" / f"{name}.npz") for name in names]
    pictures = np.concatenate([file["pictures"] for file in files])
    said = np.concatenate([file["said"] for file in files])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(said)


def losses(out, said):
    """Of enemies, of doors and of ways; what is unsure does not count."""
    import torch
    import torch.nn.functional as F

    found = []
    for kind, weight in ((0, 1.0), (1, 1.0)):
        told = said[:, kind]
        each = F.binary_cross_entropy_with_logits(out[:, kind], told.clamp(min=0).float(), reduction="none")
        found.append((each * (told >= 0)).mean() * weight)
    found.append(F.cross_entropy(out[:, 2:], said[:, 2].long()))
    return torch.stack(found)


def learn(rounds):
    import torch

    torch.manual_seed(1)
    train, train_said = load([name for name in LEVELS if name not in KEPT])
    test, test_said = load(KEPT)
    net = network()
    print(f"{len(train)} pictures, {sum(p.numel() for p in net.parameters())} weights", flush=True)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.01)
    steps = rounds * (len(train) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for round in range(rounds):
        order, total, count = torch.randperm(len(train)), torch.zeros(3), 0
        for batch in order.split(64)[:len(train) // 64]:
            pictures, said = train[batch].float(), train_said[batch]
            # Light is not the same everywhere, and levels have no side.
            pictures = pictures * (0.7 + 0.6 * torch.rand(len(batch), 1, 1, 1))
            if torch.rand(1) < 0.5:
                pictures, said = pictures.flip(3), said.flip(2)
            each = losses(net(pictures / 128 - 1)[:, :, 0], said)
            optimiser.zero_grad()
            (each * torch.tensor([1.0, 1.0, 0.3])).sum().backward()
            optimiser.step()
            schedule.step()
            total, count = total + each.detach(), count + 1
        print(f"round {round + 1}: loss {[f'{value:.4f}' for value in (total / count).tolist()]}", flush=True)
        net.eval()
        report(net, test, test_said)
        net.train()
        torch.save(net.state_dict(), HOME / "net.pt")
    return net.eval()


def report(net, test, said):
    """What share of columns is seen, and how much of what is said is wrong, at levels that were not taught."""
    import torch

    with torch.no_grad():
        out = torch.cat([net(part.float() / 128 - 1)[:, :, 0] for part in test.split(256)])
    for kind, name in ((0, "enemies"), (1, "doors")):
        told, sure = said[:, kind], torch.sigmoid(out[:, kind])
        for least in (0.5, 0.8, 0.9, 0.95):
            hit = sure > least
            right, wrong = (hit & (told == 1)).sum().item(), (hit & (told == 0)).sum().item()
            print(f"  {name} at {least}: {right / max(1, (told == 1).sum().item()):.3f} seen, "
                  f"{wrong / max(1, right + wrong):.3f} wrong", flush=True)
    lengths = torch.tensor([NEAREST * GROWTH ** (bin - 0.5) for bin in range(BINS)])
    true = lengths[said[:, 2].long()]
    share = torch.softmax(out[:, 2:], 1).cumsum(1)
    for quantile in (0.2, 0.5):
        guess = lengths[(share < quantile).sum(1).clamp(max=BINS - 1)]
        near = true < 500
        ratio = (guess / true)[near]
        print(f"  ways at {quantile}: off by {(ratio.log().abs().median().exp() - 1).item():.3f}, "
              f"{(ratio > 1.5).float().mean().item():.3f} half as far again", flush=True)


def write(net):
    """The weights as `ConvolutionalNet` reads them: the upper halves of numbers of 32 bits, in base64."""
    import torch.nn as nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    def text(values):
        halves = (values.detach().numpy().astype("<f4").view("<u4") + 0x8000 >> 16).astype("<u2")
        return base64.b64encode(halves.tobytes()).decode()

    layers = []
    for layer, next in zip(net, [*net[1:], None]):
        if isinstance(layer, nn.Conv2d):
            layer = fuse_conv_bn_eval(layer, next) if next else layer
            layers.append({
                "channels": [layer.in_channels, layer.out_channels], "kernel": layer.kernel_size,
                "stride": layer.stride, "padding": layer.padding,
                "weights": text(layer.weight.permute(2, 3, 1, 0).contiguous()), "bias": text(layer.bias)})
    OUT.write_text(json.dumps({"layers": layers}, indent=1) + "\n")
    print(f"{OUT}: {OUT.stat().st_size // 1024} KB")


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pictures", type=int, default=700, help="of each level; those there are stay")
    ask.add_argument("--rounds", type=int, default=24, help="that all of them are learnt from")
    given = ask.parse_args()
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "torch"], check=True)
    with multiprocessing.Pool() as pool:
        pool.map(collect, [(name, given.pictures) for name in LEVELS], chunksize=1)
    write(learn(given.rounds))


if __name__ == "__main__":
    main()
