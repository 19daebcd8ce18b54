#include "matrix.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>

// The system's oneDNN is used unless the compiler and the linker are shown another one first; it brings no pkg-config file:
//   swift build -c release --scratch-path DIR -Xcc -IONEDNN/include -Xlinker -LONEDNN/lib -Xlinker -rpath -Xlinker ONEDNN/lib
// Tests/portability.sh does that. Headers and library must have the same major version.

struct vectorspool_matrix_engine {
    dnnl_engine_t handle;
    char name[128];
};

struct vectorspool_matrix_stream {
    dnnl_stream_t handle;
    dnnl_engine_t engine;
};

struct vectorspool_matrix_layout {
    // Describes the layout and has no data.
    dnnl_memory_t memory;
    long depth, columns;
    enum vectorspool_matrix_element element;
};

enum { SOURCE, WEIGHTS, BIAS, DESTINATION, SCRATCH, ARGUMENTS };

struct vectorspool_matrix_product {
    dnnl_primitive_t primitive;
    dnnl_stream_t stream;
    // Objects that are given their data at each call; NULL where the product has no such argument.
    dnnl_memory_t memories[ARGUMENTS];
};

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t description_view;
static dnnl_status_t describe(dnnl_memory_desc_t *made, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_create_with_tag(made, 2, dims, type, tag);
}
static void forget(dnnl_memory_desc_t *made) { dnnl_memory_desc_destroy(*made); }
static description_view view_of(const dnnl_memory_desc_t *made) { return *made; }
#else
typedef const dnnl_memory_desc_t *description_view;
static dnnl_status_t describe(dnnl_memory_desc_t *made, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_init_by_tag(made, 2, dims, type, tag);
}
static void forget(dnnl_memory_desc_t *made) { (void)made; }
static description_view view_of(const dnnl_memory_desc_t *made) { return made; }
#endif

static dnnl_data_type_t data_type(enum vectorspool_matrix_element element) {
    switch (element) {
    case vectorspool_matrix_bfloat16: return dnnl_bf16;
    case vectorspool_matrix_int8: return dnnl_s8;
    case vectorspool_matrix_int32: return dnnl_s32;
    default: return dnnl_f32;
    }
}

// --- Engine -------------------------------------------------------------------------------------------------------------

