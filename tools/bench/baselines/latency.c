// A tick's path through three processes in C, in as few steps as possible: the limit of this machine. The first reads the
// frames of the sender, the second decides, the third reads an order now and then and answers it.
//
//    sender ══ TCP ══▶ book ══ shared memory, futex ══▶ strategy ══ TCP ══▶ manager
//                                                          ◀═══ report ══════
//
// No price is parsed, no average computed, nothing recorded.
//
//    latency <port> spin|block <warm-up ms> <window ms> <ticks per order>     prints a line of JSON for each of three latencies
//    latency <ticks per second> alone <warm-up ms> <window ms>     prints one for a decision: a process that looks at the
//                                                                clock, and finds that a tick is due; nobody sends any
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 1 << 20, RING = 1 << 14, CHUNK = 64 * 1024, ORDER_BYTES = 150, REPORT_BYTES = 120, WAIT_MS = 100 };

// When each tick was due, also of ticks that arrive late and together. The bell is the number of ticks.
struct shared {
  int64_t due[RING];
  _Atomic uint32_t bell;
  _Atomic int32_t sleeps;
  _Atomic int32_t over;
};

static struct shared *shared;
static int spins;
static int64_t begin_ns, end_ns;
static int64_t samples[SAMPLES];
static int sample_count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void record(int64_t due) {
  int64_t at = now();
  if (at >= begin_ns && at < end_ns && sample_count < SAMPLES) samples[sample_count++] = at - due;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double percentile(double p) {
  int at = (int)(p * sample_count);
  return sample_count == 0 ? 0 : (double)samples[at < sample_count ? at : sample_count - 1];
}

static void report(const char *way) {
  double sum = 0;
  for (int i = 0; i < sample_count; i++) sum += (double)samples[i];
  qsort(samples, sample_count, sizeof *samples, ascending);
  printf("{\"way\":\"%s\",\"mean\":%.0f,\"p50\":%.0f,\"p90\":%.0f,\"p99\":%.0f,\"p99.9\":%.0f,\"max\":%.0f,\"events\":%d}\n",
         way, sample_count == 0 ? 0 : sum / sample_count, percentile(0.5), percentile(0.9), percentile(0.99),
         percentile(0.999), percentile(1), sample_count);
  fflush(stdout);
}

static void set_no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  for (int tries = 0; tries < 500; tries++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
      set_no_delay(fd);
      return fd;
    }
    close(fd);
    usleep(20000);
  }
  fail("connect");
  return -1;
}

// Forks a process that dies with its parent. Returns 1 in the child.
static int begin_process(void) {
  if (fork() != 0) return 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return 1;
}

static void manage(int listener) {
  char bytes[1024];
  int fd = accept(listener, NULL, NULL);
  set_no_delay(fd);
  while (recv(fd, bytes, sizeof bytes, 0) > 0) {
    int64_t due;
    memcpy(&due, bytes, sizeof due);
    record(due);
    send(fd, bytes, REPORT_BYTES, MSG_NOSIGNAL);
  }
  report("order received");
  exit(0);
}

static void wait_for(uint32_t bell) {
  struct timespec most = {0, WAIT_MS * 1000000};
  if (spins) {
    sched_yield();
    return;
  }
  shared->sleeps = 1;
  syscall(SYS_futex, &shared->bell, FUTEX_WAIT, bell, &most, NULL, 0);
}

// Reads reports when there is no tick to decide.
static void decide(int port, int ticks_an_order) {
  static int64_t reports[SAMPLES];
  int report_count = 0, ticks = 0, fd = dial(port);
  char bytes[1024] = {0};
  uint32_t bell = shared->bell;
  while (!shared->over) {
    int64_t due;
    if (shared->bell == bell) wait_for(bell);
    for (uint32_t rung = shared->bell; bell != rung; bell++) {
      due = shared->due[bell % RING];
      record(due);
      if (++ticks % ticks_an_order == 0) {
        memcpy(bytes, &due, sizeof due);
        send(fd, bytes, ORDER_BYTES, MSG_NOSIGNAL);
      }
    }
    if (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) < (int)sizeof due) continue;
    memcpy(&due, bytes, sizeof due);
    int64_t at = now();
    if (at >= begin_ns && at < end_ns) reports[report_count++] = at - due;
  }
  close(fd);
  report("decision");
  memcpy(samples, reports, report_count * sizeof *reports);
  sample_count = report_count;
  report("report");
  exit(0);
}

// Writes when each tick of the chunk was due. Moves an incomplete frame to the front and returns its length.
static size_t take(char *bytes, size_t length) {
  uint32_t bell = shared->bell;
  char *at = bytes, *frame_end;
  while ((frame_end = memchr(at, '*', bytes + length - at)) != NULL) {
    *frame_end = 0;
    char *comma = strncmp(at, "#BATCH,", 7) == 0 ? strchr(at + 7, ',') : NULL;
    if (comma) shared->due[bell++ % RING] = strtoll(comma + 1, NULL, 10);
    at = frame_end + 1;
  }
  shared->bell = bell;
  size_t rest = bytes + length - at;
  memmove(bytes, at, rest);
  return rest;
}

static void keep_book(int port) {
  static char bytes[CHUNK];
  size_t rest = 0;
  int fd = dial(port);
  send(fd, "RESUME,0,0*", 11, 0);
  while (now() < end_ns) {
    ssize_t length = recv(fd, bytes + rest, CHUNK - rest, spins ? MSG_DONTWAIT : 0);
    if (length < 0 && errno == EAGAIN) {
      sched_yield();
      continue;
    }
    if (length <= 0) break;
    rest = take(bytes, rest + length);
    if (atomic_exchange(&shared->sleeps, 0)) syscall(SYS_futex, &shared->bell, FUTEX_WAKE, 1, NULL, NULL, 0);
  }
  shared->over = 1;
}

// How late the machine makes a process that waits for no other.
static void read_the_clock(int64_t interval) {
  int64_t due = now();
  while (due < end_ns) {
    if (now() < due) continue;
    record(due);
    due += interval;
  }
  report("decision");
}

int main(int count, char **words) {
  if (count < 5) return 2;
  begin_ns = now() + atoll(words[3]) * 1000000;
  end_ns = begin_ns + atoll(words[4]) * 1000000;
  if (strcmp(words[2], "alone") == 0) {
    read_the_clock(1000000000 / atoll(words[1]));
    return 0;
  }
  if (count != 6) return 2;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof any;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&any, sizeof any) != 0 || listen(listener, 1) != 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&any, &size);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) fail("mmap");
  spins = strcmp(words[2], "spin") == 0;
  if (begin_process()) manage(listener);
  close(listener);
  if (begin_process()) decide(ntohs(any.sin_port), atoi(words[5]));
  keep_book(atoi(words[1]));
  while (wait(NULL) > 0) continue;
  return 0;
}
