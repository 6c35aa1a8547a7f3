#!/usr/bin/env python3
"""How well the navigator plays Freedoom by its pictures alone, beside random keys: ViZDoom in lock step.

    Tests/Games/lockstep.py                       E1M1 to E1M5, 180 s of the game each, seeds 1 and 2, then random keys
    Tests/Games/lockstep.py --maps E1M1 --seconds 60 --seeds 3 --jitter

Three minutes of play take about ten seconds. The navigator gets the pictures (640x480) and nothing else; what counts is
ViZDoom's own: distinct squares of 128 x 128 units, kills, and how often the level began again (a death, or its exit).
Random keys are drawn evenly from the actions of `assets/games/doom.json` that are played in the world, each held as
long as that table says. `--jitter`: pictures come 1 to 3 tics apart and presses 2 to 3 tics late, as in real time.

Runs of one level differ by 23 squares (standard deviation; 41 at E1M1, where all hangs on one door). To tell two
players apart that differ by 8 squares takes 70 runs of each: `--seeds 14`. After the ± is the standard error of the mean.

The first call makes a venv with `vizdoom` (PyPI, 39 MB) under the temporary folder and builds the player.
"""
import argparse, json, math, os, random, statistics, struct, subprocess

from freedoom import BUTTONS, HOME, KEYS, ROOT, TICS, Table, inside_venv, new_game, square, truth

PLAYER = ROOT / ".build" / "lockstep" / "release" / "Lockstep"


class Navigator:
    def __init__(self, seed):
        known = [ROOT / "assets" / "games" / name for name in ("doom-digits.png", "doom-recogniser.weights")]
        self.process = subprocess.Popen([PLAYER, *known, str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def keys(self, tic, picture):
        height, width, _ = picture.shape
        self.process.stdin.write(struct.pack("=III", tic * 1000 // TICS, width, height) + picture.tobytes())
        self.process.stdin.flush()
        held = int(self.process.stdout.readline())
        return [held >> bit & 1 for bit in range(len(BUTTONS))]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class RandomKeys:
    def __init__(self, seed):
        self.table, self.until, self.held = Table(seed), 0, [0] * len(BUTTONS)

    def keys(self, tic, picture):
        if tic >= self.until:
            keys, hold, settle = self.table.draw()
            self.until = tic + int((hold + settle) * TICS)
            self.held = [int(name in map(KEYS.get, keys)) for name in range(len(BUTTONS))]
        return self.held

    def close(self):
        pass


def play(player, level, seed, seconds, jitter):
    """Distinct squares, kills and restarts of one level."""
    game = new_game(level, seed)
    squares, kills, before, restarts = set(), 0, 0, 0
    tic, held, due, dice = 0, [0] * len(BUTTONS), [], random.Random(seed)
    while tic < seconds * TICS:
        if game.is_episode_finished():
            game.new_episode()
            before, restarts = before + kills, restarts + 1
            kills = 0
        state = game.get_state()
        now = truth(state)
        kills = max(kills, int(now["kills"]))
        squares.add(square(now))
        step, late = (dice.choice([1, 2, 2, 3]), dice.choice([2, 3, 3])) if jitter else (2, 2)
        due.append((tic + late, player.keys(tic, state.screen_buffer)))
        for _ in range(step):
            while due and due[0][0] <= tic:
                held = due.pop(0)[1]
            game.make_action(held, 1)
            tic += 1
            if game.is_episode_finished():
                break
    game.close()
    return len(squares), before + kills, restarts


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--maps", default="E1M1,E1M2,E1M3,E1M4,E1M5")
    ask.add_argument("--seconds", type=int, default=180, help="of the game, for each level")
    ask.add_argument("--seeds", type=int, default=2)
    ask.add_argument("--jitter", action="store_true")
    given = ask.parse_args()
    inside_venv()
    build = ["swift", "build", "-c", "release", "--product", "Lockstep", "--scratch-path", PLAYER.parents[1]]
    subprocess.run(build, cwd=ROOT, env=os.environ | {"CHECK_BUILD": "lockstep"}, check=True)
    means = {}
    for name, kind in (("navigator", Navigator), ("random keys", RandomKeys)):
        results = []
        for level in given.maps.split(","):
            for seed in range(1, given.seeds + 1):
                player = kind(seed)
                results.append(play(player, level, seed, given.seconds, given.jitter))
                player.close()
                print(f"{name:12} {level} seed {seed}: {results[-1][0]:3} squares, {results[-1][1]:2} kills, "
                      f"{results[-1][2]} restarts", flush=True)
        means[name] = [sum(column) / len(results) for column in zip(*results)]
        # Of the mean, at the most: the levels differ too, and they are always the same. One run says nothing of it.
        error = statistics.stdev(result[0] for result in results) / len(results) ** 0.5 if results[1:] else math.nan
        squares, kills, restarts = means[name]
        print(f"{name:12} on average: {squares:.1f} ± {error:.1f} squares, {kills:.1f} kills, {restarts:.1f} restarts",
              flush=True)
    print(f"squares, navigator over random keys: {means['navigator'][0] / means['random keys'][0]:.2f}")


main()