int vectorspool_matrix_is_native(enum vectorspool_matrix_element element) {
    // Instruction sets are sets of bits, so that those yet to come are understood. On other than x86 processors there are none.
    const dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
    switch (element) {
    case vectorspool_matrix_bfloat16:
        return (isa & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
    case vectorspool_matrix_int8:
        return (isa & dnnl_cpu_isa_avx512_core_vnni) == dnnl_cpu_isa_avx512_core_vnni
            || (isa & dnnl_cpu_isa_avx2_vnni) == dnnl_cpu_isa_avx2_vnni;
    default: return 1;
    }
}

int vectorspool_matrix_engine_create(struct vectorspool_matrix_engine **engine) {
    struct vectorspool_matrix_engine *made = calloc(1, sizeof *made);
    if (!made) return dnnl_out_of_memory;
    const dnnl_status_t status = dnnl_engine_create(&made->handle, dnnl_cpu, 0);
    if (status != dnnl_success) {
        free(made);
        return (int)status;
    }
    const dnnl_version_t *version = dnnl_version();
    snprintf(
        made->name, sizeof made->name, "oneDNN %d.%d.%d %s instructions %u", version->major, version->minor, version->patch,
        version->hash ? version->hash : "", (unsigned)dnnl_get_effective_cpu_isa());
    *engine = made;
    return 0;
}

void vectorspool_matrix_engine_destroy(struct vectorspool_matrix_engine *engine) {
    dnnl_engine_destroy(engine->handle);
    free(engine);
}

const char *vectorspool_matrix_engine_name(const struct vectorspool_matrix_engine *engine) { return engine->name; }

// --- Stream -------------------------------------------------------------------------------------------------------------

// Keeps the products of the calling thread on it, whatever library of threads oneDNN was built with.
//
// OpenMP keeps the number of threads for each calling thread; without this every worker would start a team of its own.
// TBB has one limit for the process, which holds while an object lives: `tbb::global_control(max_allowed_parallelism, 1)`,
// https://oneapi-spec.uxlfoundation.org/specifications/oneapi/latest/elements/onetbb/source/task_scheduler/scheduling_controls/global_control_cls
// whose layout and entry point have been the same since oneTBB 2021. Nothing is linked: a oneDNN brings one of them along.
static void stay_on_this_thread(void) {
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

int vectorspool_matrix_stream_create(
    struct vectorspool_matrix_stream **stream, const struct vectorspool_matrix_engine *engine) {
    stay_on_this_thread();
    struct vectorspool_matrix_stream *made = calloc(1, sizeof *made);
    if (!made) return dnnl_out_of_memory;
    made->engine = engine->handle;
    const dnnl_status_t status = dnnl_stream_create(&made->handle, engine->handle, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        free(made);
        return (int)status;
    }
    *stream = made;
    return 0;
}

void vectorspool_matrix_stream_destroy(struct vectorspool_matrix_stream *stream) {
    dnnl_stream_destroy(stream->handle);
    free(stream);
}

// --- Finding an implementation ------------------------------------------------------------------------------------------

// `layout` says how the weights lie; NULL lets oneDNN choose.
static dnnl_status_t find(
    dnnl_primitive_desc_t *found, dnnl_engine_t engine, const struct vectorspool_matrix_shape *shape,
    description_view layout) {
    const int is_int8 = shape->element == vectorspool_matrix_int8;
    const dnnl_data_type_t in = data_type(shape->element), out = data_type(shape->destination);
    const struct {
        dnnl_dims_t dims;
        dnnl_data_type_t type;
        dnnl_format_tag_t tag;
    } wanted[] = {
        [SOURCE] = {{shape->rows, shape->depth}, is_int8 ? dnnl_u8 : in, dnnl_ab},
        [WEIGHTS] = {{shape->depth, shape->columns}, in, dnnl_format_tag_any},
        [BIAS] = {{1, shape->columns}, dnnl_f32, dnnl_ab},
        [DESTINATION] = {{shape->rows, shape->columns}, out, dnnl_ab},
    };
    dnnl_memory_desc_t made[SCRATCH];
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    if (status != dnnl_success) return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    int count = 0;
    while (status == dnnl_success && count < SCRATCH) {
        status = describe(&made[count], wanted[count].dims, wanted[count].type, wanted[count].tag);
        if (status == dnnl_success) count++;
    }
    if (status == dnnl_success) {
        const description_view weights = layout ? layout : view_of(&made[WEIGHTS]);
        const description_view bias = is_int8 ? NULL : view_of(&made[BIAS]);
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_matmul_primitive_desc_create(
            found, engine, made[SOURCE], weights, bias, made[DESTINATION], attributes);
#else
        dnnl_matmul_desc_t product;
        status = dnnl_matmul_desc_init(&product, &made[SOURCE], weights, bias, &made[DESTINATION]);
        if (status == dnnl_success) status = dnnl_primitive_desc_create(found, &product, attributes, engine, NULL);
#endif
    }
    while (count > 0) forget(&made[--count]);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

int vectorspool_matrix_engine_compiles(
    const struct vectorspool_matrix_engine *engine, enum vectorspool_matrix_element element) {
    const struct vectorspool_matrix_shape shape = {
        .rows = 64, .depth = 64, .columns = 64, .element = element, .destination = element};
    dnnl_primitive_desc_t found = NULL;
    if (find(&found, engine->handle, &shape, NULL) != dnnl_success) return 0;
    dnnl_primitive_desc_destroy(found);
    return 1;
}

// --- Layout -------------------------------------------------------------------------------------------------------------

int vectorspool_matrix_layout_create(
    struct vectorspool_matrix_layout **layout, const struct vectorspool_matrix_engine *engine,
    const struct vectorspool_matrix_shape *shape, size_t *bytes) {
    dnnl_primitive_desc_t found = NULL;
    dnnl_status_t status = find(&found, engine->handle, shape, NULL);
    if (status != dnnl_success) return (int)status;
    struct vectorspool_matrix_layout *made = calloc(1, sizeof *made);
    const description_view view = dnnl_primitive_desc_query_md(found, dnnl_query_weights_md, 0);
    status = made ? dnnl_memory_create(&made->memory, view, engine->handle, DNNL_MEMORY_NONE) : dnnl_out_of_memory;
    *bytes = dnnl_memory_desc_get_size(view);
    dnnl_primitive_desc_destroy(found);
    if (status != dnnl_success) {
        free(made);
        return (int)status;
    }
    made->depth = shape->depth;
    made->columns = shape->columns;
    made->element = shape->element;
    *layout = made;
    return 0;
}

void vectorspool_matrix_layout_destroy(struct vectorspool_matrix_layout *layout) {
    dnnl_memory_destroy(layout->memory);
    free(layout);
}

struct numbers {
    int64_t *start;
    size_t count, capacity;
};

static void add(struct numbers *numbers, int64_t number) {
    if (numbers->count < numbers->capacity) numbers->start[numbers->count] = number;
    numbers->count++;
}

static void add_all(struct numbers *numbers, const dnnl_dim_t *dims, int count) {
    add(numbers, count);
    for (int i = 0; i < count && i < DNNL_MAX_NDIMS; i++) add(numbers, dims[i]);
}

size_t vectorspool_matrix_layout_numbers(
    const struct vectorspool_matrix_layout *layout, int64_t *start, size_t capacity) {
    struct numbers numbers = {.start = start, .capacity = capacity};
    description_view view = NULL;
    if (dnnl_memory_get_memory_desc(layout->memory, &view) != dnnl_success) return 0;
    add(&numbers, (int64_t)dnnl_memory_desc_get_size(view));
#if DNNL_VERSION_MAJOR >= 3
    int dimensions = 0, blocks = 0;
    dnnl_data_type_t type = dnnl_data_type_undef;
    dnnl_format_kind_t kind = dnnl_format_kind_undef;
    dnnl_dim_t offset = 0;
    const dnnl_dims_t *extents = NULL, *padded = NULL, *padding = NULL, *strides = NULL, *sizes = NULL, *indexes = NULL;
    if (dnnl_memory_desc_query(view, dnnl_query_format_kind, &kind) != dnnl_success || kind != dnnl_blocked
        || dnnl_memory_desc_query(view, dnnl_query_ndims_s32, &dimensions) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_data_type, &type) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_submemory_offset_s64, &offset) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_dims, &extents) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_padded_dims, &padded) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_padded_offsets, &padding) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_strides, &strides) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_inner_nblks_s32, &blocks) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_inner_blks, &sizes) != dnnl_success
        || dnnl_memory_desc_query(view, dnnl_query_inner_idxs, &indexes) != dnnl_success)
        return 0;
    add(&numbers, type);
    add(&numbers, offset);
    add_all(&numbers, *extents, dimensions);
    add_all(&numbers, *padded, dimensions);
    add_all(&numbers, *padding, dimensions);
    add_all(&numbers, *strides, dimensions);
    add_all(&numbers, *sizes, blocks);
    add_all(&numbers, *indexes, blocks);
