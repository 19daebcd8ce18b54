#pragma once

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// One face for oneDNN 2.x (Debian 12) and 3.x (Debian 13): their C interfaces differ in how a product is described.
// A product is destination[rows][columns] = source[rows][depth] * weights[depth][columns] + bias[columns]; of int8, sums without
// bias.
//
// The system's oneDNN is used unless the compiler and the linker are shown another one first; it brings no pkg-config file:
//   swift build -c release --scratch-path DIR -Xcc -IONEDNN/include -Xlinker -LONEDNN/lib -Xlinker -rpath -Xlinker ONEDNN/lib
// Tests/portability.sh does that. Headers and library must have the same major version.

/// What the elements of a product are. Products of int8 are of unsigned bytes by signed bytes, and have sums of int32 and no
/// bias.
enum vectorspool_dnn_type {
    vectorspool_dnn_float32 = 0,
    vectorspool_dnn_bfloat16 = 1,
    vectorspool_dnn_int8 = 2,
    vectorspool_dnn_int32 = 3,
};

/// A compiled product and its memory objects, which are given their data at each call.
struct vectorspool_dnn_product {
    dnnl_primitive_t primitive;
    dnnl_memory_t source, weights, bias, destination, scratchpad;
    size_t scratchpad_bytes;
};

static inline dnnl_data_type_t vectorspool_dnn_data_type(enum vectorspool_dnn_type type) {
    switch (type) {
    case vectorspool_dnn_bfloat16: return dnnl_bf16;
    case vectorspool_dnn_int8: return dnnl_s8;
    case vectorspool_dnn_int32: return dnnl_s32;
    default: return dnnl_f32;
    }
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

/// Whether oneDNN multiplies unsigned by signed bytes exactly, with an instruction for it (VNNI), and is allowed to.
///
/// Without VNNI pairs of such products are added up in 16 bits, which overflow.
static inline int vectorspool_dnn_has_int8(void) {
    dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
    return (isa & dnnl_cpu_isa_avx512_core_vnni) == dnnl_cpu_isa_avx512_core_vnni
        || (isa & dnnl_cpu_isa_avx2_vnni) == dnnl_cpu_isa_avx2_vnni;
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
    int is_int8 = type == vectorspool_dnn_int8;
    if ((status = vectorspool_dnn_desc_make(&source, source_dims, is_int8 ? dnnl_u8 : in, dnnl_ab)) == dnnl_success) {
        if ((status = vectorspool_dnn_desc_make(&weights, weights_dims, in, dnnl_format_tag_any)) == dnnl_success) {
            if ((status = vectorspool_dnn_desc_make(&bias, bias_dims, dnnl_f32, dnnl_ab)) == dnnl_success) {
                if ((status = vectorspool_dnn_desc_make(&destination, destination_dims, out, dnnl_ab)) == dnnl_success) {
                    if (!layout) layout = vectorspool_dnn_desc_look(&weights);
#if DNNL_VERSION_MAJOR >= 3
                    status = dnnl_matmul_primitive_desc_create(
                        described, engine, source, layout, is_int8 ? NULL : bias, destination, attributes);
#else
                    dnnl_matmul_desc_t product;
                    status = dnnl_matmul_desc_init(&product, &source, layout, is_int8 ? NULL : &bias, &destination);
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
/// The weights are read as they lie in the memory `packed_like`, whose data is not looked at. Left to itself oneDNN may choose
/// another layout for each number of rows: oneDNN 3.13 has one of its own for a single row.
static inline dnnl_status_t vectorspool_dnn_product_create(
    dnnl_engine_t engine, struct vectorspool_dnn_product *product, long rows, long depth, long columns,
    enum vectorspool_dnn_type type, enum vectorspool_dnn_type destination_type, dnnl_memory_t packed_like) {
    memset(product, 0, sizeof *product);
    dnnl_primitive_desc_t described = NULL;
    vectorspool_dnn_desc_view layout = NULL;
    dnnl_status_t status = dnnl_memory_get_memory_desc(packed_like, &layout);
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
    if (product->bias) dnnl_memory_set_data_handle(product->bias, (void *)bias);
    dnnl_memory_set_data_handle(product->destination, destination);
    dnnl_exec_arg_t arguments[5] = {
        {DNNL_ARG_SRC, product->source},
        {DNNL_ARG_WEIGHTS, product->weights},
        {DNNL_ARG_DST, product->destination},
    };
    int count = 3;
    if (product->bias) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, product->bias};
    if (product->scratchpad) {
        dnnl_memory_set_data_handle(product->scratchpad, scratchpad);
        arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, product->scratchpad};
    }
    dnnl_status_t status = dnnl_primitive_execute(product->primitive, stream, count, arguments);
    return status == dnnl_success ? dnnl_stream_wait(stream) : status;
}

/// A memory object without data that says how oneDNN wants the weights of a product to lie; nothing is compiled for it.
///
/// The layout is that of the product of `rows` rows with a float destination (for int8: sums), and serves those of other
/// numbers of rows as well: vectorspool_dnn_product_create compiles them for it. Destroy it with dnnl_memory_destroy.
static inline dnnl_status_t vectorspool_dnn_layout_create(
    dnnl_engine_t engine, dnnl_memory_t *layout, size_t *bytes, long rows, long depth, long columns,
    enum vectorspool_dnn_type type) {
    *layout = NULL;
    dnnl_primitive_desc_t described = NULL;
    dnnl_status_t status = vectorspool_dnn_product_describe(
        engine, &described, rows, depth, columns, type,
        type == vectorspool_dnn_int8 ? vectorspool_dnn_int32 : vectorspool_dnn_float32, NULL);
    if (status != dnnl_success) return status;
    vectorspool_dnn_desc_view view = dnnl_primitive_desc_query_md(described, dnnl_query_weights_md, 0);
    *bytes = vectorspool_dnn_desc_bytes(view);
    status = dnnl_memory_create(layout, view, engine, DNNL_MEMORY_NONE);
    dnnl_primitive_desc_destroy(described);
    return status;
}

/// The numbers that make up a layout: two layouts with the same numbers hold the same weights as the same bytes.
struct vectorspool_dnn_layout_facts {
    int count;
    int64_t numbers[16 + 6 * DNNL_MAX_NDIMS];
};

static inline void vectorspool_dnn_layout_add(
    struct vectorspool_dnn_layout_facts *facts, const dnnl_dim_t *numbers, int count) {
    facts->numbers[facts->count++] = count;
    for (int i = 0; i < count && i < DNNL_MAX_NDIMS; i++) facts->numbers[facts->count++] = numbers[i];
}

/// Reads a layout's numbers; none where oneDNN keeps them to itself, so that the layout cannot be told from another.
static inline struct vectorspool_dnn_layout_facts vectorspool_dnn_layout_read(dnnl_memory_t layout) {
    struct vectorspool_dnn_layout_facts facts = {0}, none = {0};
    vectorspool_dnn_desc_view view = NULL;
    if (dnnl_memory_get_memory_desc(layout, &view) != dnnl_success) return none;
    facts.numbers[facts.count++] = (int64_t)vectorspool_dnn_desc_bytes(view);
#if DNNL_VERSION_MAJOR >= 3
    int dimensions = 0, blocks = 0;
    dnnl_data_type_t type = dnnl_data_type_undef;
    dnnl_format_kind_t kind = dnnl_format_kind_undef;
    dnnl_dim_t offset = 0;
    const dnnl_dims_t *extents = NULL, *padded = NULL, *padding = NULL, *strides = NULL, *sizes = NULL, *indexes = NULL;
    if (dnnl_memory_desc_query(view, dnnl_query_format_kind, &kind) != dnnl_success || kind != dnnl_blocked ||
        dnnl_memory_desc_query(view, dnnl_query_ndims_s32, &dimensions) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_data_type, &type) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_submemory_offset_s64, &offset) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_dims, &extents) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_padded_dims, &padded) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_padded_offsets, &padding) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_strides, &strides) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_inner_nblks_s32, &blocks) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_inner_blks, &sizes) != dnnl_success ||
        dnnl_memory_desc_query(view, dnnl_query_inner_idxs, &indexes) != dnnl_success)
        return none;
    facts.numbers[facts.count++] = type;
    facts.numbers[facts.count++] = offset;
    vectorspool_dnn_layout_add(&facts, *extents, dimensions);
    vectorspool_dnn_layout_add(&facts, *padded, dimensions);
    vectorspool_dnn_layout_add(&facts, *padding, dimensions);
    vectorspool_dnn_layout_add(&facts, *strides, dimensions);
    vectorspool_dnn_layout_add(&facts, *sizes, blocks);
    vectorspool_dnn_layout_add(&facts, *indexes, blocks);
