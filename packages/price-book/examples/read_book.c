// Prints the latest price of a symbol in a price book.
//
//   cc -O2 -o read_book read_book.c
//   ./read_book default AAPL

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LAYOUT_VERSION = 3, SYMBOL_BYTES = 32, PATIENCE_S = 1 };

// Every field of the file with its offset: docs/shared-memory.md of Tickline.
struct header {
  char magic[8];
  uint32_t layout_version, header_bytes, symbol_capacity, table_offset, unused[6];
  uint64_t total_bytes;
  uint32_t unused_too[5];
  _Atomic uint32_t symbol_count;
  uint32_t unused_either[77];
  uint32_t symbol_offset;
};
_Static_assert(offsetof(struct header, total_bytes) == 48, "layout version 3");
_Static_assert(offsetof(struct header, symbol_count) == 76, "layout version 3");
_Static_assert(offsetof(struct header, symbol_offset) == 388, "layout version 3");

// One cache line.
struct entry {
  _Atomic uint32_t version; // odd while the entry is being written
  uint32_t status;          // 0 no price yet, 1 live, 2 stale
  double price;
  uint64_t sequence, time, updates, unused[3];
};
_Static_assert(sizeof(struct entry) == 64, "layout version 3");

static void fail(const char *format, ...) {
  va_list words;
  va_start(words, format);
  fputs("error: ", stderr);
  vfprintf(stderr, format, words);
  fputs("\n", stderr);
  exit(1);
}

static const struct header *map(const char *name) {
  char path[256];
  struct header header;
  struct stat status;
  snprintf(path, sizeof path, "/dev/shm/tickline-%s", name);
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) fail("cannot open %s: %s; start its writer first", path, strerror(errno));
  if (pread(fd, &header, sizeof header, 0) != sizeof header || memcmp(header.magic, "TICKLINE", 8))
    fail("%s is not a price book", path);
  if (header.layout_version != LAYOUT_VERSION)
    fail("%s has layout version %u, expected %u", path, header.layout_version, LAYOUT_VERSION);
  // A read behind the end of a file would kill this process.
  if (fstat(fd, &status) || (uint64_t)status.st_size < header.total_bytes) fail("%s was truncated", path);
  const void *memory = mmap(NULL, header.total_bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("cannot map %s: %s", path, strerror(errno));
  close(fd);
  return memory;
}

// The status and price of an entry, at one moment.
static uint32_t read_entry(const struct entry *entry, double *price) {
  for (time_t give_up = time(NULL) + PATIENCE_S;;) {
    uint32_t before = atomic_load_explicit(&entry->version, memory_order_acquire);
    uint32_t status = entry->status;
    *price = entry->price;
    atomic_thread_fence(memory_order_acquire); // the copy is complete before the version is read again
    uint32_t after = atomic_load_explicit(&entry->version, memory_order_relaxed);
    if (before % 2 == 0 && before == after) return status;
    if (time(NULL) > give_up) fail("the entry is half written, and its writer does not finish it; restart the writer");
  }
}

int main(int count, char **words) {
  if (count != 3) fail("usage: read_book BOOK SYMBOL");
  const struct header *header = map(words[1]);
  const char *memory = (const char *)header;
  uint32_t symbols = atomic_load_explicit(&header->symbol_count, memory_order_acquire);
  for (uint32_t i = 0; i < symbols; i++) {
    if (strncmp(memory + header->symbol_offset + (size_t)i * SYMBOL_BYTES, words[2], SYMBOL_BYTES)) continue;
    double price;
    uint32_t status = read_entry((const struct entry *)(memory + header->table_offset) + i, &price);
    if (status == 0) fail("%s has no price yet", words[2]);
    printf("%s %.17g%s\n", words[2], price, status == 2 ? " stale" : "");
    return 0;
  }
  fail("the book has no symbol %s", words[2]);
}
