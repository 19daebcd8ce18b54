#pragma once

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// One face for oneDNN 2.x (Debian 12) and 3.x (Debian 13): their C interfaces differ in how a product is described.
// A product is destination[rows][columns] = source[rows][depth] * weights[depth][columns] + bias[columns].
//
// The system's oneDNN is used unless the compiler and the linker are shown another one first; it brings no pkg-config file:
//   swift build -c release --scratch-path DIR -Xcc -IONEDNN/include -Xlinker -LONEDNN/lib -Xlinker -rpath -Xlinker ONEDNN/lib
// Tests/portability.sh does that. Headers and library must have the same major version.

enum vectorspool_dnn_type { vectorspool_dnn_float32 = 0, vectorspool_dnn_bfloat16 = 1 };

struct vectorspool_dnn_product {
    dnnl_primitive_t primitive;
    dnnl_memory_t source, weights, bias, destination, scratchpad;
    size_t weights_bytes, scratchpad_bytes;
};

static inline dnnl_data_type_t vectorspool_dnn_data_type(enum vectorspool_dnn_type type) {
    return type == vectorspool_dnn_bfloat16 ? dnnl_bf16 : dnnl_f32;
}

/// Keeps the products of the calling thread on it, whatever library of threads oneDNN was built with.
///
/// OpenMP keeps the number of threads for each calling thread; without this every worker would start a team of its own.
/// TBB has one limit for the process, which holds while an object lives: `tbb::global_control(max_allowed_parallelism, 1)`,
/// https://oneapi-spec.uxlfoundation.org/specifications/oneapi/latest/elements/onetbb/source/task_scheduler/scheduling_controls/global_control_cls
/// whose layout and entry point have been the same since oneTBB 2021. Nothing is linked: a oneDNN brings one of them along.
static inline void vectorspool_dnn_single_threaded(void) {
    void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (set) set(1);
    static struct {
        size_t value;
        intptr_t reserved;
        int parameter;
    } limit = {.value = 1, .parameter = 0};
    static int is_limited;
    void (*create)(void *) =
        (void (*)(void *))dlsym(RTLD_DEFAULT, "_ZN3tbb6detail2r16createERNS0_2d114global_controlE");
    if (create && !__atomic_exchange_n(&is_limited, 1, __ATOMIC_RELAXED)) create(&limit);
}

/// Whether oneDNN multiplies bfloat16 with the processor's instructions for it, and is allowed to (ONEDNN_MAX_CPU_ISA).
///
/// Instruction sets are sets of bits, so that those yet to come are understood. On other than x86 processors there are none.
static inline int vectorspool_dnn_has_bfloat16(void) {
    return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
}

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t vectorspool_dnn_desc;
static inline dnnl_status_t vectorspool_dnn_desc_make(
    vectorspool_dnn_desc *made, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_create_with_tag(made, 2, dims, type, tag);
}
static inline void vectorspool_dnn_desc_free(vectorspool_dnn_desc *desc) { dnnl_memory_desc_destroy(*desc); }
typedef const_dnnl_memory_desc_t vectorspool_dnn_desc_view;
static inline size_t vectorspool_dnn_desc_bytes(vectorspool_dnn_desc_view view) { return dnnl_memory_desc_get_size(view); }
static inline vectorspool_dnn_desc_view vectorspool_dnn_desc_look(vectorspool_dnn_desc *desc) { return *desc; }
#else
typedef dnnl_memory_desc_t vectorspool_dnn_desc;
static inline dnnl_status_t vectorspool_dnn_desc_make(
    vectorspool_dnn_desc *made, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_init_by_tag(made, 2, dims, type, tag);
}
static inline void vectorspool_dnn_desc_free(vectorspool_dnn_desc *desc) { (void)desc; }
typedef const dnnl_memory_desc_t *vectorspool_dnn_desc_view;
static inline size_t vectorspool_dnn_desc_bytes(vectorspool_dnn_desc_view view) { return dnnl_memory_desc_get_size(view); }
static inline vectorspool_dnn_desc_view vectorspool_dnn_desc_look(vectorspool_dnn_desc *desc) { return desc; }
#endif

