/// Which version of a loop runs.
///
/// Every SIMD loop has a scalar twin with the same result, bit for bit. Callers pass the instruction set instead of the
/// loop looking it up, so that a test can run each version that the CPU has.
#pragma once

typedef enum vs_instruction_set {
    /// Plain C: every CPU.
    VS_SCALAR = 0,
    /// AVX2 and POPCNT.
    VS_AVX2 = 1,
    /// AVX-512 F, BW, VL, VNNI and VPOPCNTDQ: Intel from Ice Lake, AMD from Zen 4.
    VS_AVX512 = 2,
} vs_instruction_set;

/// Returns the widest instruction set that this CPU and operating system run.
vs_instruction_set vs_best_instruction_set(void);
