"""Where the arithmetic runs, and in which precision."""

import ctypes
import sys

import torch

from hasila.errors import UserError

PRECISIONS = ("auto", "fp32", "bf16")


def pick_device() -> torch.device:
    """CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def native_bf16(device: torch.device) -> bool:
    """Whether bf16 is fast on `device`: emulated bf16 on a CPU is slower than fp32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capabilities = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))


def use_bf16(precision: str, device: torch.device) -> bool:
    """Resolve a config's `precision`: auto, fp32 or bf16."""
    if precision not in PRECISIONS:
        raise UserError(f"precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}")
    return precision == "bf16" or (precision == "auto" and native_bf16(device))


def attention(device: torch.device, bf16: bool) -> str:
    """The faster attention of `transformers`: a CPU's fused kernel in bf16 costs more than plain matrix products at the
    short windows used here (a training step of 2,048 pieces 302 ms against 258; in fp32 there is no difference)."""
    return "eager" if device.type == "cpu" and bf16 else "sdpa"


def keep_freed_memory() -> None:
    """Let glibc keep what is freed: giving large tensors back to the system after every operation and
    faulting them in again costs a training step on the CPU about a sixth of its time."""
    if sys.platform == "linux":
        trim_threshold, mmap_threshold = -1, -3  # malloc.h
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):  # glibc has it, musl has not
            libc.mallopt(mmap_threshold, 1 << 30)
            libc.mallopt(trim_threshold, (1 << 31) - 1)


def describe(device: torch.device) -> str:
    """A name that a person recognises."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{device.type}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"
