#!/usr/bin/env python3
"""llama.cpp's own server with a model that knows nothing: random weights, made here in a second.

    tiny_llama.py FOLDER PORT [--text-only]

What it says is noise; how it says it is llama.cpp's: streaming, usage, grammars for response_format, errors, the list
of models. FOLDER keeps the two model files. Serves on loopback until it is ended. Needs xllamacpp, gguf and numpy
(PyPI).
"""
import pathlib
import sys
import threading

import gguf
import numpy
import xllamacpp

WIDTH, LAYERS, INNER, HEADS = 64, 2, 128, 4
IMAGE, PATCH, IMAGE_WIDTH, IMAGE_INNER = 56, 14, 32, 64


class Weights:
    """A GGUF file whose tensors are noise of a small spread, ones and zeros."""

    def __init__(self, path, architecture, spread):
        self.path, self.spread = path, spread
        self.random = numpy.random.default_rng(1)
        self.file = gguf.GGUFWriter(str(path), architecture)
        self.file.add_file_type(0)

    def noise(self, name, *shape):
        self.file.add_tensor(name, (self.random.standard_normal(shape) * self.spread).astype(numpy.float32))

    def ones(self, name, size):
        self.file.add_tensor(name, numpy.ones(size, numpy.float32))

    def linear(self, name, out, into):
        self.noise(name + ".weight", out, into)
        self.file.add_tensor(name + ".bias", numpy.zeros(out, numpy.float32))

    def norm(self, name, size):
        self.ones(name + ".weight", size)
        self.file.add_tensor(name + ".bias", numpy.zeros(size, numpy.float32))

    def write(self):
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()


def make_model(path):
    """A llama of two layers that reads and writes printable ASCII, other characters byte by byte."""
    words = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    words += ["\u2581"] + [chr(code) for code in range(33, 127)]
    kinds = [2, 3, 3] + [6] * 256 + [1] * 95  # unknown, control, bytes, normal
    weights = Weights(path, "llama", 0.08)
    file = weights.file
    file.add_name("tiny-random")
    file.add_context_length(8192)
    file.add_embedding_length(WIDTH)
    file.add_block_count(LAYERS)
    file.add_feed_forward_length(INNER)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_vocab_size(len(words))
    file.add_tokenizer_model("llama")
    file.add_token_list(words)
    file.add_token_scores([-float(index) for index in range(len(words))])
    file.add_token_types(kinds)
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    file.add_unk_token_id(0)
    file.add_chat_template("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:")
    weights.noise("token_embd.weight", len(words), WIDTH)
    weights.ones("output_norm.weight", WIDTH)
    weights.noise("output.weight", len(words), WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        for name in ("attn_norm", "ffn_norm"):
            weights.ones(f"{block}{name}.weight", WIDTH)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights.noise(f"{block}{name}.weight", WIDTH, WIDTH)
        for name, out, into in (("gate", INNER, WIDTH), ("up", INNER, WIDTH), ("down", WIDTH, INNER)):
            weights.noise(f"{block}ffn_{name}.weight", out, into)
    weights.write()


def make_projector(path):
    """What turns a picture into the model's input: without it the server takes text only."""
    weights = Weights(path, "clip", 0.05)
    file = weights.file
    file.add_bool("clip.has_vision_encoder", True)
    file.add_string("clip.projector_type", "mlp")
    file.add_bool("clip.use_gelu", True)
    for name, value in (
        ("image_size", IMAGE), ("patch_size", PATCH), ("embedding_length", IMAGE_WIDTH), ("block_count", LAYERS),
        ("feed_forward_length", IMAGE_INNER), ("projection_dim", WIDTH), ("attention.head_count", 2),
    ):
        file.add_uint32("clip.vision." + name, value)
    file.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    file.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    file.add_array("clip.vision.image_std", [0.25, 0.25, 0.25])
    weights.noise("v.patch_embd.weight", IMAGE_WIDTH, 3, PATCH, PATCH)
    weights.noise("v.class_embd", IMAGE_WIDTH)
    weights.noise("v.position_embd.weight", (IMAGE // PATCH) ** 2 + 1, IMAGE_WIDTH)
    weights.norm("v.pre_ln", IMAGE_WIDTH)
    weights.norm("v.post_ln", IMAGE_WIDTH)
    for layer in range(LAYERS):
        block = f"v.blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            weights.linear(block + name, IMAGE_WIDTH, IMAGE_WIDTH)
        weights.norm(block + "ln1", IMAGE_WIDTH)
        weights.norm(block + "ln2", IMAGE_WIDTH)
        weights.linear(block + "ffn_up", IMAGE_INNER, IMAGE_WIDTH)
        weights.linear(block + "ffn_down", IMAGE_WIDTH, IMAGE_INNER)
    weights.linear("mm.0", WIDTH, IMAGE_WIDTH)
    weights.linear("mm.2", WIDTH, WIDTH)
    weights.write()


def main():
    folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    model, projector = folder / "tiny.gguf", folder / "projector.gguf"
    if not model.exists():
        make_model(model)
        make_projector(projector)
    settings = xllamacpp.CommonParams()
    settings.model.path = str(model)
    if "--text-only" not in sys.argv:
        settings.mmproj.path = str(projector)
    settings.hostnames, settings.port = ["127.0.0.1"], port
    settings.n_ctx, settings.n_parallel, settings.n_predict = 8192, 2, 60
    settings.cpuparams.n_threads = 1
    server = xllamacpp.Server(settings)
    print("listening on", server.listening_address, flush=True)
    threading.Event().wait()


main()
