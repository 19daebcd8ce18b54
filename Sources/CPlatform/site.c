#include "site.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

// The load address of the file that contains `address`. dladdr also looks for a symbol, which takes a millisecond for 24 frames.
static uintptr_t base_of(void *address) {
#if __GLIBC_PREREQ(2, 35)
    struct dl_find_object found;
    return _dl_find_object(address, &found) == 0 ? (uintptr_t)found.dlfo_link_map->l_addr : 0;
#else
    Dl_info place;
    return dladdr(address, &place) ? (uintptr_t)place.dli_fbase : 0;
#endif
}

uint64_t vectorspool_call_site(void) {
    void *frames[24];
    int count = backtrace(frames, sizeof frames / sizeof *frames);
    // FNV-1a over the offsets in the loaded files.
    uint64_t hash = 0xCBF29CE484222325u;
    for (int frame = 1; frame < count; frame++) {
        hash = (hash ^ ((uintptr_t)frames[frame] - base_of(frames[frame]))) * 0x100000001B3u;
    }
    return hash;
}
