// Prints a row of a table in a shared file, whose fields it finds in the file's own layout.
//
//   cc -O2 -o read_row read_row.c
//   ./read_row weather stations 0
//   ./read_row weather stations 0 1000     // the row as it is after each of the next 1000 writes that it sees

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LAYOUT_START = 192, ROW_HEADER = 8, FIELDS_MAX = 64, PATIENCE_S = 1 };

// The start of the file; the layout follows at LAYOUT_START, as JSON.
struct header {
  char magic[8];
  uint32_t version, layout_bytes;
  uint64_t total_bytes;
};

struct field {
  char name[65], type[8];
  uint32_t offset, bytes;
};

static void fail(const char *format, ...) {
  va_list words;
  va_start(words, format);
  fputs("error: ", stderr);
  vfprintf(stderr, format, words);
  fputs("\n", stderr);
  exit(1);
}

// Copies a row, as it was at one moment. Returns its version.
static uint32_t read_row(char *row, char *copy, size_t bytes) {
  _Atomic uint32_t *version = (_Atomic uint32_t *)row;
  for (time_t give_up = time(NULL) + PATIENCE_S;;) {
    uint32_t before = atomic_load_explicit(version, memory_order_acquire);
    memcpy(copy, row, bytes);
    atomic_thread_fence(memory_order_acquire); // the copy is complete before the version is read again
    uint32_t after = atomic_load_explicit(version, memory_order_relaxed);
    if (before % 2 == 0 && before == after) return before;
    if (time(NULL) > give_up) fail("the row is half written, and its writer does not finish it; restart the writer");
  }
}

static void print_field(const char *copy, struct field field) {
  const char *at = copy + field.offset;
  int32_t i32;
  uint32_t u32;
  uint64_t u64;
  double f64;
  printf("%s=", field.name);
  if (!strcmp(field.type, "f64")) printf("%.17g", (memcpy(&f64, at, 8), f64));
  else if (!strcmp(field.type, "u64")) printf("%llu", (unsigned long long)(memcpy(&u64, at, 8), u64));
  else if (!strcmp(field.type, "u32")) printf("%u", (memcpy(&u32, at, 4), u32));
  else if (!strcmp(field.type, "i32")) printf("%d", (memcpy(&i32, at, 4), i32));
  else printf("%.*s", (int)field.bytes, at); // UTF-8, padded with zero bytes
}

static char *map(const char *name, char **layout) {
  char path[256];
  struct header header;
  struct stat status;
  snprintf(path, sizeof path, "/dev/shm/%s", name);
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) fail("cannot open %s: %s; start its writer first", path, strerror(errno));
  if (pread(fd, &header, sizeof header, 0) != sizeof header || memcmp(header.magic, "SHAREDv1", 8))
    fail("%s is not a shared file", path);
  if (header.version != 1) fail("%s has version %u, expected 1", path, header.version);
  // A read behind the end of a file would kill this process.
  if (fstat(fd, &status) || (uint64_t)status.st_size < header.total_bytes ||
      header.total_bytes < LAYOUT_START + (uint64_t)header.layout_bytes)
    fail("%s was truncated", path);
  char *memory = mmap(NULL, header.total_bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("cannot map %s: %s", path, strerror(errno));
  close(fd);
  *layout = strndup(memory + LAYOUT_START, header.layout_bytes);
  return memory;
}

// The fields of a table in the layout, whose keys are always in this order. Returns how many there are.
static int find_table(const char *layout, const char *name, uint32_t place[3], struct field fields[]) {
  char start[128];
  int length, count = 0;
  snprintf(start, sizeof start, "\"%s\":{\"kind\":\"table\"", name);
  const char *at = strstr(layout, start);
  if (!at) fail("the file has no table \"%s\"; its layout: %s", name, layout);
  at += strlen(start);
  if (sscanf(at, ",\"offset\":%u,\"count\":%u,\"stride\":%u,\"fields\":{%n", &place[0], &place[1], &place[2], &length) < 3)
    fail("the layout is not that of version 1: %s", layout);
  for (at += length; count < FIELDS_MAX; count++, at += length + 1) {
    struct field *field = &fields[count];
    if (sscanf(at, "\"%64[^\"]\":{\"type\":\"%7[^\"]\",\"offset\":%u,\"bytes\":%u}%n", field->name, field->type,
               &field->offset, &field->bytes, &length) < 4)
      break;
  }
  return count;
}

int main(int count, char **words) {
  if (count < 4) fail("usage: read_row FILE TABLE ROW [TIMES]");
  char *layout, *memory = map(words[1], &layout);
  uint32_t place[3]; // offset of row 0, number of rows, bytes from one row to the next
  struct field fields[FIELDS_MAX];
  int known = find_table(layout, words[2], place, fields);
  unsigned long index = strtoul(words[3], NULL, 10);
  if (index >= place[1]) fail("the table has %u rows, expected a row below that", place[1]);
  char *row = memory + place[0] + index * place[2], *copy = malloc(place[2]);
  uint32_t last = 1; // odd, so no version of a whole row
  for (long times = count > 4 ? strtol(words[4], NULL, 10) : 1; times > 0;) {
    uint32_t version = read_row(row, copy, place[2]);
    if (version == last) continue;
    last = version;
    times--;
    uint32_t written;
    memcpy(&written, copy + 4, 4);
    if (!written) puts("never written");
    for (int i = 0; written && i < known; i++) {
      print_field(copy, fields[i]);
      putchar(i + 1 < known ? '\t' : '\n');
    }
  }
}
