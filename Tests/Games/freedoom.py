"""Freedoom in ViZDoom, for those who judge how it is played: the engine says where the player is and what it has.

A venv with `vizdoom` (PyPI, 39 MB, brings Freedoom's levels) is made under the temporary folder the first time.
"""
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = pathlib.Path(tempfile.gettempdir()) / "singularis-lockstep"
TICS = 35  # a second
# In the order of the navigator's controls.
BUTTONS = ["MOVE_FORWARD", "MOVE_BACKWARD", "TURN_LEFT", "TURN_RIGHT", "MOVE_LEFT", "MOVE_RIGHT", "ATTACK", "USE",
           "SPEED"]
KEYS = {"Up": 0, "Down": 1, "Left": 2, "Right": 3, "comma": 4, "period": 5, "Control_R": 6, "space": 7, "Shift_R": 8}
VARIABLES = {"health": "HEALTH", "armour": "ARMOR", "ammunition": "SELECTED_WEAPON_AMMO", "kills": "KILLCOUNT",
             "x": "POSITION_X", "y": "POSITION_Y", "angle": "ANGLE", "dead": "DEAD"}
SIDE = 128  # map units of a square


def inside_venv():
    """Goes on in the venv."""
    if pathlib.Path(sys.prefix).resolve() == (HOME / "venv").resolve():
        return
    python = HOME / "venv" / "bin" / "python"
    if not (HOME / "ready").exists():
        HOME.mkdir(exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "vizdoom", "numpy"], check=True)
        (HOME / "ready").touch()
    os.execv(python, [str(python), *sys.argv])


def wad(level):
    """The file that has a level; ViZDoom brings both Freedooms."""
    import vizdoom

    return pathlib.Path(vizdoom.__file__).with_name("freedoom2.wad" if level.startswith("MAP") else "freedoom1.wad")


def new_game(level, seed, size="640x480", window=False, skill=2, labels=False):
    """A level that was begun, at skill 2 unless told otherwise. With a window it is played by key events, at its own
    pace. With labels it says which pixels are a monster's and how high one stands, and has one button more: degrees to
    turn to the right."""
    import vizdoom as vzd

    game = vzd.DoomGame()
    game.set_doom_game_path(str(wad(level)))
    game.set_doom_config_path(str(HOME / "vizdoom.ini"))
    game.set_doom_map(level)
    game.set_doom_skill(skill)
    game.set_seed(seed)
    game.set_screen_resolution(getattr(vzd.ScreenResolution, "RES_" + size.upper()))
    game.set_screen_format(vzd.ScreenFormat.RGB24)
    game.set_render_hud(True)
    game.set_window_visible(window)
    game.set_sound_enabled(False)
    game.set_labels_buffer_enabled(window or labels)
    game.set_mode(vzd.Mode.ASYNC_SPECTATOR if window else vzd.Mode.PLAYER)
    game.set_episode_timeout(0)
    for name in BUTTONS:
        game.add_available_button(getattr(vzd.Button, name))
    for name in VARIABLES.values():
        game.add_available_game_variable(getattr(vzd.GameVariable, name))
    if labels:
        game.add_available_button(vzd.Button.TURN_LEFT_RIGHT_DELTA, 180)
        game.add_available_game_variable(vzd.GameVariable.POSITION_Z)
    game.init()
    game.new_episode()
    return game


def truth(state):
    """What the engine says of the player, by the names above."""
    return dict(zip(VARIABLES, (float(value) for value in state.game_variables)))


def enemies(state, width=640):
    """Degrees from the middle of the picture to each living monster in sight, the largest first."""
    seen = [label for label in state.labels if label.object_category == "Monster"]
    seen.sort(key=lambda label: -label.width)
    return [round(math.degrees(math.atan((label.x + label.width / 2) / (width / 2) - 1)), 1) for label in seen]


def square(now):
    return int(now["x"] // SIDE), int(now["y"] // SIDE)


class Table:
    """Random keys: evenly drawn from the actions of the profile that are played in the world, each held as it says."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        actions = json.loads((ROOT / "assets" / "games" / "doom.json").read_text())["actions"]
        self.actions = [a for a in actions.values() if all(k in KEYS for k in a.get("keys", []))]

    def draw(self):
        """Keys, seconds that they are held, seconds until the next."""
        action = self.random.choice(self.actions)
        return action.get("keys", []), action["hold"] / 1000, action.get("settle", 0) / 1000