/// Finds an implementation of a product; `layout` says how the weights lie, NULL lets oneDNN choose.
static inline dnnl_status_t vectorspool_dnn_product_describe(
    dnnl_engine_t engine, dnnl_primitive_desc_t *described, long rows, long depth, long columns,
    enum vectorspool_dnn_type type, enum vectorspool_dnn_type destination_type, vectorspool_dnn_desc_view layout) {
    dnnl_dims_t source_dims = {rows, depth}, weights_dims = {depth, columns};
    dnnl_dims_t bias_dims = {1, columns}, destination_dims = {rows, columns};
    vectorspool_dnn_desc source, weights, bias, destination;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_status_t status;
    if ((status = dnnl_primitive_attr_create(&attributes)) != dnnl_success) return status;
    dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    dnnl_data_type_t in = vectorspool_dnn_data_type(type), out = vectorspool_dnn_data_type(destination_type);
    if ((status = vectorspool_dnn_desc_make(&source, source_dims, in, dnnl_ab)) == dnnl_success) {
        if ((status = vectorspool_dnn_desc_make(&weights, weights_dims, in, dnnl_format_tag_any)) == dnnl_success) {
            if ((status = vectorspool_dnn_desc_make(&bias, bias_dims, dnnl_f32, dnnl_ab)) == dnnl_success) {
                if ((status = vectorspool_dnn_desc_make(&destination, destination_dims, out, dnnl_ab)) == dnnl_success) {
                    if (!layout) layout = vectorspool_dnn_desc_look(&weights);
#if DNNL_VERSION_MAJOR >= 3
                    status = dnnl_matmul_primitive_desc_create(
                        described, engine, source, layout, bias, destination, attributes);
#else
                    dnnl_matmul_desc_t product;
                    status = dnnl_matmul_desc_init(&product, &source, layout, &bias, &destination);
                    if (status == dnnl_success)
                        status = dnnl_primitive_desc_create(described, &product, attributes, engine, NULL);
#endif
                    vectorspool_dnn_desc_free(&destination);
                }
                vectorspool_dnn_desc_free(&bias);
            }
            vectorspool_dnn_desc_free(&weights);
        }
        vectorspool_dnn_desc_free(&source);
    }
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

static inline void vectorspool_dnn_product_destroy(struct vectorspool_dnn_product *product) {
    dnnl_memory_t memories[] = {
        product->source, product->weights, product->bias, product->destination, product->scratchpad};
    for (int i = 0; i < 5; i++)
        if (memories[i]) dnnl_memory_destroy(memories[i]);
    if (product->primitive) dnnl_primitive_destroy(product->primitive);
    memset(product, 0, sizeof *product);
}

/// Whether oneDNN has any implementation for products of `type` on this processor, be it a slow one.
static inline int vectorspool_dnn_supports(dnnl_engine_t engine, enum vectorspool_dnn_type type) {
    dnnl_primitive_desc_t described = NULL;
    if (vectorspool_dnn_product_describe(engine, &described, 64, 64, 64, type, type, NULL) != dnnl_success) return 0;
    dnnl_primitive_desc_destroy(described);
    return 1;
}

/// Compiles a product for a fixed number of rows; destroy it with vectorspool_dnn_product_destroy.
///
/// The weights are read as they lie in the memory `packed_like`, whose data is not looked at. NULL lets oneDNN choose the
/// layout, which may be another for each number of rows: oneDNN 3.13 has one of its own for a single row.
static inline dnnl_status_t vectorspool_dnn_product_create(
    dnnl_engine_t engine, struct vectorspool_dnn_product *product, long rows, long depth, long columns,
    enum vectorspool_dnn_type type, enum vectorspool_dnn_type destination_type, dnnl_memory_t packed_like) {
    memset(product, 0, sizeof *product);
    dnnl_primitive_desc_t described = NULL;
    vectorspool_dnn_desc_view layout = NULL;
    dnnl_status_t status = packed_like ? dnnl_memory_get_memory_desc(packed_like, &layout) : dnnl_success;
    if (status != dnnl_success) return status;
    status = vectorspool_dnn_product_describe(
        engine, &described, rows, depth, columns, type, destination_type, layout);
    if (status != dnnl_success) return status;
    const dnnl_query_t queries[] = {
        dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_weights_md, dnnl_query_dst_md, dnnl_query_scratchpad_md};
    const int indexes[] = {0, 0, 1, 0, 0};
    dnnl_memory_t *memories[] = {
        &product->source, &product->weights, &product->bias, &product->destination, &product->scratchpad};
    status = dnnl_primitive_create(&product->primitive, described);
    for (int i = 0; i < 5 && status == dnnl_success; i++) {
        vectorspool_dnn_desc_view view = dnnl_primitive_desc_query_md(described, queries[i], indexes[i]);
        if (i == 1) product->weights_bytes = vectorspool_dnn_desc_bytes(view);
        if (i == 4) product->scratchpad_bytes = view ? vectorspool_dnn_desc_bytes(view) : 0;
        if (view && vectorspool_dnn_desc_bytes(view)) status = dnnl_memory_create(memories[i], view, engine, DNNL_MEMORY_NONE);
    }
    dnnl_primitive_desc_destroy(described);
    if (status != dnnl_success) vectorspool_dnn_product_destroy(product);
    return status;
}

/// Runs a product on caller-owned memory; `weights` are packed, `scratchpad` has `scratchpad_bytes`.
static inline dnnl_status_t vectorspool_dnn_product_execute(
    const struct vectorspool_dnn_product *product, dnnl_stream_t stream, const void *source, const void *weights,
    const float *bias, void *destination, void *scratchpad) {
    dnnl_memory_set_data_handle(product->source, (void *)source);
    dnnl_memory_set_data_handle(product->weights, (void *)weights);
    dnnl_memory_set_data_handle(product->bias, (void *)bias);
    dnnl_memory_set_data_handle(product->destination, destination);
    dnnl_exec_arg_t arguments[5] = {
        {DNNL_ARG_SRC, product->source},
        {DNNL_ARG_WEIGHTS, product->weights},
        {DNNL_ARG_BIAS, product->bias},
        {DNNL_ARG_DST, product->destination},
    };
    int count = 4;
    if (product->scratchpad) {
        dnnl_memory_set_data_handle(product->scratchpad, scratchpad);
        arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, product->scratchpad};
    }
    dnnl_status_t status = dnnl_primitive_execute(product->primitive, stream, count, arguments);
    return status == dnnl_success ? dnnl_stream_wait(stream) : status;
}

