// The limit of the encoder: how fast oneDNN multiplies when nothing lies between the products.
//
//     cc -O2 -o limit limit.c -ldnnl -lpthread
//     OMP_NUM_THREADS=1 ./limit float32|bfloat16|int8 THREADS SECONDS
//
// Each thread computes the four products of a BERT layer (all-MiniLM-L6-v2: 384 wide, 1536 in between) over and over on
// memory of its own, for several numbers of rows. Prints one JSON object: the best of them, in multiply-accumulates a
// second of all threads together. Builds with oneDNN 2.6 and 3.x.
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { product_count = 4, thread_limit = 64 };
static const long depths[product_count] = {384, 384, 384, 1536};
static const long columns[product_count] = {1152, 384, 1536, 384};
static const long row_counts[] = {128, 256, 512};

static dnnl_data_type_t source_type, weights_type, destination_type;
static double seconds;
static dnnl_engine_t engine;
static pthread_barrier_t barrier;

struct product {
    dnnl_primitive_t primitive;
    dnnl_memory_t source, weights, destination, scratchpad;
};

struct worker {
    pthread_t thread;
    long rows;
    double rate;
    char implementation[64];
};

static void check(dnnl_status_t status, const char *what) {
    if (status == dnnl_success) return;
    fprintf(stderr, "limit: oneDNN cannot %s (status %d)\n", what, status);
    exit(69);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

// Memory of the layout that the product wants, filled with small numbers: zeros and denormals would flatter or slow it.
#if DNNL_VERSION_MAJOR >= 3
static dnnl_memory_t filled(const_dnnl_memory_desc_t layout, dnnl_data_type_t type) {
#else
static dnnl_memory_t filled(const dnnl_memory_desc_t *layout, dnnl_data_type_t type) {
#endif
    size_t bytes = dnnl_memory_desc_get_size(layout);
    if (bytes == 0) return NULL;
    void *data = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!data) exit(71);
    for (size_t i = 0; i < bytes; i++) ((unsigned char *)data)[i] = (unsigned char)(i * 37 % 101);
    if (type == dnnl_f32)
        for (size_t i = 0; i < bytes / 4; i++) ((float *)data)[i] = (float)(i % 97) * 0.01f - 0.48f;
    if (type == dnnl_bf16) // 0.01 ... 0.02, by their upper bits
        for (size_t i = 0; i < bytes / 2; i++) ((unsigned short *)data)[i] = (unsigned short)(0x3c24 + i % 97);
    dnnl_memory_t memory;
    check(dnnl_memory_create(&memory, layout, engine, data), "take memory");
    return memory;
}

static dnnl_primitive_desc_t describe(long rows, long depth, long column_count) {
    dnnl_dims_t source_dims = {rows, depth}, weights_dims = {depth, column_count};
    dnnl_dims_t destination_dims = {rows, column_count};
    dnnl_memory_desc_t source, weights, destination;
    dnnl_primitive_attr_t attributes;
    dnnl_primitive_desc_t description;
    check(dnnl_primitive_attr_create(&attributes), "make attributes");
    check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "choose its scratchpad");
#if DNNL_VERSION_MAJOR >= 3
    check(dnnl_memory_desc_create_with_tag(&source, 2, source_dims, source_type, dnnl_ab), "describe the source");
    check(dnnl_memory_desc_create_with_tag(&weights, 2, weights_dims, weights_type, dnnl_format_tag_any),
          "describe the weights");
    check(dnnl_memory_desc_create_with_tag(&destination, 2, destination_dims, destination_type, dnnl_ab),
          "describe the destination");
    check(dnnl_matmul_primitive_desc_create(&description, engine, source, weights, NULL, destination, attributes),
          "describe the product");
    dnnl_memory_desc_destroy(source);
    dnnl_memory_desc_destroy(weights);
    dnnl_memory_desc_destroy(destination);
#else
    dnnl_matmul_desc_t product;
    check(dnnl_memory_desc_init_by_tag(&source, 2, source_dims, source_type, dnnl_ab), "describe the source");
    check(dnnl_memory_desc_init_by_tag(&weights, 2, weights_dims, weights_type, dnnl_format_tag_any),
          "describe the weights");
    check(dnnl_memory_desc_init_by_tag(&destination, 2, destination_dims, destination_type, dnnl_ab),
          "describe the destination");
    check(dnnl_matmul_desc_init(&product, &source, &weights, NULL, &destination), "describe the product");
    check(dnnl_primitive_desc_create(&description, &product, attributes, engine, NULL), "describe the product");
#endif
    dnnl_primitive_attr_destroy(attributes);
    return description;
}