#else
    if (view->format_kind != dnnl_blocked) return 0;
    const dnnl_blocking_desc_t *blocking = &view->format_desc.blocking;
    add(&numbers, view->data_type);
    add(&numbers, view->offset0);
    add(&numbers, (int64_t)view->extra.flags);
    add(&numbers, view->extra.compensation_mask);
    add(&numbers, view->extra.asymm_compensation_mask);
    add_all(&numbers, view->dims, view->ndims);
    add_all(&numbers, view->padded_dims, view->ndims);
    add_all(&numbers, view->padded_offsets, view->ndims);
    add_all(&numbers, blocking->strides, view->ndims);
    add_all(&numbers, blocking->inner_blks, blocking->inner_nblks);
    add_all(&numbers, blocking->inner_idxs, blocking->inner_nblks);
#endif
    return numbers.count <= capacity ? numbers.count : 0;
}

int vectorspool_matrix_layout_pack(
    const struct vectorspool_matrix_layout *layout, const struct vectorspool_matrix_stream *stream, const void *linear,
    void *packed) {
    const dnnl_dims_t dims = {layout->depth, layout->columns};
    dnnl_memory_desc_t plain;
    dnnl_status_t status =
        describe(&plain, dims, layout->element == vectorspool_matrix_int8 ? dnnl_s8 : dnnl_f32, dnnl_ba);
    if (status != dnnl_success) return (int)status;
    dnnl_memory_t from = NULL, to = NULL;
    dnnl_primitive_desc_t described = NULL;
    dnnl_primitive_t reorder = NULL;
    description_view target = NULL;
    status = dnnl_memory_create(&from, view_of(&plain), stream->engine, (void *)linear);
    if (status == dnnl_success) status = dnnl_memory_get_memory_desc(layout->memory, &target);
    // An object of its own, so that the layout's is only ever read.
    if (status == dnnl_success) status = dnnl_memory_create(&to, target, stream->engine, packed);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(
            &described, view_of(&plain), stream->engine, target, stream->engine, NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, described);
    if (status == dnnl_success) {
        const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
        status = dnnl_primitive_execute(reorder, stream->handle, 2, arguments);
        if (status == dnnl_success) status = dnnl_stream_wait(stream->handle);
    }
    if (reorder) dnnl_primitive_destroy(reorder);
    if (described) dnnl_primitive_desc_destroy(described);
    if (to) dnnl_memory_destroy(to);
    if (from) dnnl_memory_destroy(from);
    forget(&plain);
    return (int)status;
}

