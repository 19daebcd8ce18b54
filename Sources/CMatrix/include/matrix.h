/// Matrix products on one thread, computed by oneDNN. What differs between its 2.x and 3.x stays in matrix.c.
///
/// A product is destination[rows][columns] = source[rows][depth] * weights[depth][columns] + bias[columns]. A product of int8
/// multiplies unsigned by signed bytes and leaves int32 sums without bias.
///
/// A function that creates something returns 0, or oneDNN's status when it made nothing.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The types of a product's elements.
enum vectorspool_matrix_element {
    vectorspool_matrix_float32 = 0,
    vectorspool_matrix_bfloat16 = 1,
    vectorspool_matrix_int8 = 2,
    /// Only for destinations, of products of int8.
    vectorspool_matrix_int32 = 3,
};

/// The processor as oneDNN sees it; all threads share one.
struct vectorspool_matrix_engine;

/// The queue of one thread.
struct vectorspool_matrix_stream;

/// How the weights of one shape of product lie in memory.
struct vectorspool_matrix_layout;

/// A compiled product. It holds the arguments of the call, so that only one thread may use it.
struct vectorspool_matrix_product;

/// What a product is compiled for.
struct vectorspool_matrix_shape {
    long rows;
    long depth;
    long columns;
    /// The type of source and weights; for int8, unsigned and signed bytes.
    enum vectorspool_matrix_element element;
    enum vectorspool_matrix_element destination;
};

/// Whether products of a type are exact here, and computed with the processor's instructions for it.
///
/// The user may have forbidden them (ONEDNN_MAX_CPU_ISA). Without an instruction for bytes (VNNI) pairs of their products are added
/// in 16 bits, which overflow.
int vectorspool_matrix_is_native(enum vectorspool_matrix_element element);

/// Creates an engine.
int vectorspool_matrix_engine_create(struct vectorspool_matrix_engine **engine);

void vectorspool_matrix_engine_destroy(struct vectorspool_matrix_engine *engine);

/// oneDNN's version and the instructions that it uses: weights that were packed under one name need not fit under another.
const char *vectorspool_matrix_engine_name(const struct vectorspool_matrix_engine *engine);

/// Whether oneDNN compiles products of a type on this processor, however slow they are.
int vectorspool_matrix_engine_compiles(
    const struct vectorspool_matrix_engine *engine, enum vectorspool_matrix_element element);

/// Creates a stream for the calling thread, whose products from then on use no other thread.
int vectorspool_matrix_stream_create(
    struct vectorspool_matrix_stream **stream, const struct vectorspool_matrix_engine *engine);

void vectorspool_matrix_stream_destroy(struct vectorspool_matrix_stream *stream);

/// Asks how the weights of a product should lie; nothing is compiled for it.
///
/// The layout serves products of other numbers of rows too, because they are compiled for it. `bytes` gets the size of packed weights.
int vectorspool_matrix_layout_create(
    struct vectorspool_matrix_layout **layout, const struct vectorspool_matrix_engine *engine,
    const struct vectorspool_matrix_shape *shape, size_t *bytes);

void vectorspool_matrix_layout_destroy(struct vectorspool_matrix_layout *layout);

/// Writes the numbers that make up a layout and returns how many there are, at most `capacity`.
///
/// Two layouts with the same numbers hold the same weights as the same bytes. Returns 0 where oneDNN keeps them to itself, or where
/// there is no room, so that the layout cannot be told from another.
size_t vectorspool_matrix_layout_numbers(
    const struct vectorspool_matrix_layout *layout, int64_t *numbers, size_t capacity);

/// Packs row-major [columns][depth] weights (PyTorch's Linear): signed bytes for int8, else floats.
int vectorspool_matrix_layout_pack(
    const struct vectorspool_matrix_layout *layout, const struct vectorspool_matrix_stream *stream, const void *linear,
    void *packed);

/// Compiles a product that reads weights as they lie in `layout`. `scratch_bytes` gets the scratch memory that a call needs.
///
/// Left to itself oneDNN may choose another layout for each number of rows: 3.13 has one of its own for a single row.
int vectorspool_matrix_product_create(
    struct vectorspool_matrix_product **product, const struct vectorspool_matrix_stream *stream,
    const struct vectorspool_matrix_shape *shape, const struct vectorspool_matrix_layout *layout, size_t *scratch_bytes);

void vectorspool_matrix_product_destroy(struct vectorspool_matrix_product *product);

/// Multiplies on the thread of the product's stream; all memory is the caller's.
int vectorspool_matrix_product_execute(
    struct vectorspool_matrix_product *product, const void *source, const void *weights, const float *bias,
    void *destination, void *scratch);