/// Packs row-major [columns][depth] floats (PyTorch's Linear) into the layout that `product` wants.
static inline dnnl_status_t vectorspool_dnn_product_pack(
    const struct vectorspool_dnn_product *product, dnnl_engine_t engine, dnnl_stream_t stream, long depth, long columns,
    const float *linear, void *packed) {
    dnnl_dims_t dims = {depth, columns};
    vectorspool_dnn_desc plain;
    dnnl_status_t status = vectorspool_dnn_desc_make(&plain, dims, dnnl_f32, dnnl_ba);
    if (status != dnnl_success) return status;
    dnnl_memory_t from = NULL;
    dnnl_primitive_desc_t described = NULL;
    dnnl_primitive_t reorder = NULL;
    status = dnnl_memory_create(&from, vectorspool_dnn_desc_look(&plain), engine, (void *)linear);
    if (status == dnnl_success) {
        dnnl_memory_set_data_handle(product->weights, packed);
        vectorspool_dnn_desc_view target;
        status = dnnl_memory_get_memory_desc(product->weights, &target);
        if (status == dnnl_success)
            status = dnnl_reorder_primitive_desc_create(
                &described, vectorspool_dnn_desc_look(&plain), engine, target, engine, NULL);
    }
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, described);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, product->weights}};
        status = dnnl_primitive_execute(reorder, stream, 2, arguments);
        if (status == dnnl_success) status = dnnl_stream_wait(stream);
    }
    if (reorder) dnnl_primitive_destroy(reorder);
    if (described) dnnl_primitive_desc_destroy(described);
    if (from) dnnl_memory_destroy(from);
    vectorspool_dnn_desc_free(&plain);
    return status;
}