static struct product make(long rows, int number, char *implementation) {
    dnnl_primitive_desc_t description = describe(rows, depths[number], columns[number]);
    struct product made;
    const char *name = "";
    dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
    snprintf(implementation, sizeof((struct worker *)0)->implementation, "%s", name);
    check(dnnl_primitive_create(&made.primitive, description), "compile the product");
    made.source = filled(dnnl_primitive_desc_query_md(description, dnnl_query_src_md, 0), source_type);
    made.weights = filled(dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0), weights_type);
    made.destination = filled(dnnl_primitive_desc_query_md(description, dnnl_query_dst_md, 0), destination_type);
    made.scratchpad = filled(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0), dnnl_u8);
    dnnl_primitive_desc_destroy(description);
    return made;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    struct product products[product_count];
    dnnl_stream_t stream;
    check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "create a stream");
    for (int i = 0; i < product_count; i++) products[i] = make(worker->rows, i, worker->implementation);

    double start = 0, end = 0;
    long layers = 0;
    for (int pass = 0; pass < 2; pass++) { // the first warms up
        double limit = pass ? seconds : seconds / 5;
        layers = 0;
        pthread_barrier_wait(&barrier);
        start = now();
        do {
            for (int i = 0; i < product_count; i++) {
                dnnl_exec_arg_t arguments[] = {
                    {DNNL_ARG_SRC, products[i].source},
                    {DNNL_ARG_WEIGHTS, products[i].weights},
                    {DNNL_ARG_DST, products[i].destination},
                    {DNNL_ARG_SCRATCHPAD, products[i].scratchpad},
                };
                check(dnnl_primitive_execute(products[i].primitive, stream, products[i].scratchpad ? 4 : 3, arguments),
                      "multiply");
            }
            check(dnnl_stream_wait(stream), "wait");
            layers++;
            end = now();
        } while (end - start < limit);
    }
    double operations = 0;
    for (int i = 0; i < product_count; i++) operations += (double)worker->rows * depths[i] * columns[i];
    worker->rate = operations * layers / (end - start);
    return NULL;
}

int main(int count, char **arguments) {
    const char *compute = count == 4 ? arguments[1] : "";
    int threads = count == 4 ? atoi(arguments[2]) : 0;
    seconds = count == 4 ? atof(arguments[3]) : 0;
    if (!strcmp(compute, "float32")) {
        source_type = weights_type = destination_type = dnnl_f32;
    } else if (!strcmp(compute, "bfloat16")) {
        source_type = weights_type = destination_type = dnnl_bf16;
    } else if (!strcmp(compute, "int8")) {
        source_type = dnnl_u8, weights_type = dnnl_s8, destination_type = dnnl_s32;
    } else {
        threads = 0;
    }
    if (threads < 1 || threads > thread_limit || seconds <= 0) {
        fprintf(stderr, "usage: limit float32|bfloat16|int8 THREADS SECONDS\n");
        return 64;
    }
    // libgomp counts threads for each calling thread; only the environment reaches them all, and before it is loaded.
    const char *team = getenv("OMP_NUM_THREADS");
    if (!team || strcmp(team, "1")) {
        fprintf(stderr, "limit: set OMP_NUM_THREADS=1; each thread here multiplies by itself\n");
        return 64;
    }
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create its engine");

    static struct worker workers[thread_limit];
    double best = 0;
    long best_rows = 0;
    for (size_t i = 0; i < sizeof row_counts / sizeof *row_counts; i++) {
        double rate = 0;
        pthread_barrier_init(&barrier, NULL, (unsigned)threads);
        for (int t = 0; t < threads; t++) {
            workers[t].rows = row_counts[i];
            if (pthread_create(&workers[t].thread, NULL, work, &workers[t])) return 71;
        }
        for (int t = 0; t < threads; t++) {
            pthread_join(workers[t].thread, NULL);
            rate += workers[t].rate;
        }
        pthread_barrier_destroy(&barrier);
        fprintf(stderr, "limit: %s, %ld rows: %.1f GMAC/s\n", compute, row_counts[i], rate * 1e-9);
        if (rate > best) best = rate, best_rows = row_counts[i];
    }
    const dnnl_version_t *version = dnnl_version();
    printf("{\"compute\": \"%s\", \"threads\": %d, \"rows\": %ld, ", compute, threads, best_rows);
    printf("\"macs_per_second\": %.0f, ", best);
    printf("\"implementation\": \"%s\", \"version\": \"oneDNN %d.%d.%d\"}\n", workers[0].implementation, version->major,
           version->minor, version->patch);
    return 0;
}