#else
    if (view->format_kind != dnnl_blocked) return none;
    const dnnl_blocking_desc_t *blocking = &view->format_desc.blocking;
    facts.numbers[facts.count++] = view->data_type;
    facts.numbers[facts.count++] = view->offset0;
    facts.numbers[facts.count++] = (int64_t)view->extra.flags;
    facts.numbers[facts.count++] = view->extra.compensation_mask;
    facts.numbers[facts.count++] = view->extra.asymm_compensation_mask;
    vectorspool_dnn_layout_add(&facts, view->dims, view->ndims);
    vectorspool_dnn_layout_add(&facts, view->padded_dims, view->ndims);
    vectorspool_dnn_layout_add(&facts, view->padded_offsets, view->ndims);
    vectorspool_dnn_layout_add(&facts, blocking->strides, view->ndims);
    vectorspool_dnn_layout_add(&facts, blocking->inner_blks, blocking->inner_nblks);
    vectorspool_dnn_layout_add(&facts, blocking->inner_idxs, blocking->inner_nblks);
#endif
    return facts;
}

/// Packs row-major [columns][depth] elements (PyTorch's Linear) into `layout`: signed bytes for int8, else floats.
static inline dnnl_status_t vectorspool_dnn_layout_pack(
    dnnl_memory_t layout, dnnl_engine_t engine, dnnl_stream_t stream, long depth, long columns,
    enum vectorspool_dnn_type type, const void *linear, void *packed) {
    dnnl_dims_t dims = {depth, columns};
    vectorspool_dnn_desc plain;
    dnnl_status_t status =
        vectorspool_dnn_desc_make(&plain, dims, type == vectorspool_dnn_int8 ? dnnl_s8 : dnnl_f32, dnnl_ba);
    if (status != dnnl_success) return status;
    dnnl_memory_t from = NULL, to = NULL;
    dnnl_primitive_desc_t described = NULL;
    dnnl_primitive_t reorder = NULL;
    vectorspool_dnn_desc_view target = NULL;
    status = dnnl_memory_create(&from, vectorspool_dnn_desc_look(&plain), engine, (void *)linear);
    if (status == dnnl_success) status = dnnl_memory_get_memory_desc(layout, &target);
    // An object of its own, so that the layout's is only ever read.
    if (status == dnnl_success) status = dnnl_memory_create(&to, target, engine, packed);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(
            &described, vectorspool_dnn_desc_look(&plain), engine, target, engine, NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, described);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
        status = dnnl_primitive_execute(reorder, stream, 2, arguments);
        if (status == dnnl_success) status = dnnl_stream_wait(stream);
    }
    if (reorder) dnnl_primitive_destroy(reorder);
    if (described) dnnl_primitive_desc_destroy(described);
    if (to) dnnl_memory_destroy(to);
    if (from) dnnl_memory_destroy(from);
    vectorspool_dnn_desc_free(&plain);
    return status;
}
