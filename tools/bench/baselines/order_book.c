// The order book as a C program, the limit for the one in TypeScript: the same connection, frames, table and ring, in its own
// shared memory. It lacks what costs no time there: reconnecting, snapshots, stale prices, waiting for readers.
//
//    order_book <port> <name in /dev/shm>      prints "<CLOCK_MONOTONIC in ns> <ticks applied>" every 50 ms
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, SYMBOLS = 1024, RING = 65536, PLACES = 4096, REPORT_NS = 50 * 1000 * 1000 };

// As in docs/shared-memory.md.
struct entry {
  _Atomic uint32_t version;
  uint32_t status;
  double price;
  uint64_t sequence, time, updates, spare[3];
};
struct slot {
  uint64_t sequence;
  uint32_t symbol, reserved;
  double price;
  uint64_t time;
};
struct book {
  char header[256];
  _Alignas(64) _Atomic uint64_t intent;
  _Atomic uint64_t published;
  _Alignas(64) _Atomic uint32_t futex;
  _Alignas(64) _Atomic uint32_t armed;
  _Alignas(4096) char symbols[SYMBOLS][32];
  _Alignas(4096) struct entry table[SYMBOLS];
  _Alignas(4096) struct slot ring[RING];
};

static struct book *book;
static uint32_t symbol_count;
static uint64_t published, sequence = 1, batch_time;
static uint64_t keys[PLACES][2];
static int32_t indices[PLACES];
static const double POWERS[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void make_book(const char *name) {
  int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || posix_fallocate(fd, 0, sizeof *book) != 0) fail("shm_open");
  book = mmap(NULL, sizeof *book, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shm_unlink(name); // no other process reads it
  if (book == MAP_FAILED) fail("mmap");
  memset(indices, -1, sizeof indices);
}

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (write(fd, "RESUME,0,0*", 11) != 11) fail("write");
  return fd;
}

static uint32_t learn(uint32_t place, uint64_t low, uint64_t high) {
  if (symbol_count == SYMBOLS) {
    fprintf(stderr, "more than %d symbols\n", SYMBOLS);
    exit(1);
  }
  keys[place][0] = low;
  keys[place][1] = high;
  indices[place] = (int32_t)symbol_count;
  int length = 0;
  for (uint64_t l = low, h = high; l || h; l = l >> 8 | h << 56, h >>= 8) length++;
  for (int i = length - 1; i >= 0; i--, low = low >> 8 | high << 56, high >>= 8)
    book->symbols[symbol_count][i] = (char)low;
  return symbol_count++;
}

static inline uint32_t find(uint64_t low, uint64_t high) {
  uint32_t place = (uint32_t)((low * 0x9e3779b97f4a7c15u ^ high * 0xc2b2ae3d27d4eb4fu) >> 52) & (PLACES - 1);
  for (;; place = (place + 1) & (PLACES - 1)) {
    if (indices[place] < 0) return learn(place, low, high);
    if (keys[place][0] == low && keys[place][1] == high) return (uint32_t)indices[place];
  }
}

static inline void apply(uint32_t index, double price) {
  struct entry *entry = &book->table[index];
  uint32_t version = atomic_load_explicit(&entry->version, memory_order_relaxed);
  atomic_store_explicit(&entry->version, version + 1, memory_order_relaxed);
  atomic_thread_fence(memory_order_release);
  entry->status = 1;
  entry->price = price;
  entry->sequence = sequence;
  entry->time = batch_time;
  entry->updates++;
  atomic_store_explicit(&entry->version, version + 2, memory_order_release);
  struct slot *slot = &book->ring[published++ & (RING - 1)];
  *slot = (struct slot){sequence++, index, 0, price, batch_time};
}

// Parses one complete tick frame. Returns the start of the next one.
static inline const char *tick(const char *start) {
  const char *at = start;
  uint64_t low = 0, high = 0;
  for (; *at != ',' && *at != '*'; at++) {
    high = high << 8 | low >> 56;
    low = low << 8 | (unsigned char)*at;
  }
  const char *comma = at, *dot = NULL;
  uint64_t mantissa = 0;
  unsigned digit;
  for (at++; *comma == ',' && ((digit = (unsigned)(*at - '0')) <= 9 || (*at == '.' && !dot)); at++) {
    if (digit <= 9) mantissa = mantissa * 10 + digit;
    else dot = at;
  }
  long decimals = dot ? at - dot - 1 : 0;
  if (*comma != ',' || comma == start || comma - start > 16 || *at != '*' || at - comma > 17 || decimals > 8 || mantissa == 0) {
    for (at = comma; *at != '*'; at++);
    fprintf(stderr, "bad frame: %.*s\n", (int)(at - start), start);
  } else {
    apply(find(low, high), (double)mantissa / POWERS[decimals]);
  }
  return at + 1;
}

static void control(const char *at, const char *end) {
  unsigned long long number, time;
  char text[96] = {0};
  memcpy(text, at, (size_t)(end - at) < sizeof text ? (size_t)(end - at) : sizeof text - 1);
  if (sscanf(text, "#BATCH,%llu,%llu", &number, &time) == 2) {
    if (number != sequence) fprintf(stderr, "gap: expected %llu, found %llu\n", (unsigned long long)sequence, number);
    sequence = number;
    batch_time = time;
  }
}

// Applies the complete frames. Returns the start of the incomplete one at the end.
static const char *decode(const char *at, const char *end) {
  const char *last = memrchr(at, '*', (size_t)(end - at));
  while (last && at <= last) {
    if (*at == '#') {
      const char *star = memchr(at, '*', (size_t)(end - at));
      control(at, star);
      at = star + 1;
    } else {
      at = tick(at);
    }
  }
  return at;
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "expected <port> <name>\n"), 2;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  static char chunk[2 * CHUNK];
  size_t held = 0;
  uint64_t reported = 0;
  make_book(argv[2]);
  int fd = connect_to(atoi(argv[1]));
  for (;;) {
    ssize_t got = recv(fd, chunk + held, CHUNK, 0);
    if (got <= 0) return 0;
    atomic_store_explicit(&book->intent, published + (uint64_t)got / 4, memory_order_relaxed);
    const char *end = chunk + held + got, *rest = decode(chunk, end);
    held = (size_t)(end - rest);
    memmove(chunk, rest, held);
    atomic_store_explicit(&book->published, published, memory_order_release);
    atomic_fetch_add(&book->futex, 1);
    uint64_t now = now_ns();
    if (now - reported < REPORT_NS) continue;
    reported = now;
    printf("%llu %llu\n", (unsigned long long)now, (unsigned long long)published);
    fflush(stdout);
  }
}