// --- Product ------------------------------------------------------------------------------------------------------------

int vectorspool_matrix_product_create(
    struct vectorspool_matrix_product **product, const struct vectorspool_matrix_stream *stream,
    const struct vectorspool_matrix_shape *shape, const struct vectorspool_matrix_layout *layout,
    size_t *scratch_bytes) {
    static const struct {
        dnnl_query_t query;
        int index;
    } asked[] = {
        [SOURCE] = {dnnl_query_src_md, 0}, [WEIGHTS] = {dnnl_query_weights_md, 0}, [BIAS] = {dnnl_query_weights_md, 1},
        [DESTINATION] = {dnnl_query_dst_md, 0}, [SCRATCH] = {dnnl_query_scratchpad_md, 0},
    };
    dnnl_primitive_desc_t found = NULL;
    description_view weights = NULL;
    dnnl_status_t status = dnnl_memory_get_memory_desc(layout->memory, &weights);
    if (status == dnnl_success) status = find(&found, stream->engine, shape, weights);
    if (status != dnnl_success) return (int)status;
    struct vectorspool_matrix_product *made = calloc(1, sizeof *made);
    status = made ? dnnl_primitive_create(&made->primitive, found) : dnnl_out_of_memory;
    for (int i = 0; i < ARGUMENTS && status == dnnl_success; i++) {
        const description_view view = dnnl_primitive_desc_query_md(found, asked[i].query, asked[i].index);
        const size_t bytes = view ? dnnl_memory_desc_get_size(view) : 0;
        if (bytes) status = dnnl_memory_create(&made->memories[i], view, stream->engine, DNNL_MEMORY_NONE);
        if (i == SCRATCH) *scratch_bytes = bytes;
    }
    dnnl_primitive_desc_destroy(found);
    if (status != dnnl_success) {
        if (made) vectorspool_matrix_product_destroy(made);
        return (int)status;
    }
    made->stream = stream->handle;
    *product = made;
    return 0;
}

void vectorspool_matrix_product_destroy(struct vectorspool_matrix_product *product) {
    for (int i = 0; i < ARGUMENTS; i++)
        if (product->memories[i]) dnnl_memory_destroy(product->memories[i]);
    if (product->primitive) dnnl_primitive_destroy(product->primitive);
    free(product);
}

int vectorspool_matrix_product_execute(
    struct vectorspool_matrix_product *product, const void *source, const void *weights, const float *bias,
    void *destination, void *scratch) {
    static const int names[] = {
        [SOURCE] = DNNL_ARG_SRC, [WEIGHTS] = DNNL_ARG_WEIGHTS, [BIAS] = DNNL_ARG_BIAS, [DESTINATION] = DNNL_ARG_DST,
        [SCRATCH] = DNNL_ARG_SCRATCHPAD,
    };
    void *const data[] = {
        [SOURCE] = (void *)source, [WEIGHTS] = (void *)weights, [BIAS] = (void *)bias, [DESTINATION] = destination,
        [SCRATCH] = scratch,
    };
    dnnl_exec_arg_t arguments[ARGUMENTS];
    int count = 0;
    for (int i = 0; i < ARGUMENTS; i++) {
        if (!product->memories[i]) continue;
        const dnnl_status_t placed = dnnl_memory_set_data_handle(product->memories[i], data[i]);
        if (placed != dnnl_success) return (int)placed;
        arguments[count++] = (dnnl_exec_arg_t){.arg = names[i], .memory = product->memories[i]};
    }
    const dnnl_status_t status = dnnl_primitive_execute(product->primitive, product->stream, count, arguments);
    return (int)(status == dnnl_success ? dnnl_stream_wait(product->stream) : status);
}
